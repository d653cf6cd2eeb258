package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ProfileInputs;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import io.projectsveltos.clusterinventory.registration.Registrations;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
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

    private static final long ABANDON_MILLIS = 100;

    private final DefaultCamelContext context;
    private final Settings settings;
    private final KubernetesClient client;

    private CommandContext(DefaultCamelContext context, Settings settings, KubernetesClient client) {
        this.context = context;
        this.settings = settings;
        this.client = client;
    }

    /**
     * Binds the beans, and reads the route files as the controller does, without building a route.
     *
     * @param given settings from flags and the environment
     * @param clock the clock
     * @throws Exception with a message for the user if a setting or a file is invalid
     */
    static CommandContext create(Map<String, String> given, Clock clock) throws Exception {
        return withRoutes(withoutRoutes(given, clock));
    }

    /**
     * Like {@link #create}, for a stand-in of the management cluster: it may be written to, and no setting comes from the
     * environment.
     */
    static CommandContext isolated(Map<String, String> given, Clock clock) throws Exception {
        return withRoutes(withoutRoutes(given, clock, true));
    }

    private static CommandContext withRoutes(CommandContext created) throws Exception {
        try {
            List<String> locations = new ArrayList<>(created.packagedRouteFiles());
            created.routeFiles().forEach(file -> locations.add("file:" + file));
            created.load(locations);
            return created;
        } catch (Exception e) {
            created.close();
            throw e;
        }
    }

    /** Like {@link #create}, but reads no route file. */
    static CommandContext withoutRoutes(Map<String, String> given, Clock clock) throws Exception {
        return withoutRoutes(given, clock, false);
    }

    private static CommandContext withoutRoutes(Map<String, String> given, Clock clock, boolean isIsolated)
            throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.setSourceLocationEnabled(true);
        context.setAutoStartup(false);
        // a call that hangs is abandoned
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        context.getShutdownStrategy().setTimeout(ABANDON_MILLIS);
        context.getShutdownStrategy().setSuppressLoggingOnTimeout(true);
        configureProperties(context, given, isIsolated);
        Settings settings = new Settings(context);
        IntSupplier maxStatusBytes = () -> settings.number(ClusterProfile.MAX_STATUS_BYTES);
        ProfileInputs inputs =
                Registrations.read(settings.text("registration-file")).inputs();
        Supplier<ProfileInputs> kept = () -> inputs;
        KubernetesClient client = KubernetesClients.create(
                settings.text("kubeconfig"),
                () -> isIsolated,
                Map.of(ClusterProfile.MAX_STATUS_BYTES, maxStatusBytes, ProfileInputs.ATTRIBUTE, kept));
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

    /** The route files of the jar, with the scheme that distinguishes them from those of users. */
    List<String> packagedRouteFiles() throws Exception {
        return PluginHelper.getPackageScanResourceResolver(context).findResources("classpath:routes/*.yaml").stream()
                .map(Resource::getLocation)
                .map(location -> "classpath:routes" + location.substring(location.lastIndexOf('/')))
                .sorted()
                .toList();
    }

    /**
     * Adds the routes of files, without building them. Files that share route configurations have to be loaded together.
     *
     * @param locations with a scheme
     * @return the routes
     */
    List<RouteDefinition> load(List<String> locations) throws Exception {
        List<RouteDefinition> before = List.copyOf(context.getRouteDefinitions());
        ResourceLoader loader = PluginHelper.getResourceLoader(context);
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(locations.stream().map(loader::resolveResource).toList());
        return context.getRouteDefinitions().stream()
                .filter(route -> !before.contains(route))
                .toList();
    }

    private static void configureProperties(CamelContext context, Map<String, String> given, boolean isIsolated) {
        Properties overrides = new Properties();
        overrides.putAll(given);
        overrides.putAll(NOT_SERVING);
        PropertiesComponent properties = (PropertiesComponent) context.getPropertiesComponent();
        properties.setLocation("classpath:application.properties");
        properties.setEnvironmentVariableMode(
                isIsolated
                        ? PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER
                        : PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
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
