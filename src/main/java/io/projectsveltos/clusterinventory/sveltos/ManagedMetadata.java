package io.projectsveltos.clusterinventory.sveltos;

/** The names by which our objects are known; the Go controller uses the same, so that each takes over the other's. */
public final class ManagedMetadata {

    /** The field manager of all our writes. */
    public static final String FIELD_MANAGER = "clusterinventory-camel";

    /** The label on every object that is ours. */
    public static final String MANAGED_BY = "clusterinventory.projectsveltos.io/managed-by";

    /** The value of {@link #MANAGED_BY}. */
    public static final String MANAGER = "clusterinventory-controller";

    /** On the SveltosCluster: the profile's name for humans. */
    public static final String DISPLAY_NAME = "clusterinventory.projectsveltos.io/display-name";

    /** On the managed Secret: the access provider that the kubeconfig is from. */
    public static final String ACCESS_PROVIDER = "clusterinventory.projectsveltos.io/access-provider";

    /** On the managed Secret: what the kubeconfig was made from. */
    public static final String FINGERPRINT = "clusterinventory.projectsveltos.io/source-fingerprint";

    /** On the managed Secret: a digest of the kubeconfig that only the process which wrote it can compare. */
    public static final String DIGEST = "clusterinventory.projectsveltos.io/kubeconfig-digest";

    /** On the managed Secret: when the credential was had, RFC 3339. */
    public static final String OBTAINED = "clusterinventory.projectsveltos.io/obtained-at";

    /** On the managed Secret: when the next credential is due, RFC 3339. */
    public static final String REFRESH = "clusterinventory.projectsveltos.io/refresh-at";

    /** On the managed Secret: when the credential expires, RFC 3339. */
    public static final String EXPIRY = "clusterinventory.projectsveltos.io/expires-at";

    /** What the managed Secret's name has on top of the profile's: Sveltos' own convention. */
    public static final String SECRET_SUFFIX = "-sveltos-kubeconfig";

    /** The key of the managed Secret. */
    public static final String KUBECONFIG_KEY = "kubeconfig";

    private ManagedMetadata() {}
}
