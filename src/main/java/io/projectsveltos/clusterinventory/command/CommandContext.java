package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.PluginHelper;

/**
 * The beans of the controller with the settings of a command, on a Camel context whose routes do not run. Its client
 * refuses every write.
 */
final class CommandContext implements AutoCloseable {

    /** Without ports and without a Lease: those belong to the controller that may run next to a command. */
    private static final Map<String, String> NOT_SERVING =
            Map.of("health-addr", "0", "diagnostics-address", "0", "leader-elect", "false");

    private final DefaultCamelContext context;
    private final Settings settings;
    private final KubernetesClient client;

    private CommandContext(DefaultCamelContext context, Settings settings, KubernetesClient client) {
        this.context = context;
        this.settings = settings;
        this.client = client;
    }

    /**
     * Binds the beans, and reads the route files.
     *
     * @param given settings from flags and the environment
     * @param clock the clock
     * @throws Exception with a message for the user if a setting or a file is invalid
     */
    static CommandContext create(Map<String, String> given, Clock clock) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        configureProperties(context, given);
        Settings settings = new Settings(context);
        IntSupplier maxStatusBytes = () -> settings.number(ClusterProfile.MAX_STATUS_BYTES);
        KubernetesClient client = KubernetesClients.create(
                settings.text("kubeconfig"), () -> false, Map.of(ClusterProfile.MAX_STATUS_BYTES, maxStatusBytes));
        CommandContext created = new CommandContext(context, settings, client);
        try {
            new ControllerConfiguration(clock, System::nanoTime, Math::random, client).configure(context);
            PluginHelper.getRoutesLoader(context).loadRoutes(customRoutes(context, settings));
            return created;
        } catch (Exception e) {
            created.close();
            throw e;
        }
    }

    private static void configureProperties(CamelContext context, Map<String, String> given) {
        Properties overrides = new Properties();
        overrides.putAll(given);
        overrides.putAll(NOT_SERVING);
        PropertiesComponent properties = (PropertiesComponent) context.getPropertiesComponent();
        properties.setLocation("classpath:application.properties");
        properties.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        properties.setOverrideProperties(overrides);
    }

    private static Resource[] customRoutes(CamelContext context, Settings settings) {
        ResourceLoader loader = PluginHelper.getResourceLoader(context);
        return Stream.of(settings.text("routes").split(","))
                .filter(file -> !file.isEmpty())
                .map(file -> loader.resolveResource("file:" + file))
                .toArray(Resource[]::new);
    }

    DefaultCamelContext camel() {
        return context;
    }

    Settings settings() {
        return settings;
    }

    KubernetesClient client() {
        return client;
    }

    <T> T bean(Class<T> type) {
        return context.getRegistry().findSingleByType(type);
    }

    /** The store that an informer fills in the controller. */
    @SuppressWarnings("unchecked")
    <S extends InformerStore<?, ?>> S store(String name) {
        return (S) context.getRegistry().lookupByNameAndType(name, InformerStore.class);
    }

    @Override
    public void close() {
        context.stop();
        client.close();
    }
}
