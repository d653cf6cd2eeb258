package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.failure.Reason;
import java.time.Instant;
import java.util.Locale;

/**
 * A request about one Event.
 *
 * @param regarding the profile
 * @param reason the reason
 * @param message the note
 * @param verb what to request
 * @param firstSeen when it first occurred
 * @param lastSeen when it last occurred
 * @param count how often it has occurred, 1 or more
 */
public record EventRequest(
        ObjectReference regarding,
        Reason reason,
        String message,
        Verb verb,
        Instant firstSeen,
        Instant lastSeen,
        int count) {

    /** What is requested, in the words of RBAC. */
    public enum Verb {
        /** The Event is new, as far as known. */
        CREATE,
        /** The Event exists, as the refused CREATE has shown, and its count is not known. */
        GET,
        /** The Event has occurred again. */
        PATCH
    }

    /**
     * The verb as an operation of the Kubernetes component.
     *
     * @return such as {@code createCustomResource}
     */
    public String operation() {
        return verb.name().toLowerCase(Locale.ROOT) + "CustomResource";
    }
}
