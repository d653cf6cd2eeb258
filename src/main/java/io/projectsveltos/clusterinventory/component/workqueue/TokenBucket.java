package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;
import java.time.Instant;

/** A token bucket, like client-go's {@code BucketRateLimiter}. The caller passes the time. Not thread-safe. */
public final class TokenBucket {

    private final int burst;
    private final Duration interval;
    private int tokens;
    private Instant refilledAt;

    /**
     * A full bucket.
     *
     * @param burst how many tokens it holds
     * @param interval the time after which it gets another token
     * @param now the current time
     */
    public TokenBucket(int burst, Duration interval, Instant now) {
        this.burst = burst;
        this.interval = interval;
        this.tokens = burst;
        this.refilledAt = now;
    }

    /**
     * Whether a token may be taken.
     *
     * @param now the current time
     * @return true if there is one
     */
    public boolean hasToken(Instant now) {
        refill(now);
        return tokens > 0;
    }

    /**
     * Whether the bucket is full.
     *
     * @param now the current time
     * @return true if it holds {@code burst} tokens
     */
    public boolean isFull(Instant now) {
        refill(now);
        return tokens == burst;
    }

    /** Takes a token. Call it only if {@link #hasToken} returned true. */
    public void take() {
        tokens--;
    }

    /**
     * How long to wait for the next token.
     *
     * @param now the current time
     * @return zero if there is one
     */
    public Duration timeToNextToken(Instant now) {
        return hasToken(now) ? Duration.ZERO : Duration.between(now, refilledAt.plus(interval));
    }

    private void refill(Instant now) {
        if (now.isBefore(refilledAt)) {
            // the wall clock was set back
            refilledAt = now;
        }
        long gained = Duration.between(refilledAt, now).dividedBy(interval);
        if (tokens + gained >= burst) {
            tokens = burst;
            refilledAt = now;
        } else {
            tokens += (int) gained;
            refilledAt = refilledAt.plus(interval.multipliedBy(gained));
        }
    }
}
