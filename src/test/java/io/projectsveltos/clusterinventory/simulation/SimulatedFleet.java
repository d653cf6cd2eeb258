package io.projectsveltos.clusterinventory.simulation;

import static java.lang.Boolean.FALSE;
import static java.lang.Boolean.TRUE;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.projectsveltos.clusterinventory.apiserver.InMemoryApi;
import io.projectsveltos.clusterinventory.apiserver.InMemoryApi.Change;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.SimulatedInformer;
import io.projectsveltos.clusterinventory.component.workqueue.QueuePump;
import io.projectsveltos.clusterinventory.events.SetClock;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.apache.camel.component.mock.MockEndpoint;

/**
 * A cluster manager, Sveltos, users, watches, workers, timers and time, each of which does something when a random number
 * says so. It records what it did, and derives the expected result.
 */
final class SimulatedFleet {

    static final Duration TOKEN_LIFETIME = Duration.ofMinutes(10);

    private static final String PROFILES = "apis/multicluster.x-k8s.io/v1alpha1/clusterprofiles";
    private static final String CLUSTERS = "apis/lib.projectsveltos.io/v1beta1/sveltosclusters";
    private static final String SECRETS = "api/v1/secrets";
    private static final List<String> NAMES = List.of("one", "two");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a profile may offer, and whether it can be served from that. */
    private enum Offer {
        NOTHING_YET(false),
        NOTHING_CONFIGURED(false),
        INCOMPLETE_SECRET_READER(false),
        INCOMPLETE_PLUGIN(false),
        SECRET(true),
        PLUGIN(true),
        FAILING_PLUGIN(false),
        PLUGIN_WITH_A_BAD_ANSWER(false),
        CUSTOM(true),
        CUSTOM_WITHOUT_ANSWER(false);

        private final boolean served;

        Offer(boolean served) {
            this.served = served;
        }
    }

    /** The desired state of one profile. */
    private static final class Wanted {
        private boolean exists;
        private boolean deleted;
        private Offer offer = Offer.NOTHING_YET;
        private int variant;
        private String label = "a";
        private boolean source;
        private int sourceVersion;
        private boolean held;
        private int changes;
        private int drifts;
        private int pluginRuns;
        private int failedRuns;

        private boolean isServable() {
            return offer.served && (offer != Offer.SECRET || source);
        }
    }

    /** The expected outputs. A null means that any value is correct. */
    record Expected(
            String name,
            boolean profile,
            Boolean cluster,
            Boolean secret,
            String server,
            String label,
            int mostPluginRuns) {}

    record Actual(
            boolean profile,
            boolean cluster,
            boolean secret,
            String kubeconfig,
            String label,
            boolean expired,
            int pluginRuns) {}

    private final CamelContext context;
    private final InMemoryApi api;
    private final SetClock clock;
    private final FluentProducerTemplate template;
    private final List<Stream<?>> streams;
    private final List<QueuePump> workers;
    private final Map<String, Wanted> wanted = new LinkedHashMap<>();
    private final List<String> history = new ArrayList<>();
    private Random random;
    private String namespace;
    private Instant begin;
    private int failures;
    private int depth;
    private boolean leading;
    private boolean settling;
    private int roundsInRest;

    SimulatedFleet(CamelContext context, InMemoryApi api, SetClock clock) {
        this.context = context;
        this.api = api;
        this.clock = clock;
        this.template = context.createFluentProducerTemplate();
        this.streams = List.of(
                new Stream<>(PROFILES, "clusterProfiles", "watch-clusterprofiles", ClusterProfile.class, any -> true),
                new Stream<>(
                        SECRETS,
                        "managedSecretStore",
                        "watch-managed-secrets",
                        PartialObjectMetadata.class,
                        SimulatedFleet::isManaged),
                new Stream<>(
                        CLUSTERS,
                        "sveltosClusterStore",
                        "watch-sveltosclusters",
                        PartialObjectMetadata.class,
                        SimulatedFleet::isManaged),
                new Stream<>(
                        SECRETS,
                        "sourceSecretVersions",
                        "watch-source-secrets",
                        PartialObjectMetadata.class,
                        any -> true));
        streams.forEach(Stream::synced);
        this.workers =
                List.of(new QueuePump(context, "reconcile-clusterprofile"), new QueuePump(context, "fetch-credential"));
        mock("exec:plugin").whenAnyExchangeReceived(this::runPlugin);
        mock("custom-provider").whenAnyExchangeReceived(this::runCustomRoute);
    }

    void begin(String newNamespace, Random newRandom) {
        namespace = newNamespace;
        random = newRandom;
        begin = clock.instant();
        failures = 0;
        leading = true;
        settling = false;
        roundsInRest = 0;
        history.clear();
        wanted.clear();
        api.clear();
        streams.forEach(Stream::begin);
        NAMES.forEach(name -> wanted.put(name, new Wanted()));
        create("one");
        if (random.nextInt(4) > 0) {
            serve("one");
        }
    }

    /** Most faults need a profile that is served. */
    private void serve(String name) {
        changeSource(name, wanted.get(name));
        offer(name, List.of(Offer.SECRET, Offer.PLUGIN, Offer.CUSTOM).get(random.nextInt(3)));
        deliverAll();
        work();
    }

    /** Deletes all objects, and lets the controller see it. */
    void end() {
        for (String name : NAMES) {
            remove(PROFILES, name);
            remove(CLUSTERS, name);
            remove(SECRETS, name + ManagedMetadata.SECRET_SUFFIX);
            remove(SECRETS, name + "-source");
        }
        deliverAll();
        work();
        for (Stream<?> stream : streams) {
            if (!stream.store.keys().isEmpty()) {
                throw new AssertionError(stream.route + " still knows " + stream.store.keys());
            }
        }
    }

    String history() {
        return String.join("\n", history) + "\n" + String.join("\n", api.requests());
    }

    void step() {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        Wanted profile = wanted.get(name);
        switch (random.nextInt(30)) {
            case 0, 1 -> offer(name, Offer.values()[random.nextInt(Offer.values().length)]);
            case 3 -> relabel(name, profile);
            case 4 -> delete(name, profile);
            case 5 -> create(name);
            case 6 -> changeSource(name, profile);
            case 7 -> drift(name, profile);
            case 8 -> hold(name, profile);
            case 9 -> failRequests();
            case 10 -> changeLeadership();
            case 11 -> restartInformer();
            case 12 -> tick();
            case 13 -> resync();
            case 14 -> advance(Duration.ofMillis(random.nextInt(3_000)));
            case 15 -> advance(Duration.ofSeconds(random.nextInt(900)));
            case 2, 16, 17, 18, 19 -> deliverSome();
            case 20, 21, 22, 23 -> goOn();
            default -> workOnce();
        }
    }

    /** Ends all faults, and waits until everything has settled: all watches, all backoffs, two sync periods. */
    void settle() {
        settling = true;
        leading = true;
        api.failNext(0, 0);
        note("settle");
        for (int minute = 0; minute < 45; minute++) {
            deliverAll();
            work();
            send("refresh-credentials", null, Map.of());
            if (minute % 10 == 9) {
                resync();
            }
            work();
            deliverAll();
            work();
            advance(Duration.ofMinutes(1));
        }
        send("refresh-credentials", null, Map.of());
        work();
        deliverAll();
        work();
    }

    /** A component that would continue to work; null if there is none. */
    String unquiet() {
        for (Stream<?> stream : streams) {
            if (stream.pending() > 0) {
                return stream.route + " has " + stream.pending() + " changes to deliver";
            }
        }
        for (String name : NAMES) {
            boolean retries = wanted.get(name).offer.name().contains("PLUGIN")
                    || wanted.get(name).offer == Offer.CUSTOM_WITHOUT_ANSWER;
            if (!retries && workers.get(1).contains(namespace + "/" + name) && !wanted.get(name).offer.served) {
                return name + " waits for a credential that is not needed";
            }
        }
        return null;
    }

    /** How often a worker took a key while nothing happened but time. */
    int roundsInRest() {
        return roundsInRest;
    }

    long writes() {
        return api.requests().stream()
                .filter(request -> !request.startsWith("GET"))
                .count();
    }

    /** Each event may cost one round of five writes, and each failure one more attempt. */
    long mostWrites() {
        long all = 12L + 3L * failures;
        for (Wanted profile : wanted.values()) {
            all += 5L * (profile.changes + profile.drifts) + profile.pluginRuns;
        }
        return all;
    }

    List<Expected> expected() {
        return NAMES.stream().map(this::expected).toList();
    }

    private Expected expected(String name) {
        Wanted profile = wanted.get(name);
        boolean waits = profile.deleted && profile.held;
        boolean there = profile.exists || waits;
        boolean servedNow = profile.isServable();
        boolean copied = hasSecret(name);
        // a deleted output that cannot be recreated does not matter, but a SveltosCluster goes with its Secret
        Boolean cluster = !there ? FALSE : servedNow || copied || waits ? TRUE : null;
        Boolean secret = !there ? FALSE : profile.exists && servedNow ? TRUE : null;
        long minutes = Duration.between(begin, clock.instant()).toMinutes();
        int renewals = (int) (minutes / 7) + 2;
        // a failing one: backoff from 1 s to 1000 s, which each change resets
        int retries = profile.failedRuns == 0 ? 0 : 12 + (int) (minutes / 10);
        int most = 1 + profile.changes + profile.drifts + failures + renewals + retries;
        return new Expected(
                name,
                there,
                cluster,
                secret,
                profile.exists && servedNow ? server(profile) : null,
                profile.exists && cluster == TRUE ? profile.label : null,
                most);
    }

    Actual actual(String name) {
        ObjectNode secret = api.get(SECRETS, namespace, name + ManagedMetadata.SECRET_SUFFIX);
        ObjectNode cluster = api.get(CLUSTERS, namespace, name);
        Wanted profile = wanted.get(name);
        String expiry = secret == null
                ? ""
                : secret.at("/metadata/annotations")
                        .path(ManagedMetadata.EXPIRY)
                        .asText();
        // Sveltos cleans up with it
        boolean renewable = (profile.exists || profile.deleted && profile.held) && profile.isServable();
        return new Actual(
                api.get(PROFILES, namespace, name) != null,
                cluster != null,
                secret != null,
                secret == null ? null : decoded(secret.at("/data/kubeconfig").asText()),
                cluster == null ? null : cluster.at("/metadata/labels/env").asText(),
                renewable && !expiry.isEmpty() && !Instant.parse(expiry).isAfter(clock.instant()),
                profile.pluginRuns);
    }

    // what people, Sveltos and the cluster manager do

    private void create(String name) {
        Wanted profile = wanted.get(name);
        if (api.get(PROFILES, namespace, name) != null) {
            return;
        }
        note("create " + name);
        Wanted fresh = new Wanted();
        fresh.exists = true;
        fresh.source = profile.source;
        fresh.sourceVersion = profile.sourceVersion;
        fresh.changes = profile.changes + 2;
        fresh.drifts = profile.drifts;
        fresh.pluginRuns = profile.pluginRuns;
        fresh.failedRuns = profile.failedRuns;
        wanted.put(name, fresh);
        api.write(
                "POST",
                path(PROFILES, null),
                "application/json",
                Map.of(
                        "apiVersion",
                        "multicluster.x-k8s.io/v1alpha1",
                        "kind",
                        "ClusterProfile",
                        "metadata",
                        Map.of("name", name, "namespace", namespace, "labels", Map.of("env", "a")),
                        "spec",
                        Map.of("displayName", name)));
    }

    private void offer(String name, Offer offer) {
        if (api.get(PROFILES, namespace, name) == null) {
            return;
        }
        Wanted profile = wanted.get(name);
        profile.offer = offer;
        profile.variant = random.nextInt(2);
        profile.changes++;
        note("offer " + name + " " + profile.offer + " " + profile.variant);
        Map<String, Object> status = new HashMap<>();
        status.put("accessProviders", entries(name, profile));
        status.put("properties", null);
        api.write("PATCH", path(PROFILES, name) + "/status", "application/merge-patch+json", Map.of("status", status));
    }

    private static List<Object> entries(String name, Wanted profile) {
        Map<String, Object> cluster = Map.of("server", server(profile));
        return switch (profile.offer) {
            case NOTHING_YET -> List.of();
            case NOTHING_CONFIGURED -> List.of(Map.of("name", "unknown", "cluster", cluster));
            case INCOMPLETE_SECRET_READER -> List.of(secretReader(cluster, Map.of("name", name + "-source")));
            case SECRET -> List.of(secretReader(cluster, Map.of("name", name + "-source", "key", "value")));
            case INCOMPLETE_PLUGIN -> List.of(Map.of("name", "plugin", "cluster", Map.of()));
            case PLUGIN, FAILING_PLUGIN, PLUGIN_WITH_A_BAD_ANSWER ->
                List.of(Map.of("name", "plugin", "cluster", cluster));
            case CUSTOM, CUSTOM_WITHOUT_ANSWER -> List.of(Map.of("name", "custom", "cluster", cluster));
        };
    }

    private static Map<String, Object> secretReader(Map<String, Object> cluster, Map<String, Object> extension) {
        Map<String, Object> all = new HashMap<>(cluster);
        all.put("extensions", List.of(Map.of("name", "client.authentication.k8s.io/exec", "extension", extension)));
        return Map.of("name", "kubeconfig-secretreader", "cluster", all);
    }

    private static String server(Wanted profile) {
        return profile.offer == Offer.SECRET
                ? "https://source-" + profile.sourceVersion + ".example"
                : "https://"
                        + profile.offer
                                .name()
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace('_', '-') + "-" + profile.variant + ".example";
    }

    private void relabel(String name, Wanted profile) {
        if (api.get(PROFILES, namespace, name) == null) {
            return;
        }
        profile.label = random.nextBoolean() ? "a" : "b";
        profile.changes++;
        note("label " + name + " " + profile.label);
        api.write(
                "PATCH",
                path(PROFILES, name),
                "application/merge-patch+json",
                Map.of("metadata", Map.of("labels", Map.of("env", profile.label))));
    }

    private void delete(String name, Wanted profile) {
        if (!profile.exists) {
            return;
        }
        note("delete " + name);
        profile.exists = false;
        profile.deleted = true;
        profile.changes++;
        remove(PROFILES, name);
        if (profile.held && api.get(CLUSTERS, namespace, name) == null) {
            profile.held = false;
        }
    }

    private void changeSource(String name, Wanted profile) {
        String source = name + "-source";
        profile.changes++;
        if (profile.source && random.nextInt(3) == 0) {
            note("delete the source of " + name);
            profile.source = false;
            remove(SECRETS, source);
            return;
        }
        profile.sourceVersion++;
        note("write the source of " + name + " " + profile.sourceVersion);
        Map<String, Object> secret = Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("name", source, "namespace", namespace),
                "data",
                Map.of("value", encoded(kubeconfig("https://source-" + profile.sourceVersion + ".example"))));
        if (profile.source) {
            api.write("PUT", path(SECRETS, source), "application/json", secret);
        } else {
            api.write("POST", path(SECRETS, null), "application/json", secret);
        }
        profile.source = true;
    }

    private void drift(String name, Wanted profile) {
        profile.drifts++;
        boolean secret = random.nextBoolean();
        String resource = secret ? SECRETS : CLUSTERS;
        String output = secret ? name + ManagedMetadata.SECRET_SUFFIX : name;
        if (!profile.exists || api.get(resource, namespace, output) == null) {
            return;
        }
        boolean servedNow = profile.isServable();
        if (random.nextBoolean()) {
            if (secret && !servedNow) {
                // nothing to recreate it from
                return;
            }
            note("somebody deletes " + resource + " " + output);
            remove(resource, output);
            return;
        }
        note("somebody edits " + resource + " " + output);
        api.write(
                "PATCH",
                path(resource, output),
                "application/merge-patch+json",
                secret
                        ? Map.of("metadata", Map.of("annotations", Map.of(ManagedMetadata.FINGERPRINT, "edited")))
                        : Map.of("metadata", Map.of("labels", Map.of("env", "edited"))));
        if (secret && !servedNow) {
            profile.drifts++;
        }
    }

    private void hold(String name, Wanted profile) {
        ObjectNode cluster = api.get(CLUSTERS, namespace, name);
        if (cluster == null) {
            return;
        }
        boolean isHeld = cluster.at("/metadata/finalizers").size() > 0;
        boolean isDeleting = cluster.at("/metadata").has("deletionTimestamp");
        if (!isHeld && isDeleting) {
            return;
        }
        note((isHeld ? "Sveltos lets go of " : "Sveltos holds ") + name);
        profile.held = !isHeld;
        profile.drifts++;
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("finalizers", isHeld ? null : List.of("example.com/sveltos"));
        api.write("PATCH", path(CLUSTERS, name), "application/merge-patch+json", Map.of("metadata", metadata));
    }

    // the surroundings of the controller

    private void failRequests() {
        int code = List.of(0, 401, 409, 429, 500, 503).get(random.nextInt(6));
        int times = 1 + random.nextInt(4);
        failures += times;
        note("the next " + times + " requests fail with " + code);
        api.failNext(code, times);
    }

    /** Watches and workers catch up for a while. */
    private void goOn() {
        int rounds = random.nextInt(8);
        for (int i = 0; i < rounds && leading; i++) {
            deliverAll();
            workers.forEach(QueuePump::step);
        }
    }

    private void changeLeadership() {
        leading = !leading || random.nextInt(3) > 0;
        note(leading ? "leads" : "does not lead");
    }

    private void restartInformer() {
        Stream<?> stream = streams.get(random.nextInt(streams.size()));
        note("informer of " + stream.route + " starts again");
        stream.restart();
    }

    private void tick() {
        note("tick");
        send("refresh-credentials", null, Map.of());
    }

    private void resync() {
        note("resync");
        send("resync", null, Map.of());
        send("clean-up-orphans", null, Map.of());
    }

    private void advance(Duration time) {
        clock.advance(time);
        if (!settling) {
            note("time +" + time);
        }
    }

    private void deliverSome() {
        streams.get(random.nextInt(streams.size())).deliver(1 + random.nextInt(20));
    }

    private void deliverAll() {
        streams.forEach(stream -> stream.deliver(Integer.MAX_VALUE));
    }

    private void workOnce() {
        if (!leading) {
            return;
        }
        int keys = 1 + random.nextInt(3);
        for (int i = 0; i < keys; i++) {
            workers.get(random.nextInt(workers.size())).step();
        }
    }

    private void work() {
        for (int round = 0; round < 1_000; round++) {
            boolean busy = false;
            for (QueuePump worker : workers) {
                boolean worked = worker.step();
                roundsInRest += settling && worked ? 1 : 0;
                busy |= worked;
            }
            if (!busy) {
                return;
            }
            deliverAll();
        }
        throw new AssertionError("the queues do not come to rest");
    }

    /** While a plugin runs, anything else may happen. */
    private void letOthersContinue() {
        if (settling || depth > 0) {
            return;
        }
        depth++;
        int steps = random.nextInt(4);
        for (int i = 0; i < steps; i++) {
            step();
        }
        depth--;
    }

    private void runPlugin(Exchange exchange) {
        ObjectKey key = exchange.getVariable("key", ObjectKey.class);
        Wanted profile = wanted.get(key.name());
        note("plugin runs for " + key.name());
        profile.pluginRuns++;
        Offer offer = profile.offer;
        letOthersContinue();
        if (offer == Offer.FAILING_PLUGIN) {
            wanted.get(key.name()).failedRuns++;
            throw new ReconcileFailure(Reason.ExecPluginFailed, "fails on purpose");
        }
        boolean bad = offer == Offer.PLUGIN_WITH_A_BAD_ANSWER;
        if (bad) {
            wanted.get(key.name()).failedRuns++;
        }
        exchange.getMessage()
                .setBody((bad ? "{}" : """
                                {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                                 "status": {"token": "t", "expirationTimestamp": "%s"}}
                                """.formatted(clock.instant().plus(TOKEN_LIFETIME)))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private void runCustomRoute(Exchange exchange) {
        String name = exchange.getVariable("clusterProfileName", String.class);
        Map<?, ?> entry = exchange.getMessage().getBody(Map.class);
        Wanted profile = wanted.get(name);
        note("custom route runs for " + name);
        profile.pluginRuns++;
        Offer offer = profile.offer;
        letOthersContinue();
        boolean answers = offer == Offer.CUSTOM;
        if (!answers) {
            wanted.get(name).failedRuns++;
        }
        Object server = ((Map<?, ?>) entry.get("cluster")).get("server");
        exchange.getMessage().setBody(answers ? kubeconfig((String) server) : null);
    }

    private boolean hasSecret(String name) {
        return api.get(SECRETS, namespace, name + ManagedMetadata.SECRET_SUFFIX) != null;
    }

    private void remove(String resource, String name) {
        ObjectNode object = api.get(resource, namespace, name);
        if (object == null) {
            return;
        }
        if (settling && object.at("/metadata/finalizers").size() > 0) {
            Map<String, Object> metadata = new HashMap<>();
            metadata.put("finalizers", null);
            api.write("PATCH", path(resource, name), "application/merge-patch+json", Map.of("metadata", metadata));
        }
        if (api.get(resource, namespace, name) != null) {
            api.write("DELETE", path(resource, name), "application/json", Map.of());
        }
    }

    private String path(String resource, String name) {
        int plural = resource.lastIndexOf('/');
        return "/" + resource.substring(0, plural) + "/namespaces/" + namespace + resource.substring(plural)
                + (name == null ? "" : "/" + name);
    }

    private void note(String what) {
        history.add(what);
    }

    private void send(String route, Object body, Map<String, Object> headers) {
        template.to("direct:" + route).withBody(body).withHeaders(headers).send();
    }

    private MockEndpoint mock(String uri) {
        return context.getEndpoint("mock:" + uri, MockEndpoint.class);
    }

    private static boolean isManaged(ObjectNode object) {
        return ManagedMetadata.MANAGER.equals(
                object.at("/metadata/labels").path(ManagedMetadata.MANAGED_BY).asText());
    }

    private static String kubeconfig(String server) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(server);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    /** A watch and the informer behind it. */
    private final class Stream<T extends HasMetadata> {

        private final String resource;
        private final String route;
        private final Class<T> type;
        private final Predicate<ObjectNode> selector;
        private final InformerStore<T, ?> store;
        private final SimulatedInformer<T> informer;
        private int seen;

        @SuppressWarnings("unchecked")
        Stream(String resource, String store, String route, Class<T> type, Predicate<ObjectNode> selector) {
            this.resource = resource;
            this.route = route;
            this.type = type;
            this.selector = selector;
            this.store = (InformerStore<T, ?>) context.getRegistry().lookupByName(store);
            this.informer = new SimulatedInformer<>(this.store, this::pass);
        }

        void synced() {
            store.synced().complete(null);
        }

        void begin() {
            seen = 0;
        }

        int pending() {
            return api.changesSince(seen).size();
        }

        void deliver(int most) {
            List<Change> changes = api.changesSince(seen);
            for (Change change : changes.subList(0, Math.min(most, changes.size()))) {
                seen++;
                deliver(change);
            }
        }

        private void deliver(Change change) {
            if (!change.resource().equals(resource)) {
                return;
            }
            if (change.after() != null && selector.test(change.after())) {
                informer.put(read(change.after()));
            } else if (change.before() != null && selector.test(change.before())) {
                informer.remove(read(change.before()));
            }
        }

        /** The list is current; an older one that was still in progress arrives late. */
        void restart() {
            List<Change> all = api.changesSince(0);
            List<T> late = objects(all.subList(0, Math.min(seen, all.size())));
            List<T> now = objects(all);
            seen = all.size();
            informer.restart(now, late);
        }

        private List<T> objects(List<Change> changes) {
            Map<String, ObjectNode> objects = new LinkedHashMap<>();
            for (Change change : changes) {
                if (!change.resource().equals(resource)) {
                    continue;
                }
                if (change.after() == null || !selector.test(change.after())) {
                    objects.remove(change.key());
                } else {
                    objects.put(change.key(), change.after());
                }
            }
            return objects.values().stream().map(this::read).toList();
        }

        private T read(ObjectNode object) {
            return JSON.convertValue(object, type);
        }

        private void pass(Action action, T object) {
            send(
                    route,
                    object,
                    Map.of(
                            KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION,
                            action,
                            KubernetesConstants.KUBERNETES_EVENT_ACTION,
                            action));
        }
    }
}
