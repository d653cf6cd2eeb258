package io.projectsveltos.clusterinventory.credential.secretreader;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.List;
import java.util.Set;
import org.apache.camel.Variable;

/**
 * Finds the Secrets with tokens by the conventions of two access providers, whose plugins do the same:
 *
 * <ul>
 *   <li>{@code secretreader} of cluster-inventory-api: the Secret has the extension's {@code clusterName} as its name;
 *   <li>{@code open-cluster-management}: OCM's managed-serviceaccount add-on copies the token of each
 *       ManagedServiceAccount to {@code <clusterName>-<account>} next to the profile (ClusterProfileCredSyncer).
 * </ul>
 */
public final class TokenSecrets {

    /** The setting that names the ManagedServiceAccount. */
    static final String ACCOUNT_SETTING = "ocm.managed-serviceaccount";

    private static final String TOKEN_KEY = "token";
    private static final String SECRET_READER = "secretreader";
    private static final String OPEN_CLUSTER_MANAGEMENT = "open-cluster-management";
    private static final Set<String> NAMES = Set.of(SECRET_READER, OPEN_CLUSTER_MANAGEMENT);

    /** Set by OCM on its copies, to {@code <cluster>-<account>}, which is also their name. */
    public static final String SYNCED_FROM = "authentication.open-cluster-management.io/synced-from";

    private final AllowedNamespaces namespaces;
    private final String account;
    private final InformerStore<PartialObjectMetadata, String> versions;

    /**
     * Finds them among the Secrets that the informer knows.
     *
     * @param namespaces where Secrets may be read
     * @param account the name of OCM's ManagedServiceAccount; empty for the only one of a cluster
     * @param versions the resourceVersions of all Secrets, indexed by {@link #indexValue}
     * @throws IllegalArgumentException if the account is not a valid name
     */
    public TokenSecrets(
            AllowedNamespaces namespaces, String account, InformerStore<PartialObjectMetadata, String> versions) {
        if (!account.isEmpty() && !ExtensionFields.SECRET_NAME.matcher(account).matches()) {
            throw new IllegalArgumentException(ACCOUNT_SETTING + " is not a valid Kubernetes name: " + account);
        }
        this.namespaces = namespaces;
        this.account = account;
        this.versions = versions;
    }

    /**
     * The value by which the informer's store finds the copies that OCM has made for a profile. The label alone would be
     * ambiguous: {@code edge-1-admin} may belong to the cluster {@code edge-1} or {@code edge}, and the token of one cluster
     * would be sent to the other. So the profile has to be the controller of the copy too, as OCM writes it.
     *
     * @param secret a Secret
     * @return null for a Secret that OCM did not copy
     */
    public static String indexValue(PartialObjectMetadata secret) {
        String source = secret.labels().get(SYNCED_FROM);
        if (source == null || !source.equals(secret.getMetadata().getName())) {
            return null;
        }
        return secret.controller()
                .filter(owner -> "ClusterProfile".equals(owner.getKind()))
                .filter(owner ->
                        owner.getApiVersion() != null && owner.getApiVersion().startsWith(ClusterProfile.GROUP + "/"))
                .filter(owner -> source.startsWith(owner.getName() + "-"))
                .map(owner -> indexValue(secret.getMetadata().getNamespace(), owner.getUid(), owner.getName()))
                .orElse(null);
    }

    private static String indexValue(String namespace, String owner, String cluster) {
        return namespace + "/" + owner + "/" + cluster;
    }

    /** Whether Secrets of an access provider are found here. */
    static boolean isTokenProvider(String name) {
        return NAMES.contains(name);
    }

    /**
     * The token that an entry refers to.
     *
     * @param profile the profile
     * @param provider its entry
     * @return the key of a Secret, which may not exist
     * @throws ReconcileFailure if the entry's extension is missing or invalid, if the namespace is not allowed, or if there
     *     is not exactly one Secret to choose
     */
    public SecretKeySelector reference(
            @Variable("clusterProfile") ClusterProfile profile, @Variable("accessProvider") AccessProvider provider) {
        ObjectKey cluster = cluster(profile, provider);
        if (provider.name().equals(SECRET_READER)) {
            return token(cluster);
        }
        return token(account.isEmpty() ? onlyCopy(profile, cluster) : copy(cluster, account));
    }

    private ObjectKey cluster(ClusterProfile profile, AccessProvider provider) {
        ExtensionFields fields = ExtensionFields.of(provider, "the clusterName");
        String name = fields.required("clusterName", ExtensionFields.SECRET_NAME);
        return new ObjectKey(fields.namespace(profile.getKey().namespace(), namespaces), name);
    }

    private ObjectKey onlyCopy(ClusterProfile profile, ObjectKey cluster) {
        String uid = profile.getMetadata().getUid();
        List<String> copies = versions.keysByIndex(indexValue(cluster.namespace(), uid, cluster.name()));
        if (copies.isEmpty()) {
            throw new ReconcileFailure(
                    Reason.SourceSecretNotFound,
                    "OCM has not copied a token of cluster " + cluster.name() + " to namespace " + cluster.namespace()
                            + ": label a ManagedServiceAccount of the cluster"
                            + " authentication.open-cluster-management.io/sync-to-clusterprofile=true, and check the"
                            + " managed-serviceaccount add-on");
        }
        if (copies.size() > 1) {
            throw new ReconcileFailure(
                    Reason.InvalidAccessProvider,
                    "OCM has copied " + copies.size() + " tokens of cluster " + cluster.name() + ": " + copies.get(0)
                            + ", " + copies.get(1) + (copies.size() > 2 ? ", ..." : "") + ": name the"
                            + " ManagedServiceAccount in the setting " + ACCOUNT_SETTING);
        }
        return ObjectKey.parse(copies.get(0));
    }

    private static ObjectKey copy(ObjectKey cluster, String account) {
        return new ObjectKey(cluster.namespace(), cluster.name() + "-" + account);
    }

    private static SecretKeySelector token(ObjectKey secret) {
        return new SecretKeySelector(secret, TOKEN_KEY, null);
    }

    /**
     * The Secrets whose changes are a reason to reconcile the profile.
     *
     * @param profile the profile
     * @param provider its entry
     * @return the key of one; or, if any copy of OCM would do, the part that their names begin with, which ends in a dash
     * @throws ReconcileFailure as {@link #reference}
     */
    public ObjectKey watched(ClusterProfile profile, AccessProvider provider) {
        ObjectKey cluster = cluster(profile, provider);
        return provider.name().equals(SECRET_READER) ? cluster : copy(cluster, account);
    }

    /**
     * Whether the informer knows the Secret: a change of one that it does not know would go unnoticed.
     *
     * @param profile the profile
     * @param provider its entry
     * @return false if it does not exist, or is not watched
     * @throws ReconcileFailure as {@link #reference}
     */
    public boolean isWatched(ClusterProfile profile, AccessProvider provider) {
        return version(reference(profile, provider)) != null;
    }

    /**
     * The fingerprint of a credential with this token.
     *
     * @param profile the profile
     * @param provider its entry
     * @param entry the fingerprint of all else that it is made from
     * @return a fingerprint that changes with the Secret
     * @throws ReconcileFailure as {@link #reference}
     */
    public String fingerprint(ClusterProfile profile, AccessProvider provider, String entry) {
        SecretKeySelector reference = reference(profile, provider);
        return Credential.fingerprintOf(entry, reference.secret().toString(), String.valueOf(version(reference)));
    }

    private String version(SecretKeySelector reference) {
        return versions.get(reference.secret().toString());
    }
}
