package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
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
     * Binds the beans, and reads the custom route files.
     *
     * @param given settings from flags and the environment
     * @param clock the clock
     * @throws Exception with a message for the user if a setting or a file is invalid
     */
    static CommandContext create(Map<String, String> given, Clock clock) throws Exception {
        CommandContext created = withoutRoutes(given, clock);
        try {
            for (String file : created.routeFiles()) {
                created.load("file:" + file);
            }
            return created;
        } catch (Exception e) {
            created.close();
            throw e;
        }
    }

    /** Like {@link #create}, but reads no route file. */
    static CommandContext withoutRoutes(Map<String, String> given, Clock clock) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.setSourceLocationEnabled(true);
        context.setAutoStartup(false);
        configureProperties(context, given);
        Settings settings = new Settings(context);
        IntSupplier maxStatusBytes = () -> settings.number(ClusterProfile.MAX_STATUS_BYTES);
        KubernetesClient client = KubernetesClients.create(
                settings.text("kubeconfig"), () -> false, Map.of(ClusterProfile.MAX_STATUS_BYTES, maxStatusBytes));
        CommandContext created = new CommandContext(context, settings, client);
        try {
            new ControllerConfiguration(clock, System::nanoTime, Math::random, client).configure(context);
            return created;
        } catch (Exception e) {
            created.close();
            throw e;
        }
    }

    /** The files of {@code --routes}. */
    List<String> routeFiles() {
        return Stream.of(settings.text("routes").split(","))
                .filter(file -> !file.isEmpty())
                .toList();
    }

    /**
     * Adds the routes of a file, without building them.
     *
     * @param location with a scheme
     * @return the routes
     */
    List<RouteDefinition> load(String location) throws Exception {
        List<RouteDefinition> before = List.copyOf(context.getRouteDefinitions());
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource(location));
        return context.getRouteDefinitions().stream()
                .filter(route -> !before.contains(route))
                .toList();
    }

    /** Adds the routes of the jar, without building them. */
    List<RouteDefinition> loadPackaged() throws Exception {
        List<RouteDefinition> packaged = new ArrayList<>();
        for (Resource file :
                PluginHelper.getPackageScanResourceResolver(context).findResources("classpath:routes/*.yaml")) {
            // with this scheme also where the classes are in a folder: lines are only shown for files of the user
            String location = file.getLocation();
            packaged.addAll(load("classpath:routes" + location.substring(location.lastIndexOf('/'))));
        }
        return packaged;
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
