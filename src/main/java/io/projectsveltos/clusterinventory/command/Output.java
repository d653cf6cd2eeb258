package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.util.List;

/**
 * A managed Secret or SveltosCluster, and what the next reconcile would do to it.
 *
 * @param current its metadata as it is, or null
 * @param differences the fields that change, each after {@code +} or {@code -}
 */
record Output(PartialObjectMetadata current, Change change, List<String> differences) {

    static Output of(PartialObjectMetadata current, Change change) {
        return new Output(current, change, List.of());
    }
}
