package io.projectsveltos.clusterinventory.clusterprofile;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One way to get at a cluster, as its cluster manager offers it in the profile's status (KEP-5339).
 *
 * @param name the access provider's name
 * @param cluster the {@code cluster} of the entry in the form of client-go's ExecCredential cluster
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AccessProvider(String name, Map<String, Object> cluster) {

    /** The name of the extension that holds a provider's own settings (client-go, {@code spec.cluster.config}). */
    public static final String EXEC_EXTENSION = "client.authentication.k8s.io/exec";

    public AccessProvider {
        cluster = cluster == null ? Map.of() : cluster;
    }

    /**
     * The payload of a named extension of the cluster.
     *
     * @param extensionName the extension's name
     * @return the payload, empty when there is no such extension or it is no object
     */
    @SuppressWarnings("unchecked")
    public Optional<Map<String, Object>> extension(String extensionName) {
        return extensionPayload(extensionName).filter(Map.class::isInstance).map(payload ->
                (Map<String, Object>) payload);
    }

    /** Says nothing of the cluster: its extensions may hold what should not be in a log. */
    @Override
    public String toString() {
        return "AccessProvider[" + name + "]";
    }

    /**
     * The payload of a named extension of the cluster, of whatever type.
     *
     * @param extensionName the extension's name
     * @return the payload, empty when there is no such extension
     */
    public Optional<Object> extensionPayload(String extensionName) {
        if (!(cluster.get("extensions") instanceof List<?> extensions)) {
            return Optional.empty();
        }
        return extensions.stream()
                .filter(item -> item instanceof Map<?, ?> map && extensionName.equals(map.get("name")))
                .map(item -> (Object) ((Map<?, ?>) item).get("extension"))
                .filter(payload -> payload != null)
                .findFirst();
    }
}
