package io.projectsveltos.clusterinventory.hooks;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ControlPlaneHealth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A profile as its JSON would be, as far as the informer keeps it. */
final class ProfileView {

    private ProfileView() {}

    static Map<String, Object> of(ClusterProfile profile) {
        Map<String, Object> spec = new HashMap<>();
        spec.put("displayName", profile.getDisplayName());
        if (profile.getClusterManager() != null) {
            spec.put("clusterManager", Map.of("name", profile.getClusterManager()));
        }
        return Map.of(
                "apiVersion", profile.getApiVersion(),
                "kind", profile.getKind(),
                "metadata", metadata(profile),
                "spec", spec,
                "status", status(profile));
    }

    private static Map<String, Object> metadata(ClusterProfile profile) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("namespace", profile.getMetadata().getNamespace());
        metadata.put("name", profile.getMetadata().getName());
        metadata.put("uid", profile.getMetadata().getUid());
        metadata.put("resourceVersion", profile.getMetadata().getResourceVersion());
        metadata.put("creationTimestamp", profile.getMetadata().getCreationTimestamp());
        metadata.put("labels", profile.getLabels());
        metadata.put("annotations", profile.getAnnotations());
        return metadata;
    }

    private static Map<String, Object> status(ClusterProfile profile) {
        Map<String, Object> status = new HashMap<>();
        if (profile.getKubernetesVersion() != null) {
            status.put("version", Map.of("kubernetes", profile.getKubernetesVersion()));
        }
        status.put("properties", pairs(profile.getProperties(), "value"));
        status.put("accessProviders", pairs(clusters(profile), "cluster"));
        status.put(
                "conditions",
                List.of(Map.of(
                        "type",
                        ControlPlaneHealth.CONDITION,
                        "status",
                        profile.getControlPlaneHealth().status())));
        return status;
    }

    private static Map<String, Object> clusters(ClusterProfile profile) {
        Map<String, Object> clusters = new LinkedHashMap<>();
        profile.getAccessProviders().forEach((name, provider) -> clusters.put(name, provider.cluster()));
        return clusters;
    }

    private static List<Map<String, Object>> pairs(Map<String, ?> values, String field) {
        List<Map<String, Object>> pairs = new ArrayList<>();
        values.forEach((name, value) -> pairs.add(Map.of("name", name, field, value)));
        return pairs;
    }
}
