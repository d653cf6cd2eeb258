package io.projectsveltos.clusterinventory.operations.events;

import java.time.Duration;
import java.time.Instant;

/** How many writes a profile has left: a token bucket. */
final class Allowance {

    private final EventLimits limits;
    private int left;
    private Instant since;

    Allowance(EventLimits limits, Instant now) {
        this.limits = limits;
        this.left = limits.burst();
        this.since = now;
    }

    boolean isLeft(Instant now) {
        gain(now);
        return left > 0;
    }

    void spend() {
        left--;
    }

    /** How long until there is one, zero when there is. */
    Duration untilLeft(Instant now) {
        return isLeft(now) ? Duration.ZERO : Duration.between(now, since.plus(limits.refill()));
    }

    private void gain(Instant now) {
        if (now.isBefore(since)) {
            // the clock was set back
            since = now;
        }
        long gained = Duration.between(since, now).dividedBy(limits.refill());
        if (left + gained >= limits.burst()) {
            left = limits.burst();
            since = now;
        } else {
            left += (int) gained;
            since = since.plus(limits.refill().multipliedBy(gained));
        }
    }
}
