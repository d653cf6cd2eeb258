package io.projectsveltos.clusterinventory.registration;

import io.projectsveltos.clusterinventory.hooks.Decoration;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the rules of the registration file add to the SveltosCluster of a profile, and what a hook changes after them.
 *
 * @param labels valid labels, which win over those of the profile
 * @param data {@code spec.data}
 * @param shard the value of {@link Rules#SHARD}, or null
 * @param replaced the names of the labels with which the profile has another value
 * @param delay when a change that does not hold long enough yet has to be looked at again, or null
 * @param decoration what the hook changes; null if it failed, so that the SveltosCluster has to stay as it is
 */
public record RuleValues(
        Map<String, String> labels,
        Map<String, String> data,
        String shard,
        List<String> replaced,
        Duration delay,
        Decoration decoration) {

    /** Without a hook. */
    public RuleValues(
            Map<String, String> labels, Map<String, String> data, String shard, List<String> replaced, Duration delay) {
        this(labels, data, shard, replaced, delay, Decoration.NONE);
    }

    /** Without rules. */
    public static final RuleValues NONE = new RuleValues(Map.of(), Map.of(), null, List.of(), null);

    /**
     * The same values with a decoration.
     *
     * @param other what the hook changes, or null
     * @return new values
     */
    public RuleValues decorated(Decoration other) {
        return new RuleValues(labels, data, shard, replaced, delay, other);
    }
}
