package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;
import java.time.Instant;

/** A token bucket, as client-go's BucketRateLimiter has one; the time comes from the caller. Not safe for threads. */
public final class TokenBucket {

    private final int burst;
    private final Duration interval;
    private int left;
    private Instant since;

    /**
     * Makes a full bucket.
     *
     * @param burst how many tokens it holds
     * @param interval the time in which it gains one
     * @param now the time
     */
    public TokenBucket(int burst, Duration interval, Instant now) {
        this.burst = burst;
        this.interval = interval;
        this.left = burst;
        this.since = now;
    }

    /**
     * Whether there is a token.
     *
     * @param now the time
     * @return true if one may be taken
     */
    public boolean hasToken(Instant now) {
        refill(now);
        return left > 0;
    }

    /**
     * Whether no token is missing.
     *
     * @param now the time
     * @return true if it holds its burst
     */
    public boolean isFull(Instant now) {
        refill(now);
        return left == burst;
    }

    /** Takes a token; to be called when there is one. */
    public void take() {
        left--;
    }

    /**
     * How long until there is a token.
     *
     * @param now the time
     * @return zero when there is one
     */
    public Duration timeToNextToken(Instant now) {
        return hasToken(now) ? Duration.ZERO : Duration.between(now, since.plus(interval));
    }

    private void refill(Instant now) {
        if (now.isBefore(since)) {
            // the clock was set back
            since = now;
        }
        long gained = Duration.between(since, now).dividedBy(interval);
        if (left + gained >= burst) {
            left = burst;
            since = now;
        } else {
            left += (int) gained;
            since = since.plus(interval.multipliedBy(gained));
        }
    }
}
