package io.projectsveltos.clusterinventory.registration;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the rules of the registration file add to the SveltosCluster of a profile.
 *
 * @param labels valid labels, which win over those of the profile
 * @param data {@code spec.data}
 * @param shard the value of {@link Rules#SHARD}, or null
 * @param replaced the names of the labels with which the profile has another value
 * @param delay when a change that does not hold long enough yet has to be looked at again, or null
 */
public record RuleValues(
        Map<String, String> labels, Map<String, String> data, String shard, List<String> replaced, Duration delay) {

    /** Without rules. */
    public static final RuleValues NONE = new RuleValues(Map.of(), Map.of(), null, List.of(), null);
}
