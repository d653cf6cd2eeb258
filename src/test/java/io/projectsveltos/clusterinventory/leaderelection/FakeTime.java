package io.projectsveltos.clusterinventory.leaderelection;

import java.time.Duration;
import java.time.Instant;

/** The clocks of one machine, which advance only in steps. */
final class FakeTime implements TimeSource {

    // the monotonic clock starts anywhere and may overflow
    private long nanos = Long.MAX_VALUE - 5;
    private Instant time = Instant.parse("2030-01-01T00:00:00Z");

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized Instant now() {
        return time;
    }

    synchronized void pass(Duration duration) {
        nanos += duration.toNanos();
        time = time.plus(duration);
    }

    /** The machine was suspended, or its wall clock is set. */
    synchronized void passOnWallClock(Duration duration) {
        time = time.plus(duration);
    }
}
