package io.projectsveltos.clusterinventory.events;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;

/**
 * How far an Event in the API has told a series.
 *
 * @param since when it occurred first
 * @param last when it was written last
 * @param count the occurrences that it tells of
 */
record ExistingEvent(Instant since, Instant last, int count) {

    static ExistingEvent of(GenericKubernetesResource event) {
        Instant since = Instant.parse((String) event.get("eventTime"));
        return event.get("series", "count") instanceof Number count
                ? new ExistingEvent(
                        since, Instant.parse((String) event.get("series", "lastObservedTime")), count.intValue())
                : new ExistingEvent(since, since, 1);
    }
}
