package io.projectsveltos.clusterinventory.clusterprofile;

/**
 * The access provider that says how Sveltos accesses a profile's cluster.
 *
 * @param kind decides which branch of the routes serves it
 * @param entry the profile's entry
 */
public record SelectedProvider(Kind kind, AccessProvider entry) {

    /** The kinds of access providers, in the order in which they are preferred. */
    public enum Kind {
        /** The registration file registers the cluster with workload identity, without a kubeconfig. */
        WORKLOAD_IDENTITY("workload identity"),
        /** The built-in {@code kubeconfig-secretreader}: the kubeconfig is a key of a Secret. */
        SECRET_READER("built in"),
        /** A plugin from the provider file prints an ExecCredential. */
        EXEC_PLUGIN("exec plugin"),
        /** A route from {@code direct:access-provider-NAME} ends with a kubeconfig. */
        CUSTOM_ROUTE("custom provider route"),
        /** A packaged route reads a token from a Secret that is watched. */
        TOKEN_SECRET("packaged provider route");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** For people. */
        public String label() {
            return label;
        }
    }
}
