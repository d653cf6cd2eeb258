package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;

/**
 * How long a failed key waits before it is retried: {@code base} after the first failure, twice as long after each further
 * one, never longer than {@code max}. This is the per-item limiter of client-go
 * ({@code workqueue.ItemExponentialFailureRateLimiter}) with the defaults of its
 * {@code DefaultTypedControllerRateLimiter}, without the limit across all keys that the latter adds.
 *
 * @param base wait after the first failure; more than zero
 * @param max longest wait; not less than {@code base}, at most 100 years
 */
public record Backoff(Duration base, Duration max) {

    /** 5 ms to 1000 s. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(5), Duration.ofSeconds(1000));

    public Backoff {
        if (base.isNegative() || base.isZero()) {
            throw new IllegalArgumentException("baseDelay must be more than zero, not " + base);
        }
        if (max.compareTo(base) < 0) {
            throw new IllegalArgumentException("maxDelay " + max + " is less than baseDelay " + base);
        }
        if (max.compareTo(WorkQueue.MAX_DELAY) > 0) {
            throw new IllegalArgumentException("maxDelay must be at most " + WorkQueue.MAX_DELAY + ", not " + max);
        }
    }

    /**
     * The wait after a number of failures in a row.
     *
     * @param failures failures so far, at least 1
     */
    public Duration after(int failures) {
        int doublings = Math.min(failures - 1, Long.SIZE - 2);
        long nanos = base.toNanos();
        // compared before shifting: base << doublings would wrap around
        return nanos > max.toNanos() >> doublings ? max : Duration.ofNanos(nanos << doublings);
    }
}
