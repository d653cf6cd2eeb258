package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.failure.Reason;
import java.time.Instant;

/**
 * One request about an Event.
 *
 * @param regarding the profile
 * @param reason the reason
 * @param message the note
 * @param verb what to ask for
 * @param since when it occurred first
 * @param seen when it occurred last
 * @param count how often it has occurred, 1 or more
 */
public record EventRequest(
        ObjectReference regarding, Reason reason, String message, Verb verb, Instant since, Instant seen, int count) {

    /** What is asked of the API. */
    public enum Verb {
        /** The Event is to be made. */
        CREATE,
        /** The Event is there, as making it has shown, and how far it has counted is not known. */
        GET,
        /** The Event has occurred again. */
        PATCH
    }
}
