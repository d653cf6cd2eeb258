package io.projectsveltos.clusterinventory.reliability;

import java.time.Duration;
import java.util.List;

/**
 * How it went after a fault.
 *
 * @param time until everything was as the model has it, or until the limit
 * @param left what still was not at the limit
 */
record Recovery(Duration time, List<Difference> left) {

    long count(Difference.Kind kind) {
        return left.stream().filter(difference -> difference.kind() == kind).count();
    }
}
