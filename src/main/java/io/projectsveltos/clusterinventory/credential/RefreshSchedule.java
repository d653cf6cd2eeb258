package io.projectsveltos.clusterinventory.credential;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.DoubleSupplier;

/**
 * Decides when a credential is renewed: at 80 % of its lifetime, or a sync period after it was had when it does not say how
 * long it lasts. Up to a tenth earlier, never later: thousands that expire together are not renewed together.
 */
public final class RefreshSchedule {

    private static final double PART_OF_LIFETIME = 0.8;
    private static final double MOST_JITTER = 0.1;

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
                : Duration.between(now, expiry).toSeconds() * PART_OF_LIFETIME;
        long after = (long) (seconds * (1 - MOST_JITTER * random.getAsDouble()));
        return new Validity(now, now.plusSeconds(Math.max(minimum.toSeconds(), after)), expiry);
    }
}
