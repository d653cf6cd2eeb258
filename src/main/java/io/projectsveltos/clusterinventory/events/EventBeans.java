package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.hooks.Notifications;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import java.time.Clock;
import org.apache.camel.spi.Registry;

/**
 * The beans of this package.
 *
 * @param settings the settings
 * @param clock the clock
 * @param repairs knows whether a conflict may be ongoing
 * @param hostName names this process in Events
 */
public record EventBeans(Settings settings, Clock clock, RepairLimiter repairs, String hostName) {

    /**
     * Binds them.
     *
     * @param registry where to, with the notifications
     */
    public void bind(Registry registry) {
        EventCorrelator correlator = new EventCorrelator(clock, EventLimits.DEFAULT);
        registry.bind("eventCorrelator", correlator);
        registry.bind(
                "eventPolicy",
                new EventPolicy(correlator, repairs, clock, settings.duration("events.slow-deletion-after")));
        registry.bind("eventHeaders", new EventHeaders());
        registry.bind("eventHook", new EventHook(registry.findSingleByType(Notifications.class)));
        registry.bind("eventBodies", new EventBodies(hostName));
    }
}
