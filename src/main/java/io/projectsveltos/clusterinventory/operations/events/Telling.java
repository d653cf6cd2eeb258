package io.projectsveltos.clusterinventory.operations.events;

import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import java.time.Instant;

/**
 * One write of an Event.
 *
 * @param regarding the profile
 * @param reason the reason
 * @param message the note
 * @param first whether the Event is to be created; else it is counted up
 * @param since when it occurred first
 * @param seen when it occurred last
 * @param count how often it has occurred, 1 or more
 */
public record Telling(
        Regarding regarding, Reason reason, String message, boolean first, Instant since, Instant seen, int count) {}
