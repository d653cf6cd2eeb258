package io.projectsveltos.clusterinventory.registration;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Changes that are taken only after they have held for some time. It only remembers changes that are not taken yet; after a
 * restart, their time begins again. Thread-safe.
 */
final class HeldChanges {

    private final Map<Key, Change> pending = new ConcurrentHashMap<>();
    private final Duration settleAfter;
    private final Clock clock;

    private record Key(ObjectKey profile, String name) {}

    /**
     * A change.
     *
     * @param value the new value, null if there is none any more
     * @param since when it was seen first
     */
    private record Change(String value, Instant since) {}

    HeldChanges(Duration settleAfter, Clock clock) {
        this.settleAfter = settleAfter;
        this.clock = clock;
    }

    /**
     * How long a value has to hold until it is taken.
     *
     * @param profile the profile
     * @param name what has the value
     * @param taken the value that was taken last, or null
     * @param value the present value, or null
     * @return the time; zero if it is taken now
     */
    Duration left(ObjectKey profile, String name, String taken, String value) {
        Key key = new Key(profile, name);
        if (Objects.equals(taken, value)) {
            // not before: the apply of a change that has held may fail
            pending.remove(key);
            return Duration.ZERO;
        }
        Instant now = clock.instant();
        Change change = pending.compute(
                key,
                (k, before) ->
                        before == null || !Objects.equals(before.value(), value) ? new Change(value, now) : before);
        Duration left = Duration.between(now, change.since().plus(settleAfter));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Forgets a profile that is gone. */
    void forget(ObjectKey profile) {
        pending.keySet().removeIf(key -> key.profile().equals(profile));
    }
}
