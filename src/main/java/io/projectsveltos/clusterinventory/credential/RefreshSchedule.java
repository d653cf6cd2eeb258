package io.projectsveltos.clusterinventory.credential;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.DoubleSupplier;

/**
 * Decides when a credential is refreshed: at 80 % of its lifetime, or, without an expiry, one sync period after it was
 * obtained. Up to 10 % jitter makes it earlier, never later, so that thousands that expire together are not refreshed
 * together. It is not refreshed before the minimum interval, except right after its expiry: a plugin that caches its token
 * returns it until shortly before it expires, and the Secret would contain an expired one for the rest of the interval.
 */
public final class RefreshSchedule {

    private static final double REFRESH_AT_FRACTION = 0.8;
    private static final double MAX_JITTER = 0.1;

    /** After the expiry, when a plugin has dropped the token from its cache. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Clock clock;
    private final DoubleSupplier random;
    private final Duration syncPeriod;
    private final Duration minInterval;

    /**
     * @param random numbers from 0 to 1
     * @param syncPeriod how long a credential without an expiry is used
     * @param minInterval the shortest time between two credentials of a profile
     */
    public RefreshSchedule(Clock clock, DoubleSupplier random, Duration syncPeriod, Duration minInterval) {
        this.clock = clock;
        this.random = random;
        this.syncPeriod = syncPeriod;
        this.minInterval = minInterval;
    }

    Validity validity(Instant expiry) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        double seconds = expiry == null
                ? syncPeriod.toSeconds()
                : Duration.between(now, expiry).toSeconds() * REFRESH_AT_FRACTION;
        long after = (long) (seconds * (1 - MAX_JITTER * random.getAsDouble()));
        Instant refresh = now.plusSeconds(Math.max(minInterval.toSeconds(), after));
        return new Validity(
                now,
                expiry == null ? refresh : earlier(refresh, later(now, expiry).plus(GRACE)),
                expiry);
    }

    private static Instant earlier(Instant one, Instant other) {
        return other.isBefore(one) ? other : one;
    }

    private static Instant later(Instant one, Instant other) {
        return other.isAfter(one) ? other : one;
    }
}
