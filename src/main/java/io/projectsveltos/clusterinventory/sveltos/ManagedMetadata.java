package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * The labels, annotations and names of the outputs. The Go controller uses the same label, finalizer and names, so that
 * each can take over the other's objects.
 */
public final class ManagedMetadata {

    /** The field manager of all our writes. */
    public static final String FIELD_MANAGER = "clusterinventory-camel";

    /** The label on every object that is ours. */
    public static final String MANAGED_BY = "clusterinventory.projectsveltos.io/managed-by";

    /** The value of {@link #MANAGED_BY}. */
    public static final String MANAGER = "clusterinventory-controller";

    /** On the SveltosCluster: the profile's name for humans. */
    public static final String DISPLAY_NAME = "clusterinventory.projectsveltos.io/display-name";

    /** On the managed Secret, or on a SveltosCluster with workload identity: the access provider that it is made from. */
    public static final String ACCESS_PROVIDER = "clusterinventory.projectsveltos.io/access-provider";

    /** On the same objects: what their content was made from. */
    public static final String FINGERPRINT = "clusterinventory.projectsveltos.io/source-fingerprint";

    /** On the managed Secret: a digest of the kubeconfig that only the process that wrote it can compare. */
    public static final String DIGEST = "clusterinventory.projectsveltos.io/kubeconfig-digest";

    /** On the managed Secret: when the credential was obtained, RFC 3339. */
    public static final String OBTAINED = "clusterinventory.projectsveltos.io/obtained-at";

    /** On the managed Secret: when the next credential is due, RFC 3339. */
    public static final String REFRESH = "clusterinventory.projectsveltos.io/refresh-at";

    /** On the managed Secret: when the credential expires, RFC 3339. */
    public static final String EXPIRY = "clusterinventory.projectsveltos.io/expires-at";

    /** The managed Secret's name is the profile's name with this suffix, which is Sveltos' own convention. */
    public static final String SECRET_SUFFIX = "-sveltos-kubeconfig";

    /** The key of the managed Secret's data. */
    public static final String KUBECONFIG_KEY = "kubeconfig";

    /** The name of the Secret with the CA of a cluster that is registered with workload identity; shorter than the other. */
    static final String AUTHORITY_SUFFIX = "-sveltos-ca";

    /** The key of that Secret's data, which Sveltos chooses. */
    static final String AUTHORITY_KEY = "ca.crt";

    /** The longest name of a Secret or SveltosCluster: a DNS subdomain. */
    private static final int MAX_NAME_LENGTH = 253;

    /** Only for {@link SveltosBeans}: the routes call the static methods on a bean. */
    ManagedMetadata() {}

    /**
     * Refuses a profile whose name is too long for the name of its Secret.
     *
     * @param profile the profile
     * @throws ReconcileFailure if it is
     */
    public static void validateName(@Variable("clusterProfile") ClusterProfile profile) {
        int longest = MAX_NAME_LENGTH - SECRET_SUFFIX.length();
        if (profile.getMetadata().getName().length() > longest) {
            throw new ReconcileFailure(
                    Reason.InvalidName,
                    "The profile name is longer than " + longest
                            + " characters, which leaves no room for the Secret suffix " + SECRET_SUFFIX
                            + ". Recreate the profile with a shorter name.");
        }
    }

    /**
     * Names the managed Secret of a profile.
     *
     * @param profile the profile's key
     * @return the Secret's key
     */
    public static ObjectKey secretOf(ObjectKey profile) {
        return new ObjectKey(profile.namespace(), profile.name() + SECRET_SUFFIX);
    }

    /**
     * Names the Secret with the CA of a profile's cluster.
     *
     * @param profile the profile's key
     * @return the Secret's key
     */
    public static ObjectKey authoritySecretOf(ObjectKey profile) {
        return new ObjectKey(profile.namespace(), profile.name() + AUTHORITY_SUFFIX);
    }

    /**
     * Names the profile of a managed Secret or of a Secret with a CA.
     *
     * @param secret a Secret with our label
     * @return the key of a profile that need not exist; null if the Secret is not named as ours are
     */
    public static String profileOfSecret(@Body PartialObjectMetadata secret) {
        String profile = profileOf(secret, SECRET_SUFFIX);
        return profile == null ? profileOf(secret, AUTHORITY_SUFFIX) : profile;
    }

    /** Whether a Secret with our label is named as managed Secrets are. */
    static boolean isManagedSecret(PartialObjectMetadata secret) {
        return profileOf(secret, SECRET_SUFFIX) != null;
    }

    private static String profileOf(PartialObjectMetadata secret, String suffix) {
        ObjectKey key = ObjectKey.of(secret);
        int length = key.name().length() - suffix.length();
        return length > 0 && key.name().endsWith(suffix)
                ? new ObjectKey(key.namespace(), key.name().substring(0, length)).toString()
                : null;
    }

    /**
     * Names the profile of a SveltosCluster.
     *
     * @param cluster a SveltosCluster with our label
     * @return the key of a profile that need not exist
     */
    public static String profileOfSveltosCluster(@Body PartialObjectMetadata cluster) {
        return ObjectKey.of(cluster).toString();
    }
}
