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

/** The Events of one profile. */
final class ProfileEvents {

    private final ObjectReference regarding;
    private final EventLimits limits;
    private final Clock clock;

    /** By type: credentials that are rotated every few minutes use up their budget, and no Warning may wait for that. */
    private final Map<Reason.Type, TokenBucket> budgets = new EnumMap<>(Reason.Type.class);

    private final BoundedLru<Text, EventSeries> series;

    private record Text(Reason reason, String message) {}

    ProfileEvents(ObjectReference regarding, EventLimits limits, Clock clock) {
        this.regarding = regarding;
        this.limits = limits;
        this.clock = clock;
        for (Reason.Type type : Reason.Type.values()) {
            budgets.put(type, new TokenBucket(limits.burst(), limits.refill(), clock.instant()));
        }
        // bounded because a message may differ each time, such as one from a plugin
        this.series = new BoundedLru<>(limits.messages(), this::isPending);
    }

    boolean isAbout(ObjectReference other) {
        return regarding.uid().equals(other.uid());
    }

    EventSeries seriesFor(Reason reason, String message) {
        Text text = new Text(reason, message);
        EventSeries known = series.get(text);
        EventSeries found = known == null ? new EventSeries(reason, message) : known;
        series.put(text, found);
        return found;
    }

    /** Whether any of these states was going on. */
    boolean resolve(Predicate<Reason> reasons) {
        long ended = series.values().stream()
                .filter(one -> reasons.test(one.reason()))
                .filter(EventSeries::resolve)
                .count();
        return ended > 0;
    }

    void update(EventRequest request, Consumer<EventSeries> change) {
        EventSeries found = series.get(new Text(request.reason(), request.message()));
        if (found != null && isAbout(request.regarding())) {
            change.accept(found);
        }
    }

    boolean isPending(EventSeries one) {
        return one.isPending(clock.instant(), limits.refresh());
    }

    boolean isAnythingPending() {
        return series.values().stream().anyMatch(this::isPending);
    }

    EventRequest nextRequest(Reason.Type type) {
        Optional<EventSeries> pending = pending(type);
        if (pending.isEmpty() || !budgets.get(type).hasToken(clock.instant())) {
            return null;
        }
        EventRequest request = pending.get().request(regarding);
        if (request.verb() != Verb.GET) {
            budgets.get(type).take();
        }
        return request;
    }

    Duration nextRequestDelay(Reason.Type type) {
        return pending(type).isEmpty() ? null : budgets.get(type).timeToNextToken(clock.instant());
    }

    private Optional<EventSeries> pending(Reason.Type type) {
        return series.values().stream()
                .filter(one -> one.reason().type() == type)
                .filter(this::isPending)
                .findFirst();
    }
}
