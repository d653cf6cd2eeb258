package io.projectsveltos.clusterinventory.wiring;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.FinalizerPatches;
import io.projectsveltos.clusterinventory.clusterprofile.ProfileInputs;
import io.projectsveltos.clusterinventory.clusterprofile.SameClusterGroups;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.workqueue.Gate;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.credential.CredentialBeans;
import io.projectsveltos.clusterinventory.credential.exec.ExecPluginBeans;
import io.projectsveltos.clusterinventory.credential.exec.ExecPluginExecutor;
import io.projectsveltos.clusterinventory.credential.exec.ExecPlugins;
import io.projectsveltos.clusterinventory.credential.route.CustomProviderRoutes;
import io.projectsveltos.clusterinventory.credential.route.CustomRoutes;
import io.projectsveltos.clusterinventory.credential.route.MountedFiles;
import io.projectsveltos.clusterinventory.credential.route.RouteCaller;
import io.projectsveltos.clusterinventory.credential.route.TrustedAuthorities;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretReaderBeans;
import io.projectsveltos.clusterinventory.events.EventBeans;
import io.projectsveltos.clusterinventory.hooks.HookBeans;
import io.projectsveltos.clusterinventory.hooks.Hooks;
import io.projectsveltos.clusterinventory.leaderelection.Leadership;
import io.projectsveltos.clusterinventory.logging.DebuggingConfiguration;
import io.projectsveltos.clusterinventory.logging.LogLevel;
import io.projectsveltos.clusterinventory.reconcile.ReconcileBeans;
import io.projectsveltos.clusterinventory.registration.Registrations;
import io.projectsveltos.clusterinventory.registration.Rules;
import io.projectsveltos.clusterinventory.routefile.CustomFiles;
import io.projectsveltos.clusterinventory.settings.RenamedSettings;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.sveltos.Ownership;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import io.projectsveltos.clusterinventory.sveltos.SveltosBeans;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Binds what the routes refer to, and starts what runs next to them. */
public final class ControllerConfiguration implements CamelConfiguration {

    /**
     * How long after a change of a cluster's profiles its oldest one is reconciled. A cluster that leaves the inventory loses
     * them one by one, and each would be registered for a moment.
     */
    private static final Duration TAKEOVER_DELAY = Duration.ofSeconds(1);

    private final Clock clock;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;
    private final KubernetesBeans kubernetes;
    private InformerStores stores;

    public ControllerConfiguration() {
        this(Clock.systemUTC(), System::nanoTime, Math::random, new KubernetesBeans());
    }

    /** For tests, which control time and randomness, and answer the client's requests themselves. */
    public ControllerConfiguration(
            Clock clock, LongSupplier nanoClock, DoubleSupplier random, KubernetesClient client) {
        this(clock, nanoClock, random, new KubernetesBeans(client));
    }

    private ControllerConfiguration(
            Clock clock, LongSupplier nanoClock, DoubleSupplier random, KubernetesBeans kubernetes) {
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.random = random;
        this.kubernetes = kubernetes;
    }

    /**
     * Starts to connect to the API server, in parallel with the start of Camel, which takes as long.
     *
     * @param kubeconfig the setting with this name
     * @return this
     */
    public ControllerConfiguration connect(String kubeconfig) {
        kubernetes.connect(kubeconfig);
        return this;
    }

    @Override
    public void configure(CamelContext context) throws Exception {
        RenamedSettings.warn(context.getPropertiesComponent());
        Settings settings = new Settings(context);
        Registry registry = context.getRegistry();
        Diagnostics diagnostics = new Diagnostics(context, settings);
        ExecPluginExecutor executor = new ExecPluginExecutor(diagnostics.pluginRunListener());
        Leadership leadership = leadership(context, settings, executor);
        context.addLifecycleStrategy(new OrderlyStop(executor));
        WorkQueue queue = queue(context, "clusterprofiles");
        SameClusterGroups groups = new SameClusterGroups(key -> queue.addAfter(key, TAKEOVER_DELAY));
        stores = InformerStores.empty(
                isOldestOfCluster(settings) ? InformerStore.ofObjects(groups) : InformerStore.ofObjects());

        RouteOverrides overrides = RouteOverrides.of(context, settings);
        registry.bind("routeOverrides", overrides);
        registry.bind(
                RouteFileLoader.NAME, added(context, new RouteFileLoader(CustomFiles.of(settings.text("routes")))));
        registry.bind("logLevel", new LogLevel(settings.number("log-verbosity")));
        registry.bind("debuggingConfigurations", InformerStore.<DebuggingConfiguration>ofObjects());
        stores.bind(registry);
        registry.bind("cachesSyncedAndLeader", cachesSyncedAndLeader(leadership));
        Registrations registrations = Registrations.read(settings.text("registration-file"));
        registry.bind("registrations", registrations);
        registry.bind("rules", new Rules(registrations, settings.duration("rules.settle-after"), clock));
        AccessProviderSelector selector = bindCredentials(context, settings, executor, registrations, overrides);
        registry.bind("accessProviderSelector", selector);
        registry.bind("finalizerPatches", new FinalizerPatches());
        RepairLimiter repairs = new SveltosBeans(
                        settings,
                        clock,
                        stores.clusterProfiles(),
                        stores.managedSecrets(),
                        stores.sveltosClusters(),
                        groups)
                .bind(registry);
        Hooks hooks = hooks(context);
        WorkQueue notified = queue(context, "hooks");
        new HookBeans(settings, clock, hooks, stores.clusterProfiles(), notified::add).bind(registry);
        new ReconcileBeans(stores.clusterProfiles(), selector).bind(registry);
        new EventBeans(settings, clock, repairs, hostName()).bind(registry);

        diagnostics.serveHealth(leadership);
        diagnostics.registerLeaderGauge(leadership);
        Supplier<ProfileInputs> inputs = () -> hooks.isAnyPresent() ? ProfileInputs.ALL : registrations.inputs();
        kubernetes.bind(context, settings, inputs, leadership, nanoClock);
        if (isOldestOfCluster(settings)) {
            diagnostics.registerSameClusterGauges(groups);
        }
        diagnostics.serveMetrics(kubernetes::client, stores);
    }

    private AccessProviderSelector bindCredentials(
            CamelContext context,
            Settings settings,
            ExecPluginExecutor executor,
            Registrations registrations,
            RouteOverrides overrides)
            throws Exception {
        Registry registry = context.getRegistry();
        new SecretReaderBeans(settings, stores.sourceSecretVersions(), Ownership::hasOurLabel).bind(registry);
        ExecPlugins plugins = new ExecPluginBeans(settings, clock, executor).bind(registry);
        boolean logsMessages = settings.flag("access-provider.log-messages");
        new CustomRoutes(logsMessages, overrides::isOverride).install(context);
        RouteCaller caller = added(context, new RouteCaller(logsMessages));
        CustomProviderRoutes customRoutes = added(context, new CustomProviderRoutes(caller, clock));
        registry.bind("customProviderRoutes", customRoutes);
        registry.bind("mountedFiles", new MountedFiles());
        registry.bind("trustedAuthorities", TrustedAuthorities.read(settings.text("routes.ca-file")));
        WorkQueue queue = queue(context, "credentials");
        new CredentialBeans(
                        settings,
                        clock,
                        random,
                        plugins,
                        customRoutes::fingerprint,
                        profile -> queue.contains(profile.toString()))
                .bind(registry);
        return new AccessProviderSelector(
                registrations.names(), plugins.names(), customRoutes::names, customRoutes::packagedNames);
    }

    private static Hooks hooks(CamelContext context) throws Exception {
        // that of the custom provider routes
        Hooks hooks = new Hooks(context, context.hasService(RouteCaller.class));
        context.addStartupListener(hooks);
        return hooks;
    }

    private static WorkQueue queue(CamelContext context, String name) {
        return context.getComponent("workqueue", WorkqueueComponent.class).queue(name);
    }

    private static boolean isOldestOfCluster(Settings settings) {
        return switch (settings.text("same-cluster")) {
            case "oldest" -> true;
            case "each" -> false;
            default ->
                throw new IllegalArgumentException(
                        "same-cluster is " + settings.text("same-cluster") + ", expected each or oldest");
        };
    }

    private static Leadership leadership(CamelContext context, Settings settings, ExecPluginExecutor executor) {
        if (!settings.flag("leader-elect")) {
            return Leadership.always();
        }
        LeaderElectionLifecycle lifecycle = new LeaderElectionLifecycle(settings, hostName(), () -> {
            executor.stop();
            executor.awaitStop();
        });
        context.addLifecycleStrategy(lifecycle);
        return lifecycle.election();
    }

    /** In this order: a standby has filled its caches before it becomes leader. */
    private Gate cachesSyncedAndLeader(Leadership leadership) {
        return () -> {
            stores.awaitSync();
            leadership.await();
        };
    }

    private static <T> T added(CamelContext context, T service) throws Exception {
        context.addService(service);
        return service;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
