package io.projectsveltos.clusterinventory.clusterprofile;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An entry of {@code status.accessProviders}: one way to access the cluster, offered by its cluster manager (KEP-5339).
 *
 * @param cluster the entry's {@code cluster}, in the form of the cluster in client-go's ExecCredential
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AccessProvider(String name, Map<String, Object> cluster) {

    /** The name of the extension with a provider's own settings (client-go, {@code spec.cluster.config}). */
    public static final String EXEC_EXTENSION = "client.authentication.k8s.io/exec";

    public AccessProvider {
        cluster = cluster == null ? Map.of() : cluster;
    }

    /** The payload of a named extension of the cluster; empty when it does not exist or is not an object. */
    @SuppressWarnings("unchecked")
    public Optional<Map<String, Object>> extension(String extensionName) {
        return extensionPayload(extensionName).filter(Map.class::isInstance).map(payload ->
                (Map<String, Object>) payload);
    }

    /** Leaves the cluster out: its extensions may contain what should not be in a log. */
    @Override
    public String toString() {
        return "AccessProvider[" + name + "]";
    }

    /** The payload of a named extension of the cluster, of any type; empty when it does not exist. */
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
