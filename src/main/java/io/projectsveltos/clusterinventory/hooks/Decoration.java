package io.projectsveltos.clusterinventory.hooks;

import java.util.HashMap;
import java.util.Map;

/**
 * What a hook changes in an output.
 *
 * @param labels labels to set; null as a value removes one
 * @param annotations annotations, in the same way
 * @param data entries of a SveltosCluster's {@code spec.data} to add
 * @param spec other fields of a SveltosCluster's spec to set
 */
public record Decoration(
        Map<String, String> labels,
        Map<String, String> annotations,
        Map<String, String> data,
        Map<String, Object> spec) {

    /** Nothing. */
    public static final Decoration NONE = new Decoration(Map.of(), Map.of(), Map.of(), Map.of());

    /**
     * Makes changes.
     *
     * @param values the labels or annotations, which are not changed
     * @param changes the changes
     * @return a new map
     */
    public static Map<String, String> changed(Map<String, String> values, Map<String, String> changes) {
        Map<String, String> changed = new HashMap<>(values);
        changes.forEach((name, value) -> {
            if (value == null) {
                changed.remove(name);
            } else {
                changed.put(name, value);
            }
        });
        return changed;
    }
}
