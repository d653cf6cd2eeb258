package io.projectsveltos.clusterinventory.leaderelection;

import io.projectsveltos.clusterinventory.leaderelection.TimeSource.Moment;
import java.time.Duration;

/**
 * How long this process may write, known without a request: until the renew deadline after its last renewal. The threads of
 * a process that was suspended continue before the election's thread notices that the lease is lost; they check this.
 */
final class LeaseValidity {

    private final TimeSource clock;
    private volatile Moment renewed;
    private volatile boolean revoked;

    LeaseValidity(TimeSource clock) {
        this.clock = clock;
    }

    /**
     * The lease was acquired or renewed.
     *
     * @param sent a moment before the request was sent: other replicas count from the response, which is later
     */
    void renewedAt(Moment sent) {
        renewed = sent;
    }

    /** Cannot be undone: the lease is released or lost. */
    void revoke() {
        revoked = true;
    }

    boolean isValid() {
        return !remaining().isZero();
    }

    /** How long it stays valid without another renewal; zero when it is not valid. */
    Duration remaining() {
        Moment last = renewed;
        if (revoked || last == null) {
            return Duration.ZERO;
        }
        Duration remaining = LeaderElectionConfig.RENEW_DEADLINE.minus(last.longestElapsed(clock.moment()));
        return remaining.isNegative() ? Duration.ZERO : remaining;
    }
}
