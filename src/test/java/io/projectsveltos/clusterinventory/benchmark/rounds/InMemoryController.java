package io.projectsveltos.clusterinventory.benchmark.rounds;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.projectsveltos.clusterinventory.apiserver.InMemoryApi;
import io.projectsveltos.clusterinventory.apiserver.InMemoryApi.Change;
import io.projectsveltos.clusterinventory.benchmark.rounds.InformerFeed.Watch;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.Gate;
import io.projectsveltos.clusterinventory.component.workqueue.QueuePump;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.events.SetClock;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/**
 * The controller without threads: its workers, watches and timers act when {@link #settle()} or a caller says so. Its exec
 * plugin is a processor, and its Events stay in their queue.
 */
public final class InMemoryController implements AutoCloseable {

    public static final String PROFILES = "apis/multicluster.x-k8s.io/v1alpha1/clusterprofiles";
    public static final String CLUSTERS = "apis/lib.projectsveltos.io/v1beta1/sveltosclusters";
    public static final String SECRETS = "api/v1/secrets";

    private static final Instant BEGIN = Instant.parse("2030-06-01T12:00:00Z");

    /** Keys in a row, by far more than a test has: each of them would be taken again and again. */
    private static final int MOST_KEYS = 100_000;

    /** These routes begin when they are called, instead of at a watch, a timer or a queue with workers of its own. */
    private static final List<String> CALLED_ROUTES = List.of(
            "watch-clusterprofiles",
            "watch-source-secrets",
            "watch-managed-secrets",
            "watch-sveltosclusters",
            "watch-debugging-configuration",
            "resync",
            "refresh-credentials",
            "clean-up-orphans",
            "record-warning-events",
            "record-normal-events");

    private static final Map<String, String> SETTINGS = Map.of(
            "health-addr",
            "0",
            // with the route metrics, which are on by default
            "diagnostics-address",
            "127.0.0.1:0",
            "insecure-diagnostics",
            "true",
            "clusterprofile-provider-file",
            "src/test/resources/providers.json");

    private final InMemoryApi api;
    private final SetClock clock = new SetClock(BEGIN);
    private final Main main = new Main();
    private final KubernetesSerialization serialization;
    private final ProducerTemplate routes;
    private final List<InformerFeed<?>> informers;
    private final List<QueuePump> workers;

    /**
     * Starts the controller.
     *
     * @param plugin receives the exchange of an exec plugin, and sets the body to what the plugin prints
     */
    InMemoryController(InMemoryApi api, Processor plugin) {
        this(api, plugin, Map.of(), Map.of(ClusterProfile.MAX_STATUS_BYTES, (IntSupplier) () -> Integer.MAX_VALUE));
    }

    /**
     * Starts the controller.
     *
     * @param plugin receives the exchange of an exec plugin, and sets the body to what the plugin prints
     * @param settings more settings, or others
     * @param limits the attributes with which objects are read: how much of them is kept
     */
    public InMemoryController(InMemoryApi api, Processor plugin, Map<String, String> settings, Map<?, ?> limits) {
        this.api = api;
        serialization = serialization(limits);
        main.configure().addConfiguration(new CamelConfiguration() {
            @Override
            public void configure(CamelContext context) throws Exception {
                bind(context);
            }
        });
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport configured) {
                adviseRoutes(configured.getCamelContext(), plugin);
            }
        });
        SETTINGS.forEach(main::addOverrideProperty);
        settings.forEach(main::addOverrideProperty);
        // without a shutdown hook: it would wait for a controller that nobody has closed
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.start();
        CamelContext context = main.getCamelContext();
        routes = context.createProducerTemplate();
        informers = Stream.of(
                        new Watch<>(
                                "watch-clusterprofiles",
                                PROFILES,
                                "clusterProfiles",
                                ClusterProfile.class,
                                any -> true),
                        metadata("watch-managed-secrets", SECRETS, "managedSecretStore", true),
                        metadata("watch-sveltosclusters", CLUSTERS, "sveltosClusterStore", true),
                        metadata("watch-source-secrets", SECRETS, "sourceSecretVersions", false))
                .<InformerFeed<?>>map(watch -> new InformerFeed<>(context, serialization, watch))
                .toList();
        workers =
                List.of(new QueuePump(context, "reconcile-clusterprofile"), new QueuePump(context, "fetch-credential"));
    }

    public SetClock clock() {
        return clock;
    }

    /** Sends one empty message to a route that has no input here. */
    void call(String route) {
        routes.send("direct:" + route, exchange -> {});
    }

    /** Queues a profile, as each resync does. */
    void queue(String key) {
        routes.sendBody("workqueue:clusterprofiles", key);
    }

    /** Records what is known of the Events of a profile, up to its budget. */
    public void recordEvents(String key) {
        for (String route : List.of("record-warning-events", "record-normal-events")) {
            int before;
            do {
                before = api.requests().size();
                routes.sendBodyAndHeader("direct:" + route, key, WorkqueueConstants.KEY, key);
            } while (api.requests().size() > before);
        }
    }

    /** The beans, and what other tests look into. */
    public CamelContext context() {
        return main.getCamelContext();
    }

    /** Processes keys and delivers watch events until there is nothing left to do. */
    public void settle() {
        int keys = 0;
        do {
            while (workers.stream().anyMatch(QueuePump::step)) {
                if (keys++ > MOST_KEYS) {
                    throw new IllegalStateException("the queues do not come to rest");
                }
            }
        } while (deliver(api.takeChanges()));
    }

    /** Delivers watch events, and returns whether there were any. */
    boolean deliver(List<Change> changes) {
        changes.forEach(change -> informers.forEach(informer -> informer.deliver(change)));
        return !changes.isEmpty();
    }

    /** Makes the watches forget what they know under a key, as if it had never been there. */
    void forget(String key) {
        informers.forEach(informer -> informer.forget(key));
    }

    @Override
    public void close() {
        main.stop();
    }

    private void bind(CamelContext context) throws Exception {
        context.addComponent("workqueue", new WorkqueueComponent(this::nanos));
        KubernetesClient client = api.client(serialization);
        new ControllerConfiguration(clock, this::nanos, () -> 0.5, client).configure(context);
        Gate closed = new CountDownLatch(1)::await;
        // a name has a bean of each class
        context.getRegistry().unbind("cachesSyncedAndLeader");
        context.getRegistry().bind("cachesSyncedAndLeader", closed);
    }

    private static void adviseRoutes(CamelContext context, Processor plugin) {
        try {
            for (String route : CALLED_ROUTES) {
                AdviceWith.adviceWith(context, route, false, advice -> advice.replaceFromWith("direct:" + route));
            }
            AdviceWith.adviceWith(context, "run-exec-plugin", false, advice -> advice.weaveById("exec-plugin")
                    .replace()
                    .process(plugin));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Watch<PartialObjectMetadata> metadata(
            String route, String resource, String store, boolean managedOnly) {
        return new Watch<>(
                route,
                resource,
                store,
                PartialObjectMetadata.class,
                object -> !managedOnly
                        || object.at("/metadata/labels")
                                .path(ManagedMetadata.MANAGED_BY)
                                .isTextual());
    }

    /** What the controller's own client reads objects with. */
    private static KubernetesSerialization serialization(Map<?, ?> limits) {
        try (KubernetesClient client =
                KubernetesClients.create("src/test/resources/kubeconfig-of-no-server.yaml", () -> true, limits)) {
            KubernetesSerialization serialization = client.getKubernetesSerialization();
            serialization.registerKubernetesResource(
                    "meta.k8s.io/v1", "PartialObjectMetadata", PartialObjectMetadata.class);
            serialization.registerKubernetesResource(
                    "multicluster.x-k8s.io/v1alpha1", "ClusterProfile", ClusterProfile.class);
            return serialization;
        }
    }

    private long nanos() {
        return Duration.between(BEGIN, clock.instant()).toNanos();
    }
}
