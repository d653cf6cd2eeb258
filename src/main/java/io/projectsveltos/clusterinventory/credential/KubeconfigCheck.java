package io.projectsveltos.clusterinventory.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;

/**
 * Looks for what a kubeconfig must not hold when somebody else's pods use it: Sveltos would run the programs and read the
 * files that it names, with the rights of its own pods.
 */
final class KubeconfigCheck {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final List<String> CLUSTER_FILES = List.of("certificate-authority");
    private static final List<String> USER_FILES_AND_PROGRAMS =
            List.of("exec", "auth-provider", "tokenFile", "client-certificate", "client-key");

    private KubeconfigCheck() {}

    /**
     * Checks a kubeconfig.
     *
     * @return what is wrong, without any of its values, or null if nothing is
     */
    static String findFault(byte[] kubeconfig) {
        JsonNode root;
        try {
            root = YAML.readTree(kubeconfig);
        } catch (IOException e) {
            // not the parser's message: it quotes the text
            return "is no YAML";
        }
        if (!root.path("clusters").isArray() || !root.path("users").isArray()) {
            return "is no kubeconfig: it has no lists of clusters and users";
        }
        String fault = firstOf(root.path("clusters"), "cluster", CLUSTER_FILES);
        return fault != null ? fault : firstOf(root.path("users"), "user", USER_FILES_AND_PROGRAMS);
    }

    private static String firstOf(JsonNode entries, String kind, List<String> fields) {
        for (JsonNode entry : entries) {
            for (String field : fields) {
                if (entry.path(kind).hasNonNull(field)) {
                    return "has '" + field + "' in a " + kind
                            + ", which Sveltos would read or run in its own pods: embed the data instead";
                }
            }
        }
        return null;
    }
}
