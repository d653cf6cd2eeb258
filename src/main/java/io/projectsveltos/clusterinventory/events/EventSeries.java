package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import io.projectsveltos.clusterinventory.failure.Reason;
import java.time.Duration;
import java.time.Instant;

/** One message of one profile: how often it has occurred, and how much of that the API has. */
final class EventSeries {

    private final Reason reason;
    private final String message;
    private Instant since;
    private Instant seen;
    private Verb verb = Verb.CREATE;
    private boolean over;

    /** How often it has occurred, as far as known. */
    private int count;

    /** Up to which occurrence it is to be told at once. */
    private int due;

    /** Up to which occurrence it was told, or given up. */
    private int told;

    private Instant toldAt;

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
     * @return whether it is news, and not a state that lasts
     */
    boolean occurred(Instant now) {
        boolean news = count == 0 || over || !lasts();
        since = count == 0 ? now : since;
        seen = now;
        count++;
        over = false;
        if (news) {
            due = count;
        }
        return news;
    }

    /** The next occurrence is news. */
    void end() {
        over = true;
    }

    boolean isPending(Instant now, Duration refresh) {
        return due > told || (count > told && !now.isBefore(toldAt.plus(refresh)));
    }

    EventRequest request(ObjectReference regarding) {
        return new EventRequest(regarding, reason, message, verb, since, seen, count);
    }

    /** The API has it up to this occurrence. */
    void told(int occurrence, Instant now) {
        verb = Verb.PATCH;
        told = occurrence;
        toldAt = now;
    }

    /** It cannot be told, and is not tried again before a refresh is due or it is news. */
    void giveUp(int occurrence, Instant now) {
        verb = Verb.CREATE;
        told = occurrence;
        toldAt = now;
    }

    /** The API has it already. */
    void there() {
        verb = Verb.GET;
    }

    /** The API has it from before a restart: a state that lasts is told thereby. */
    void found(ExistingEvent before) {
        if (before.since().equals(since)) {
            // our own, whose answer was lost
            told(before.count(), before.last());
            return;
        }
        count += before.count();
        since = before.since();
        told(before.count(), before.last());
        due = lasts() ? told : count;
    }

    /** The API has it no more: it starts anew with its last occurrence. */
    void missing() {
        verb = Verb.CREATE;
        since = seen;
        count = 1;
        due = 1;
        told = 0;
    }

    /** Outputs are made once each time; everything else is seen again with each round until somebody mends it. */
    private boolean lasts() {
        return reason != Reason.Synced;
    }
}
