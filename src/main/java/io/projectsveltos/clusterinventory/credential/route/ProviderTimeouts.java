package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.settings.Settings;
import java.time.Duration;

/**
 * How long calls of custom provider routes may take.
 *
 * @param settings the settings
 */
record ProviderTimeouts(Settings settings) {

    private static final String TIMEOUT = "access-provider.timeout";
    private static final String STUCK_AFTER = "credentials.stuck-after";

    /** The time limit of an access provider. */
    Duration of(String provider) {
        return settings.duration(name(provider));
    }

    /**
     * Checks the time limit of an access provider, without which the process would be reported as not alive, or no call would
     * end in time.
     *
     * @throws IllegalArgumentException if it is invalid
     */
    void validate(String provider) {
        Duration timeout = of(provider);
        Duration stuckAfter = settings.duration(STUCK_AFTER);
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException(
                    name(provider) + " is " + settings.text(name(provider)) + ", expected a duration of at least 1ms");
        }
        if (!stuckAfter.isZero() && timeout.compareTo(stuckAfter) >= 0) {
            throw new IllegalArgumentException(name(provider) + " is " + settings.text(name(provider))
                    + ", expected less than " + STUCK_AFTER + ", which is " + settings.text(STUCK_AFTER));
        }
    }

    private String name(String provider) {
        String own = TIMEOUT + "." + provider;
        return settings.text(own).isEmpty() ? TIMEOUT : own;
    }
}
