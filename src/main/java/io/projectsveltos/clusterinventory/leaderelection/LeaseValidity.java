package io.projectsveltos.clusterinventory.leaderelection;

import io.projectsveltos.clusterinventory.leaderelection.TimeSource.Moment;
import java.time.Duration;

/**
 * Until when this process may write, as it can tell without asking: until the renew deadline after its last renewal. Threads
 * of a process that was suspended go on before anything has told them that it does not lead any more; this they can see.
 */
final class LeaseValidity {

    private final TimeSource clock;
    private volatile Moment renewed;
    private volatile boolean ended;

    LeaseValidity(TimeSource clock) {
        this.clock = clock;
    }

    /**
     * The lease was got or renewed.
     *
     * @param sent a moment before the request was sent: others count from when it was answered, which is later
     */
    void renewed(Moment sent) {
        renewed = sent;
    }

    /** For good: the lease is given back, or lost. */
    void end() {
        ended = true;
    }

    boolean isHeld() {
        return !left().isZero();
    }

    /** How long it lasts unless it is renewed; zero when it is over. */
    Duration left() {
        Moment last = renewed;
        if (ended || last == null) {
            return Duration.ZERO;
        }
        Duration left = LeaderElectionConfig.RENEW_DEADLINE.minus(last.atMostUntil(clock.moment()));
        return left.isNegative() ? Duration.ZERO : left;
    }
}
