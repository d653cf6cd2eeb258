package io.projectsveltos.clusterinventory.registration;

import java.util.Map;
import java.util.stream.Stream;

/**
 * The rules as they are in the registration file.
 *
 * @param labels the labels of SveltosClusters, by name
 * @param data {@code spec.data} of SveltosClusters, by key
 * @param shard the shard, or null
 */
record RuleSet(Map<String, ProfileTemplate> labels, Map<String, ProfileTemplate> data, ProfileTemplate shard) {

    static final RuleSet NONE = new RuleSet(Map.of(), Map.of(), null);

    Stream<ProfileTemplate> templates() {
        return Stream.of(labels.values().stream(), data.values().stream(), Stream.ofNullable(shard))
                .flatMap(templates -> templates);
    }
}
