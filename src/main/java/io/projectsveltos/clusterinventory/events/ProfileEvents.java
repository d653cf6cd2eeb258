package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.component.workqueue.TokenBucket;
import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import io.projectsveltos.clusterinventory.failure.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What there was to tell of one profile. */
final class ProfileEvents {

    private final ObjectReference regarding;
    private final EventLimits limits;
    private final Clock clock;

    /** By type: credentials that are renewed every few minutes use up theirs, and a warning must not wait for that. */
    private final Map<Reason.Type, TokenBucket> writes = new EnumMap<>(Reason.Type.class);

    private final BoundedLru<Text, EventSeries> series;

    private record Text(Reason reason, String message) {}

    ProfileEvents(ObjectReference regarding, EventLimits limits, Clock clock) {
        this.regarding = regarding;
        this.limits = limits;
        this.clock = clock;
        for (Reason.Type type : Reason.Type.values()) {
            writes.put(type, new TokenBucket(limits.burst(), limits.refill(), clock.instant()));
        }
        // texts may differ each time, such as a plugin's
        this.series = new BoundedLru<>(limits.messages(), this::isPending);
    }

    boolean isOf(ObjectReference other) {
        return regarding.uid().equals(other.uid());
    }

    EventSeries occurring(Reason reason, String message) {
        Text text = new Text(reason, message);
        EventSeries known = series.get(text);
        EventSeries found = known == null ? new EventSeries(reason, message) : known;
        series.put(text, found);
        return found;
    }

    void end(Predicate<Reason> reasons) {
        series.values().stream().filter(one -> reasons.test(one.reason())).forEach(EventSeries::end);
    }

    void update(EventRequest request, Consumer<EventSeries> change) {
        EventSeries found = series.get(new Text(request.reason(), request.message()));
        if (found != null && isOf(request.regarding())) {
            change.accept(found);
        }
    }

    boolean isPending(EventSeries one) {
        return one.isPending(clock.instant(), limits.refresh());
    }

    boolean isAnythingPending() {
        return series.values().stream().anyMatch(this::isPending);
    }

    /** What is to be asked for next, which counts as a write from then on if it is one; null when nothing is, or may be. */
    EventRequest next(Reason.Type type) {
        Optional<EventSeries> pending = pending(type);
        if (pending.isEmpty() || !writes.get(type).hasToken(clock.instant())) {
            return null;
        }
        EventRequest request = pending.get().request(regarding);
        if (request.verb() != Verb.GET) {
            writes.get(type).take();
        }
        return request;
    }

    /** How long until there is something to write, null when there is nothing. */
    Duration untilNext(Reason.Type type) {
        return pending(type).isEmpty() ? null : writes.get(type).timeToNextToken(clock.instant());
    }

    private Optional<EventSeries> pending(Reason.Type type) {
        return series.values().stream()
                .filter(one -> one.reason().type() == type)
                .filter(this::isPending)
                .findFirst();
    }
}
