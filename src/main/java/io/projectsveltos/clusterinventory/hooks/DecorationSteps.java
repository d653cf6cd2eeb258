package io.projectsveltos.clusterinventory.hooks;

import java.util.HashMap;
import java.util.Map;

/**
 * Steps for routes that change outputs. A value from a profile is passed as it is: put into the text of a JSON object, it
 * could add labels of its own.
 */
public final class DecorationSteps {

    /**
     * Sets a label.
     *
     * @param output the body of the hook
     * @param name the label's name
     * @param value its value, which is made valid; null removes the label
     * @return the body
     */
    public Map<String, Object> label(Map<String, Object> output, String name, String value) {
        return set(output, "labels", name, value);
    }

    /**
     * Sets an annotation.
     *
     * @param output the body of the hook
     * @param name the annotation's name
     * @param value its value; null removes the annotation
     * @return the body
     */
    public Map<String, Object> annotation(Map<String, Object> output, String name, String value) {
        return set(output, "annotations", name, value);
    }

    /**
     * Sets an entry of {@code spec.data} of a SveltosCluster.
     *
     * @param output the body of the hook
     * @param name the entry's name
     * @param value its value; null sets nothing
     * @return the body
     */
    @SuppressWarnings("unchecked")
    public Map<String, Object> data(Map<String, Object> output, String name, String value) {
        set((Map<String, Object>) output.computeIfAbsent("spec", field -> new HashMap<>()), "data", name, value);
        return output;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> set(Map<String, Object> in, String section, String name, String value) {
        ((Map<String, Object>) in.computeIfAbsent(section, field -> new HashMap<>())).put(name, value);
        return in;
    }
}
