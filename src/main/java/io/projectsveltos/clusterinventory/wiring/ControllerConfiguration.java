package io.projectsveltos.clusterinventory.wiring;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.FinalizerPatches;
import io.projectsveltos.clusterinventory.component.kubernetes.ApiServerListener;
import io.projectsveltos.clusterinventory.component.kubernetes.CustomResourcesComponent;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.SecretsComponent;
import io.projectsveltos.clusterinventory.component.workqueue.CircuitBreaker;
import io.projectsveltos.clusterinventory.component.workqueue.Gate;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConsumer;
import io.projectsveltos.clusterinventory.credential.CredentialFactory;
import io.projectsveltos.clusterinventory.credential.CredentialHandoff;
import io.projectsveltos.clusterinventory.credential.RefreshSchedule;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredentialReader;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredentialValidator;
import io.projectsveltos.clusterinventory.credential.exec.ExecPluginBinding;
import io.projectsveltos.clusterinventory.credential.exec.ExecPluginExecutor;
import io.projectsveltos.clusterinventory.credential.exec.ExecPlugins;
import io.projectsveltos.clusterinventory.credential.exec.ProviderFile;
import io.projectsveltos.clusterinventory.credential.kubeconfig.ClusterEntryValidator;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigBuilder;
import io.projectsveltos.clusterinventory.credential.route.CustomProviderRoutes;
import io.projectsveltos.clusterinventory.credential.secretreader.AllowedNamespaces;
import io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.SourceSecretIndex;
import io.projectsveltos.clusterinventory.events.EventBodies;
import io.projectsveltos.clusterinventory.events.EventCorrelator;
import io.projectsveltos.clusterinventory.events.EventLimits;
import io.projectsveltos.clusterinventory.events.EventPolicy;
import io.projectsveltos.clusterinventory.leaderelection.LeaderElection;
import io.projectsveltos.clusterinventory.leaderelection.Leadership;
import io.projectsveltos.clusterinventory.leaderelection.ProcessTerminator;
import io.projectsveltos.clusterinventory.logging.DebuggingConfiguration;
import io.projectsveltos.clusterinventory.logging.LogLevel;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.sveltos.Ownership;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import io.projectsveltos.clusterinventory.sveltos.SveltosBeans;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.Service;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;

/** Binds what the routes refer to. */
public final class ControllerConfiguration implements CamelConfiguration {

    private final InformerStore<ClusterProfile, ClusterProfile> profiles = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets = InformerStore.ofObjects();
    private final Clock clock;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;
    private CamelContext context;
    private Settings settings;
    private Diagnostics diagnostics;
    private CompletableFuture<KubernetesClient> connecting;
    private volatile int maxStatusBytes;
    private volatile Leadership leadership = Leadership.always();

    public ControllerConfiguration() {
        this(Clock.systemUTC(), System::nanoTime, Math::random);
    }

    private ControllerConfiguration(Clock clock, LongSupplier nanoClock, DoubleSupplier random) {
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /** For tests, which set the time and the chance, and answer the client's requests themselves. */
    public ControllerConfiguration(
            Clock clock, LongSupplier nanoClock, DoubleSupplier random, KubernetesClient client) {
        this(clock, nanoClock, random);
        this.connecting = CompletableFuture.completedFuture(client);
    }

    /**
     * Begins to connect to the API server, beside the start of Camel, which takes as long.
     *
     * @param kubeconfig the setting of that name
     * @return this
     */
    public ControllerConfiguration connect(String kubeconfig) {
        connecting = CompletableFuture.supplyAsync(() -> client(kubeconfig));
        // on a thread of its own: who joins what is complete would run it himself
        connecting.thenAcceptAsync(KubernetesClients::warmUp);
        return this;
    }

    @Override
    public void configure(CamelContext context) throws Exception {
        this.context = context;
        settings = new Settings(context);
        maxStatusBytes = settings.number(ClusterProfile.MAX_STATUS_BYTES);
        diagnostics = new Diagnostics(context, settings);
        Registry registry = context.getRegistry();
        registry.bind(RouteFileLoader.NAME, addService(new RouteFileLoader()));
        bindLogging(registry);
        if (settings.flag("leader-elect")) {
            leadership = leaderElection();
        }
        bindBeans(registry);
        diagnostics.serveHealth(leadership);
        diagnostics.measure(leadership);
        if (connecting == null) {
            connecting = CompletableFuture.completedFuture(client(settings.text("kubeconfig")));
        }
        bindKubernetes(registry);
        diagnostics.serveMetrics(connecting::join, profiles, secrets);
    }

    private void bindLogging(Registry registry) {
        registry.bind("logLevel", new LogLevel(settings.number("log-verbosity")));
        registry.bind("debuggingConfigurations", InformerStore.<DebuggingConfiguration>ofObjects());
    }

    private void bindKubernetes(Registry registry) {
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopped(CamelContext stopped) {
                connecting.thenAccept(KubernetesClient::close);
            }
        });
        // asked for when the first route is made: until then it may still be in the making
        registry.bind("kubernetesClient", KubernetesClient.class, connecting::join);
        CircuitBreaker breaker = new CircuitBreaker("API server", nanoClock);
        registry.bind("apiServerBreaker", breaker);
        // under the stock schemes, before the components of the class path
        CustomResourcesComponent customResources = new CustomResourcesComponent();
        customResources.setApiServerListener(reportingTo(breaker));
        customResources.setFieldManager(settings.text("field-manager"));
        registry.bind("kubernetes-custom-resources", customResources);
        SecretsComponent secretsComponent = new SecretsComponent();
        secretsComponent.setApiServerListener(reportingTo(breaker));
        secretsComponent.setFieldManager(settings.text("field-manager"));
        registry.bind("kubernetes-secrets", secretsComponent);
    }

    private static ApiServerListener reportingTo(CircuitBreaker breaker) {
        return new ApiServerListener() {
            @Override
            public void onAvailable() {
                breaker.succeeded();
            }

            @Override
            public void onUnavailable(String reason, Duration retryAfter) {
                breaker.failed(reason, retryAfter);
            }
        };
    }

    private KubernetesClient client(String kubeconfig) {
        // read with each object: the client is made before the settings are known
        IntSupplier limit = () -> maxStatusBytes;
        return KubernetesClients.create(
                kubeconfig, () -> leadership.mayWrite(), Map.of(ClusterProfile.MAX_STATUS_BYTES, limit));
    }

    private LeaderElection leaderElection() {
        KubernetesClient client =
                KubernetesClients.createWithTimeout(settings.text("kubeconfig"), LeaderElection.REQUEST_TIMEOUT_MILLIS);
        String own = client.getConfiguration().getNamespace();
        String namespace = Stream.of(settings.text("leader-election.namespace"), own == null ? "" : own, "default")
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElseThrow();
        LeaderElection election = new LeaderElection(
                client,
                namespace,
                settings.text("leader-election.lease"),
                hostName(),
                ProcessTerminator.haltAfter(this::killPlugins));
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarted(CamelContext started) {
                election.start();
            }

            /** When the routes are stopped, and write nothing more. */
            @Override
            public void onContextStopped(CamelContext stopped) {
                election.close();
                client.close();
            }
        });
        return election;
    }

    private void killPlugins() {
        ExecPluginExecutor executor =
                context.getRegistry().lookupByNameAndType("execPluginExecutor", ExecPluginExecutor.class);
        executor.stop();
        executor.awaitStop();
    }

    private void bindBeans(Registry registry) {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = InformerStore.ofObjects();
        InformerStore<PartialObjectMetadata, String> sourceVersions = InformerStore.ofVersions();
        registry.bind("objectKey", new ObjectKey.Parser());
        registry.bind("clusterProfiles", profiles);
        registry.bind("managedSecretStore", secrets);
        registry.bind("sveltosClusterStore", clusters);
        registry.bind("sourceSecretVersions", sourceVersions);
        registry.bind("cachesSyncedAndLeader", leading(synced(List.of(profiles, secrets, clusters, sourceVersions))));

        KubeconfigSecretReader reader = new KubeconfigSecretReader(
                new AllowedNamespaces(settings.text("secretreader.namespaces")),
                rejectUnsafe(),
                Ownership::isLabelledOurs);
        registry.bind("kubeconfigSecretReader", reader);
        registry.bind("sourceSecretIndex", new SourceSecretIndex(reader, sourceVersions));
        bindCredentials(registry);
        registry.bind("finalizerPatches", new FinalizerPatches());
        RepairLimiter repairs = new SveltosBeans(settings, clock, profiles, secrets, clusters).bind(registry);
        bindEvents(registry, repairs);
    }

    private void bindEvents(Registry registry, RepairLimiter repairs) {
        EventCorrelator correlator = new EventCorrelator(clock, EventLimits.DEFAULT);
        registry.bind("eventCorrelator", correlator);
        registry.bind(
                "eventPolicy",
                new EventPolicy(correlator, repairs, clock, settings.duration("events.slow-deletion-after")));
        registry.bind("eventBodies", new EventBodies(hostName()));
    }

    private void bindCredentials(Registry registry) {
        ExecPlugins plugins =
                new ExecPlugins(ProviderFile.read(settings.text("clusterprofile-provider-file")), System.getenv());
        ExecPluginExecutor executor = new ExecPluginExecutor(diagnostics.plugins());
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext stopping) {
                suspendQueues(stopping);
                executor.stop();
            }

            @Override
            public void onContextStopped(CamelContext stopped) {
                // for routes that were not waited for any longer
                executor.awaitStop();
            }
        });
        CustomProviderRoutes customRoutes = addService(new CustomProviderRoutes());
        RefreshSchedule schedule = new RefreshSchedule(
                clock, random, settings.duration("sync-period"), settings.duration("refresh.min-interval"));
        registry.bind("accessProviderSelector", new AccessProviderSelector(plugins.names(), customRoutes::names));
        registry.bind("execPlugins", plugins);
        registry.bind("execPluginBinding", new ExecPluginBinding());
        registry.bind("execPluginExecutor", executor);
        registry.bind("clusterEntryValidator", new ClusterEntryValidator());
        registry.bind("execCredentialReader", new ExecCredentialReader());
        registry.bind("execCredentialValidator", new ExecCredentialValidator(clock));
        registry.bind("kubeconfigBuilder", new KubeconfigBuilder());
        registry.bind("customProviderRoutes", customRoutes);
        registry.bind("credentialFactory", new CredentialFactory(plugins, schedule));
        WorkQueue queue =
                context.getComponent("workqueue", WorkqueueComponent.class).queue("credentials");
        registry.bind("credentialHandoff", new CredentialHandoff(profile -> queue.contains(profile.toString()), clock));
    }

    /** Camel stops consumers one after the other, and those not yet reached would begin what nobody waits for. */
    private static void suspendQueues(CamelContext context) {
        context.getRoutes().stream()
                .map(Route::getConsumer)
                .filter(WorkqueueConsumer.class::isInstance)
                .map(WorkqueueConsumer.class::cast)
                .forEach(WorkqueueConsumer::suspend);
    }

    private <T extends Service> T addService(T service) {
        try {
            context.addService(service);
            return service;
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
    }

    /** A cache that is half filled would have profiles look as if they had no outputs. */
    private static Gate synced(List<InformerStore<?, ?>> stores) {
        return () -> {
            try {
                CompletableFuture.allOf(
                                stores.stream().map(InformerStore::synced).toArray(CompletableFuture[]::new))
                        .get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        };
    }

    /** Whoever waits to lead has his caches filled by then. */
    private Gate leading(Gate before) {
        return () -> {
            before.await();
            leadership.await();
        };
    }

    private boolean rejectUnsafe() {
        String setting = settings.text("secretreader.unsafe-kubeconfig");
        return switch (setting) {
            case "refuse" -> true;
            case "copy" -> false;
            default ->
                throw new IllegalArgumentException(
                        "secretreader.unsafe-kubeconfig is " + setting + ", expected copy or refuse");
        };
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
