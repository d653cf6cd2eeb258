package io.projectsveltos.clusterinventory.credential.exec;

import io.projectsveltos.clusterinventory.settings.Settings;
import java.time.Clock;
import org.apache.camel.spi.Registry;

/**
 * The beans of this package.
 *
 * @param settings the settings
 * @param clock the clock
 * @param executor runs the plugins; the caller stops it
 */
public record ExecPluginBeans(Settings settings, Clock clock, ExecPluginExecutor executor) {

    /**
     * Binds them.
     *
     * @param registry where to
     * @return the plugins of the provider file
     * @throws IllegalArgumentException if the provider file cannot be read
     */
    public ExecPlugins bind(Registry registry) {
        ExecPlugins plugins =
                new ExecPlugins(ProviderFile.read(settings.text("clusterprofile-provider-file")), System.getenv());
        registry.bind("execPlugins", plugins);
        registry.bind("execPluginBinding", new ExecPluginBinding());
        registry.bind("execPluginExecutor", executor);
        registry.bind("execCredentialReader", new ExecCredentialReader());
        registry.bind("execCredentialValidator", new ExecCredentialValidator(clock));
        return plugins;
    }
}
