package io.projectsveltos.clusterinventory.hooks;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.time.Clock;
import java.util.function.Consumer;
import org.apache.camel.spi.Registry;

/**
 * The beans of this package.
 *
 * @param settings the settings
 * @param clock the clock
 * @param hooks the hooks
 * @param profiles the informer's ClusterProfiles
 * @param queue takes the keys of profiles with notifications
 */
public record HookBeans(
        Settings settings,
        Clock clock,
        Hooks hooks,
        InformerStore<ClusterProfile, ClusterProfile> profiles,
        Consumer<String> queue) {

    /**
     * Binds them.
     *
     * @param registry where to
     * @throws IllegalArgumentException if a setting is invalid
     */
    public void bind(Registry registry) {
        registry.bind("decorator", new Decorator(hooks, settings.duration("hooks.decorate-timeout")));
        registry.bind("notifications", new Notifications(hooks, settings.duration("hooks.notify-timeout"), queue));
        registry.bind("decoration", new DecorationSteps());
        registry.bind("renewals", new Renewals(profiles, clock));
    }
}
