package io.projectsveltos.clusterinventory.component.kubernetes;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A resource type of the Kubernetes API.
 *
 * @param group the API group, empty for the core group
 * @param version the version, such as {@code v1}
 * @param plural the plural name in lower case, such as {@code secrets}
 */
public record ResourceType(String group, String version, String plural) {

    static final ResourceType SECRETS = new ResourceType("", "v1", "secrets");

    String path(String namespace, String name) {
        return collectionPath(namespace) + "/" + encoded(name);
    }

    String collectionPath(String namespace) {
        String root = group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version;
        return namespace == null ? root + "/" + plural : root + "/namespaces/" + encoded(namespace) + "/" + plural;
    }

    String qualifiedName() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /**
     * The {@code apiVersion} of objects of this type.
     *
     * @return {@code group/version}, or only the version in the core group
     */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    private static String encoded(String segment) {
        // such a segment changes the meaning of the path: it would address all objects, or the namespace itself
        if (segment == null || segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw new IllegalArgumentException("'" + segment + "' is not a name of an object or a namespace");
        }
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
