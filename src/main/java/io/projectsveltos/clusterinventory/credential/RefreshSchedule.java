package io.projectsveltos.clusterinventory.credential;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.DoubleSupplier;

/**
 * Decides when a credential is renewed: at 80 % of its lifetime, or a sync period after it was obtained when it does not say
 * how long it lasts. Up to a tenth earlier, never later: thousands that expire together are not renewed together. Not before
 * the minimum, but always right after the expiry: a plugin that caches its token returns it until shortly before its end,
 * and the Secret would otherwise hold an expired one for the rest of the minimum.
 */
public final class RefreshSchedule {

    private static final double REFRESH_AT_FRACTION = 0.8;
    private static final double MAX_JITTER = 0.1;

    /** After the expiry: by then a plugin with a cache has dropped what it gave before. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Clock clock;
    private final DoubleSupplier random;
    private final Duration syncPeriod;
    private final Duration minimum;

    /**
     * Makes a schedule.
     *
     * @param clock the clock
     * @param random numbers from 0 to 1
     * @param syncPeriod how long a credential without expiry is used
     * @param minimum the shortest time between two credentials of a profile
     */
    public RefreshSchedule(Clock clock, DoubleSupplier random, Duration syncPeriod, Duration minimum) {
        this.clock = clock;
        this.random = random;
        this.syncPeriod = syncPeriod;
        this.minimum = minimum;
    }

    Validity validity(Instant expiry) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        double seconds = expiry == null
                ? syncPeriod.toSeconds()
                : Duration.between(now, expiry).toSeconds() * REFRESH_AT_FRACTION;
        long after = (long) (seconds * (1 - MAX_JITTER * random.getAsDouble()));
        Instant refresh = now.plusSeconds(Math.max(minimum.toSeconds(), after));
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
