package io.projectsveltos.clusterinventory.hooks;

import java.util.Map;
import java.util.Set;

/**
 * An output as it would be without its hook.
 *
 * @param labels its labels
 * @param annotations its annotations, without those that this controller computes from the rest
 * @param data {@code spec.data} of a SveltosCluster; null for an object without a spec that can be changed
 * @param fixed what comes from a rule and cannot be changed: {@code labels/NAME}, {@code annotations/NAME} or {@code
 *     data/NAME}
 */
public record Decorable(
        Map<String, String> labels, Map<String, String> annotations, Map<String, String> data, Set<String> fixed) {}
