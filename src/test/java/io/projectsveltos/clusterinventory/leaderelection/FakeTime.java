package io.projectsveltos.clusterinventory.leaderelection;

import java.time.Duration;
import java.time.Instant;

/** The clocks of one machine, which go when they are told to. */
final class FakeTime implements TimeSource {

    // any number is as good
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

    /** The machine sleeps, or its time of day is set. */
    synchronized void passOfDay(Duration duration) {
        time = time.plus(duration);
    }
}
