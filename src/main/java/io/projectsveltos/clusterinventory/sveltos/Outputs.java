package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.credential.Validity;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** Says what the managed Secret and the SveltosCluster of a profile should be, and what is missing for that. */
public final class Outputs {

    private static final Set<String> SECRET_ANNOTATIONS = Set.of(
            ManagedMetadata.ACCESS_PROVIDER,
            ManagedMetadata.FINGERPRINT,
            ManagedMetadata.DIGEST,
            ManagedMetadata.OBTAINED,
            ManagedMetadata.REFRESH,
            ManagedMetadata.EXPIRY);
    private static final int MAX_NAME_LENGTH = 253;
    private static final String SECRET_CONTENT = DesiredObject.contentPath("data", ManagedMetadata.KUBECONFIG_KEY);
    private static final String CLUSTER_KEY_NAME = DesiredObject.contentPath("spec", "kubeconfigKeyName");
    private static final String TOKEN_RENEWAL = DesiredObject.contentPath("spec", "tokenRequestRenewalOption");

    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters;
    private final OutputOptions options;
    private final Clock clock;
    private final Ownership ownership = new Ownership();

    /**
     * Makes a view on the outputs.
     *
     * @param secrets the managed Secrets there are
     * @param clusters the SveltosClusters there are
     * @param options what users choose about the outputs
     * @param clock tells which credentials are due
     */
    public Outputs(
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets,
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters,
            OutputOptions options,
            Clock clock) {
        this.secrets = secrets;
        this.clusters = clusters;
        this.options = options;
        this.clock = clock;
    }

    /**
     * Refuses a profile whose name is too long for the name of its Secret.
     *
     * @param profile the profile
     */
    public void validateName(@Variable("clusterProfile") ClusterProfile profile) {
        int most = MAX_NAME_LENGTH - ManagedMetadata.SECRET_SUFFIX.length();
        if (profile.getMetadata().getName().length() > most) {
            throw new ReconcileFailure(
                    Reason.InvalidName,
                    "The profile's name is longer than " + most + " characters, and its Secret would be named the same"
                            + " with " + ManagedMetadata.SECRET_SUFFIX
                            + " at the end: make the profile again by a shorter one");
        }
    }

    /**
     * The name of the managed Secret.
     *
     * @param profile the profile's key
     * @return where the Secret is
     */
    public static ObjectKey secretOf(ObjectKey profile) {
        return new ObjectKey(profile.namespace(), profile.name() + ManagedMetadata.SECRET_SUFFIX);
    }

    /**
     * The managed Secret as our watch knows it.
     *
     * @param profile the profile's key
     * @return its metadata, or null
     */
    public PartialObjectMetadata managedSecret(@Variable("key") ObjectKey profile) {
        return secrets.get(secretOf(profile).toString());
    }

    /**
     * The SveltosCluster as our watch knows it.
     *
     * @param profile the profile's key
     * @return its metadata, or null
     */
    public PartialObjectMetadata sveltosCluster(@Variable("key") ObjectKey profile) {
        return clusters.get(profile.toString());
    }

    /**
     * Whether there is an output of ours for the profile. Then its SveltosCluster is kept as it should be, and made again
     * where it was deleted, whatever becomes of the next credential: the last good one is still there.
     *
     * @param profile the profile's key
     * @return true if there is a SveltosCluster or a managed Secret
     */
    public boolean hasOutputs(@Variable("key") ObjectKey profile) {
        return ownership.isOurs(sveltosCluster(profile)) || hasManagedSecret(profile);
    }

    /**
     * Whether there is a managed Secret of ours for the profile.
     *
     * @param profile the profile's key
     * @return true if so
     */
    public boolean hasManagedSecret(@Variable("key") ObjectKey profile) {
        return ownership.isOurs(managedSecret(profile));
    }

    /**
     * Which profile a managed Secret belongs to.
     *
     * @param secret a Secret with our label
     * @return the profile's key, of which nothing says that it exists; null when the Secret is not named as ours are
     */
    public static String profileOfSecret(@Body PartialObjectMetadata secret) {
        ObjectKey key = ObjectKey.of(secret);
        int length = key.name().length() - ManagedMetadata.SECRET_SUFFIX.length();
        return length > 0 && key.name().endsWith(ManagedMetadata.SECRET_SUFFIX)
                ? new ObjectKey(key.namespace(), key.name().substring(0, length)).toString()
                : null;
    }

    /**
     * Which profile a SveltosCluster belongs to.
     *
     * @param cluster a SveltosCluster with our label
     * @return the profile's key, of which nothing says that it exists
     */
    public static String profileOfCluster(@Body PartialObjectMetadata cluster) {
        return ObjectKey.of(cluster).toString();
    }

    /**
     * Whether the source has to be read: the managed Secret holds something made from another input, or has been touched.
     *
     * @param profile the profile
     * @param provider the chosen access provider
     * @param fingerprint of the source as it is now, or null when that is not known
     * @return false if the Secret can stay as it is
     */
    public boolean isOutdated(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            @Variable("fingerprint") String fingerprint) {
        PartialObjectMetadata current = managedSecret(profile.getKey());
        if (fingerprint == null || !ownership.isOurs(current) || isDue(current)) {
            return true;
        }
        Map<String, String> annotations = new HashMap<>(current.annotations());
        annotations.keySet().retainAll(SECRET_ANNOTATIONS);
        annotations.put(ManagedMetadata.ACCESS_PROVIDER, provider.name());
        annotations.put(ManagedMetadata.FINGERPRINT, fingerprint);
        Map<String, String> content =
                isRenewedInPlace(profile.getKey()) ? Map.of() : Map.of(ManagedMetadata.KUBECONFIG_KEY, "");
        return !secret(profile.getKey(), annotations, content).matches(current);
    }

    /** The managed Secrets whose next credential is due. */
    List<PartialObjectMetadata> due() {
        return secrets.values().stream()
                .filter(this::isDue)
                .filter(secret -> profileOfSecret(secret) != null)
                .toList();
    }

    private boolean isDue(PartialObjectMetadata secret) {
        Instant refresh = instant(secret, ManagedMetadata.REFRESH);
        Instant obtained = instant(secret, ManagedMetadata.OBTAINED);
        if (refresh == null && obtained == null) {
            // from a Secret, unless somebody has taken both off
            return secret.annotations().containsKey(ManagedMetadata.EXPIRY);
        }
        return refresh == null
                || obtained == null
                || new Validity(obtained, refresh, null).isRefreshDue(clock.instant());
    }

    private static Instant instant(PartialObjectMetadata object, String annotation) {
        String text = object.annotations().get(annotation);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            // edited by hand: long past, so that it is renewed and put right
            return Instant.EPOCH;
        }
    }

    /**
     * What an apply would do to the managed Secret.
     *
     * @param credential the kubeconfig it should hold
     * @param current the Secret as it is, or null
     * @return the change
     */
    public OperationResult secretChange(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Body PartialObjectMetadata current) {
        if (current == null) {
            return OperationResult.CREATED;
        }
        String before = current.annotations().getOrDefault(ManagedMetadata.DIGEST, "");
        Map<String, String> annotations = annotations(credential);
        boolean comparable = Credential.isComparable(before);
        if (!comparable && !before.isEmpty()) {
            // another process wrote it: what the kubeconfig was made from has to do
            annotations.put(ManagedMetadata.DIGEST, before);
        }
        Map<String, String> content = Map.of(ManagedMetadata.KUBECONFIG_KEY, "");
        if (secret(profile.getKey(), annotations, content).matches(current)) {
            return OperationResult.NONE;
        }
        // a Secret of the Go controller has no digest: nobody knows whether its kubeconfig is another
        boolean rotated = comparable
                ? !credential.digest().equals(before)
                : !before.isEmpty() && !isSameSource(annotations, current.annotations());
        return rotated ? OperationResult.ROTATED : OperationResult.UPDATED;
    }

    private static boolean isSameSource(Map<String, String> some, Map<String, String> others) {
        return Stream.of(ManagedMetadata.FINGERPRINT, ManagedMetadata.OBTAINED)
                .allMatch(name -> Objects.equals(some.get(name), others.get(name)));
    }

    /**
     * The managed Secret, for server-side apply.
     *
     * @param profile the profile
     * @param credential the kubeconfig it should hold
     * @param current the Secret as it is, or null
     * @return the body of the apply
     * @throws ReconcileFailure when a Secret of the name is somebody else's
     */
    public Map<String, Object> secretToApply(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Body PartialObjectMetadata current) {
        refuseForeign("Secret", current);
        return desiredSecret(profile, credential).toApply(current);
    }

    /**
     * Whether a managed Secret of a chosen type is to be created. A field that is applied once has to be in every apply
     * from then on, and nothing we watch says the type that a Secret has; so another field manager gives it that.
     *
     * @param current the Secret as it is, or null
     * @return false if it exists, or has the type that the API server gives by itself
     */
    public boolean isTypeChosen(@Body PartialObjectMetadata current) {
        return current == null && options.secretType() != null;
    }

    /**
     * The managed Secret with its type, to create it with. It has no annotations: what two managers have applied stays
     * when one of them drops it.
     *
     * @param profile the profile
     * @param credential the kubeconfig it should hold
     * @return the body of the apply of another field manager
     */
    public Map<String, Object> secretOfType(
            @Variable("clusterProfile") ClusterProfile profile, @Variable("credential") Credential credential) {
        Map<String, Object> body = new HashMap<>(
                secret(profile.getKey(), Map.of(), content(credential)).toApply(null));
        body.put("type", options.secretType());
        return body;
    }

    /**
     * Who undoes our repairs of the managed Secret.
     *
     * @param current the Secret as it is, or null
     * @return one line for a human
     */
    public String secretConflict(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Body PartialObjectMetadata current) {
        return desiredSecret(profile, credential).conflict(current);
    }

    /**
     * What an apply would do to the SveltosCluster.
     *
     * @param profile the profile
     * @param current the SveltosCluster as it is, or null
     * @return the change
     */
    public OperationResult sveltosClusterChange(
            @Variable("clusterProfile") ClusterProfile profile, @Body PartialObjectMetadata current) {
        if (desiredCluster(profile, current).matches(current)) {
            return OperationResult.NONE;
        }
        return current == null ? OperationResult.CREATED : OperationResult.UPDATED;
    }

    /**
     * The SveltosCluster, for server-side apply.
     *
     * @param profile the profile
     * @param current the SveltosCluster as it is, or null
     * @return the body of the apply
     * @throws ReconcileFailure when a SveltosCluster of the name is somebody else's
     */
    public Map<String, Object> sveltosClusterToApply(
            @Variable("clusterProfile") ClusterProfile profile, @Body PartialObjectMetadata current) {
        refuseForeign("SveltosCluster", current);
        return desiredCluster(profile, current).toApply(current);
    }

    /**
     * Who undoes our repairs of the SveltosCluster.
     *
     * @param current the SveltosCluster as it is, or null
     * @return one line for a human
     */
    public String sveltosClusterConflict(
            @Variable("clusterProfile") ClusterProfile profile, @Body PartialObjectMetadata current) {
        return desiredCluster(profile, current).conflict(current);
    }

    private void refuseForeign(String kind, PartialObjectMetadata current) {
        if (ownership.isForeign(current)) {
            throw new ReconcileFailure(
                    Reason.NotOwned,
                    "There is a " + kind + " " + ObjectKey.of(current) + " without the label "
                            + ManagedMetadata.MANAGED_BY
                            + "=" + ManagedMetadata.MANAGER
                            + ": it is left alone; rename or delete it, or label it to hand it over");
        }
    }

    private static DesiredObject desiredSecret(ClusterProfile profile, Credential credential) {
        return secret(profile.getKey(), annotations(credential), content(credential));
    }

    private static Map<String, String> content(Credential credential) {
        return Map.of(ManagedMetadata.KUBECONFIG_KEY, Base64.getEncoder().encodeToString(credential.kubeconfig()));
    }

    private static DesiredObject secret(
            ObjectKey profile, Map<String, String> annotations, Map<String, String> content) {
        return new DesiredObject(
                "v1",
                "Secret",
                secretOf(profile),
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                annotations,
                "data",
                content);
    }

    private static Map<String, String> annotations(Credential credential) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put(ManagedMetadata.ACCESS_PROVIDER, credential.provider());
        annotations.put(ManagedMetadata.FINGERPRINT, credential.fingerprint());
        annotations.put(ManagedMetadata.DIGEST, credential.digest());
        Validity validity = credential.validity();
        if (validity != null) {
            annotations.put(ManagedMetadata.OBTAINED, validity.obtained().toString());
            annotations.put(ManagedMetadata.REFRESH, validity.refresh().toString());
        }
        if (validity != null && validity.expiry() != null) {
            annotations.put(ManagedMetadata.EXPIRY, validity.expiry().toString());
        }
        return annotations;
    }

    private DesiredObject desiredCluster(ClusterProfile profile, PartialObjectMetadata current) {
        Map<String, String> spec = new HashMap<>();
        spec.put("kubeconfigName", secretOf(profile.getKey()).name());
        if (!isTokenRenewed(current) || applied(current, CLUSTER_KEY_NAME)) {
            spec.put("kubeconfigKeyName", ManagedMetadata.KUBECONFIG_KEY);
        }
        return new DesiredObject(
                "lib.projectsveltos.io/v1beta1",
                "SveltosCluster",
                profile.getKey(),
                options.labels(profile),
                options.annotations(profile),
                "spec",
                spec);
    }

    /** Whether Sveltos renews the token of the cluster by itself, and so moves it to a key of its own. */
    private static boolean isTokenRenewed(PartialObjectMetadata cluster) {
        return cluster != null && cluster.managedFields().anyoneOwns(TOKEN_RENEWAL);
    }

    /**
     * Whether Sveltos keeps the renewed kubeconfig in our key, as its option kubeconfigKeyName can tell it to; with a key
     * of its own it takes the field kubeconfigKeyName from us.
     */
    private boolean isRenewedInPlace(ObjectKey profile) {
        PartialObjectMetadata cluster = sveltosCluster(profile);
        return isTokenRenewed(cluster)
                && applied(cluster, CLUSTER_KEY_NAME)
                && !applied(managedSecret(profile), SECRET_CONTENT);
    }

    private static boolean applied(PartialObjectMetadata object, String path) {
        return object.managedFields().appliedBy(ManagedMetadata.FIELD_MANAGER).contains(path);
    }
}
