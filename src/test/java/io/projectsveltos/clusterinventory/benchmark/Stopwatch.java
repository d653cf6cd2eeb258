package io.projectsveltos.clusterinventory.benchmark;

/**
 * Time since a moment.
 *
 * @param startNanos that moment, of {@link System#nanoTime()}
 */
record Stopwatch(long startNanos) {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    static Stopwatch start() {
        return new Stopwatch(System.nanoTime());
    }

    double seconds() {
        return secondsUntil(System.nanoTime());
    }

    double secondsUntil(long nanoTime) {
        return (nanoTime - startNanos) / NANOS_PER_SECOND;
    }

    double milliseconds() {
        return (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
    }
}
