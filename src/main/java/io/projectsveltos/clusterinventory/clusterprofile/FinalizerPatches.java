package io.projectsveltos.clusterinventory.clusterprofile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Variable;

/**
 * Builds the merge patches that add and remove this controller's finalizer. They contain the whole list and the
 * resourceVersion at which it was read: a concurrent change causes a 409, never a lost finalizer.
 */
public final class FinalizerPatches {

    public Map<String, Object> add(@Variable("clusterProfile") ClusterProfile profile) {
        List<String> finalizers = new ArrayList<>(present(profile));
        finalizers.add(ClusterProfile.FINALIZER);
        return patch(profile, finalizers);
    }

    public Map<String, Object> remove(@Variable("clusterProfile") ClusterProfile profile) {
        List<String> finalizers = new ArrayList<>(present(profile));
        finalizers.remove(ClusterProfile.FINALIZER);
        return patch(profile, finalizers);
    }

    private static List<String> present(ClusterProfile profile) {
        List<String> finalizers = profile.getMetadata().getFinalizers();
        return finalizers == null ? List.of() : finalizers;
    }

    private static Map<String, Object> patch(ClusterProfile profile, List<String> finalizers) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("namespace", profile.getMetadata().getNamespace());
        metadata.put("name", profile.getMetadata().getName());
        metadata.put("resourceVersion", profile.getMetadata().getResourceVersion());
        metadata.put("finalizers", finalizers);
        return Map.of("apiVersion", profile.getApiVersion(), "metadata", metadata);
    }
}
