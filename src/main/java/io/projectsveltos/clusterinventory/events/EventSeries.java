package io.projectsveltos.clusterinventory.events;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import io.projectsveltos.clusterinventory.failure.Reason;
import java.time.Duration;
import java.time.Instant;

/** One message about one profile: how often it has occurred, and how many of these occurrences are recorded. */
final class EventSeries {

    private final Reason reason;
    private final String message;
    private Instant firstSeen;
    private Instant lastSeen;
    private boolean resolved;
    private Verb nextVerb = Verb.CREATE;

    /** How many occurrences are known. */
    private int count;

    /** Up to which occurrence the series is to be recorded without waiting for a refresh. */
    private int pendingCount;

    /** Up to which occurrence the series is recorded, or was rejected. */
    private int recordedCount;

    private Instant recordedAt;

    EventSeries(Reason reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    Reason reason() {
        return reason;
    }

    /**
     * Counts an occurrence.
     *
     * @return true when it is new, false when an ongoing state was seen again
     */
    boolean observe(Instant now) {
        boolean isNew = count == 0 || resolved || !isOngoing();
        firstSeen = count == 0 ? now : firstSeen;
        lastSeen = now;
        count++;
        resolved = false;
        if (isNew) {
            pendingCount = count;
        }
        return isNew;
    }

    /**
     * Makes the next occurrence new.
     *
     * @return whether it was going on
     */
    boolean resolve() {
        boolean wasOngoing = !resolved && isOngoing();
        resolved = true;
        return wasOngoing;
    }

    boolean isPending(Instant now, Duration refresh) {
        return pendingCount > recordedCount || (count > recordedCount && !now.isBefore(recordedAt.plus(refresh)));
    }

    EventRequest request(ObjectReference regarding) {
        return new EventRequest(regarding, reason, message, nextVerb, firstSeen, lastSeen, count);
    }

    void markRecorded(int occurrence, Instant now) {
        settle(occurrence, now, Verb.PATCH);
    }

    /** It is not sent again until it is new or a refresh is due. */
    void markRejected(int occurrence, Instant now) {
        settle(occurrence, now, Verb.CREATE);
    }

    void markAlreadyExists() {
        nextVerb = Verb.GET;
    }

    /** The API server has dropped the Event, as it does after an hour: the series begins with its last occurrence. */
    void markExpired() {
        nextVerb = Verb.CREATE;
        firstSeen = lastSeen;
        count = 1;
        pendingCount = 1;
        recordedCount = 0;
    }

    /** Continues the count of an Event that was recorded before a restart. An ongoing state needs no more than that. */
    void resumeFrom(GenericKubernetesResource event) {
        Instant eventTime = Instant.parse((String) event.get("eventTime"));
        boolean isRepeated = event.get("series", "count") instanceof Number;
        int existing = isRepeated ? ((Number) event.get("series", "count")).intValue() : 1;
        Instant written = isRepeated ? Instant.parse((String) event.get("series", "lastObservedTime")) : eventTime;
        markRecorded(existing, written);
        // otherwise this process created it, and the answer was lost
        if (!eventTime.equals(firstSeen)) {
            count += existing;
            firstSeen = eventTime;
            pendingCount = isOngoing() ? existing : count;
        }
    }

    private void settle(int occurrence, Instant now, Verb next) {
        recordedCount = occurrence;
        recordedAt = now;
        nextVerb = next;
    }

    /** A change is observed once; any other reason is observed at each reconcile until it is resolved. */
    private boolean isOngoing() {
        return reason != Reason.Synced && reason != Reason.SveltosConnected;
    }
}
