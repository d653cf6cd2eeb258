package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static io.projectsveltos.clusterinventory.testing.Manifests.NAME;
import static io.projectsveltos.clusterinventory.testing.Manifests.NAMESPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Manifests;
import io.projectsveltos.clusterinventory.testing.Monitoring;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.RunningController;
import io.projectsveltos.clusterinventory.testing.Scrape;
import io.projectsveltos.clusterinventory.testing.Scraper;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics with the permissions in the manifests: who may read them, and that the dashboard and the alerts find their metrics. */
class DiagnosticsIT {

    /** The names that dashboards for controllers usually query. */
    private static final Set<String> PROMISED = Set.of(
            "controller_runtime_active_workers",
            "controller_runtime_reconcile_errors_total",
            "controller_runtime_reconcile_time_seconds",
            "controller_runtime_reconcile_total",
            "leader_election_master_status",
            "projectsveltos_clusterinventory_credential_expiry_seconds",
            "projectsveltos_clusterinventory_credentials_expired",
            "projectsveltos_clusterinventory_exec_plugin_seconds",
            "projectsveltos_clusterinventory_health_gate",
            "projectsveltos_clusterinventory_profiles",
            "projectsveltos_clusterinventory_sveltosclusters",
            "workqueue_adds_total",
            "workqueue_depth",
            "workqueue_queue_duration_seconds",
            "workqueue_retries_total");

    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

    /** Prometheus adds them. */
    private static final Set<String> LABELS_OF_TARGETS = Set.of("job", "namespace", "pod");

    private static final String READERS = "monitoring";
    private static final String METRICS_READER = NAME + "-metrics-reader";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private static AuditedApiServer server;
    private static ClusterFixtures unused;
    private static RunningController controller;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        server = env.server();
        server.createNamespace(NAMESPACE);
        server.createNamespace(READERS);
        createAccount("prometheus-k8s");
        server.apply(Manifests.of("overlays/monitoring")
                .yaml("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"));
        unused = ClusterFixtures.inNewNamespaceOf(server);
        controller = start(unused, Map.of());
    }

    @Test
    void servesCallersThatTheManifestsAllow() {
        Scraper.Page page = Scraper.getSecurely(controller, "/metrics", bearer("prometheus-k8s"));

        assertEquals(200, page.status());
        assertTrue(Scrape.of(page.body()).metrics().contains("workqueue_depth"), page::body);
    }

    @Test
    void refusesCallersWithoutPermission() {
        createAccount("curious");

        Scraper.Page page = Scraper.getSecurely(controller, "/metrics", bearer("curious"));

        assertEquals(new Scraper.Page(403, "not allowed to get /metrics\n"), page);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"Bearer bogus", "Bearer", "Bearer ", "Basic Ym9ndXM6Ym9ndXM="})
    void refusesUnknownCallers(String authorization) {
        Scraper.Page page = Scraper.getSecurely(controller, "/metrics", authorization);

        assertEquals(401, page.status());
        assertFalse(page.body().contains("bogus"), page::body);
    }

    @Test
    void reviewsARepeatedCallerOnce() {
        createReader("regular");
        String authorization = bearer("regular");
        long tokenReviews = asked("create tokenreviews ");
        long accessReviews = asked("create subjectaccessreviews ");

        for (int scrapes = 0; scrapes < 2; scrapes++) {
            assertEquals(
                    200,
                    Scraper.getSecurely(controller, "/metrics", authorization).status());
        }

        // the audit log has a request only after its answer
        steadily(() -> {
            assertEquals(1, asked("create tokenreviews ") - tokenReviews);
            assertEquals(1, asked("create subjectaccessreviews ") - accessReviews);
        });
        assertEquals(List.of(), server.refusals(user(NAME)));
    }

    @Test
    void servesKnownCallersWhileTheApiServerIsAway() {
        createReader("known");
        createReader("newcomer");
        String known = bearer("known");
        String newcomer = bearer("newcomer");
        assertEquals(200, Scraper.getSecurely(controller, "/metrics", known).status());

        server.server().kill();
        try {
            assertEquals(200, Scraper.getSecurely(controller, "/metrics", known).status());
            assertEquals(
                    503, Scraper.getSecurely(controller, "/metrics", newcomer).status());
        } finally {
            server.server().restart();
        }

        eventually(() -> assertEquals(
                200, Scraper.getSecurely(controller, "/metrics", newcomer).status()));
    }

    @Test
    void servesAnybodyOverPlainHttpWhenConfigured() {
        long tokenReviews = asked("create tokenreviews ");
        try (RunningController insecure = start(unused, Map.of("insecure-diagnostics", "true"))) {
            Scraper.Page page = Scraper.get(insecure, "/metrics");

            assertEquals(200, page.status());
            assertTrue(Scrape.of(page.body()).metrics().contains("workqueue_depth"), page::body);
            assertEquals(404, Scraper.get(insecure, "/").status());
        }
        assertEquals(tokenReviews, asked("create tokenreviews "));
    }

    @Test
    void hasEveryMetricOfTheDashboardAndTheAlerts() {
        ClusterFixtures fleet = ClusterFixtures.inNewNamespaceOf(server);
        try (RunningController leader = startElected(fleet)) {
            work(fleet);
            // the metric of GC pauses begins with the first pause after the first scrape
            scrape(leader);
            System.gc();

            eventually(() -> assertTrue(scrape(leader).names().contains("jvm_gc_pause_seconds_sum")));
            Scrape scrape = scrape(leader);
            assertEquals(Set.of(), less(PROMISED, scrape.metrics()));
            assertEquals(Set.of(), less(Monitoring.metrics(), scrape.names()));
            assertEquals(List.of(), unanswered(scrape));
        }
    }

    @Test
    void countsTheWorkOfTheLeader() {
        ClusterFixtures fleet = ClusterFixtures.inNewNamespaceOf(server);
        try (RunningController leader = startElected(fleet)) {
            work(fleet);

            eventually(() -> {
                Scrape scrape = scrape(leader);
                String profiles = "projectsveltos_clusterinventory_profiles";
                assertValue(2, scrape.value(profiles, "provider=\"kubeconfig-secretreader\""));
                assertValue(1, scrape.value(profiles, "provider=\"plugin\""));
                assertValue(1, scrape.value(profiles, "provider=\"none\""));
                String runs = "projectsveltos_clusterinventory_exec_plugin_seconds_count";
                assertValue(1, scrape.value(runs, "provider=\"plugin\"", "result=\"success\""));
                double expiry = scrape.value("projectsveltos_clusterinventory_credential_expiry_seconds")
                        .orElseThrow();
                assertTrue(expiry > 3500 && expiry <= 3600, () -> "expires in " + expiry);
                assertValue(0, scrape.value("projectsveltos_clusterinventory_credentials_expired"));
                String reconciles = "controller_runtime_reconcile_total";
                String main = "controller=\"clusterprofiles\"";
                assertTrue(scrape.value(reconciles, main, "result=\"success\"").orElseThrow() > 0);
                assertTrue(scrape.value("controller_runtime_reconcile_errors_total", main)
                                .orElseThrow()
                        > 0);
                assertValue(0, scrape.value("workqueue_depth", "name=\"clusterprofiles\""));
            });
        }
    }

    @Test
    void showsWhichReplicaLeads() {
        String lease = "name=\"" + NAME + "\"";
        try (RunningController leader = startElected(unused)) {
            eventually(() -> assertValue(1, scrape(leader).value("leader_election_master_status", lease)));
            try (RunningController standby = startElected(unused)) {
                assertValue(0, scrape(standby).value("leader_election_master_status", lease));
                assertValue(1, scrape(leader).value("leader_election_master_status", lease));
            }
        }
        assertEquals(
                OptionalDouble.empty(), scrape(controller).value("leader_election_master_status"), "without election");
    }

    /** Three profiles that are served, one that cannot be, one that is deleted. */
    private static void work(ClusterFixtures fleet) {
        fleet.createServedProfile("one");
        fleet.createServedProfile("two");
        fleet.createServedProfile("gone");
        fleet.createProfileOffering("plugged", "plugin");
        fleet.awaitServed("plugged");
        fleet.createProfileFrom("missing", "failing");
        fleet.awaitEvent("failing", "SourceSecretNotFound");
        fleet.profile("gone").delete();
        eventually(() -> fleet.assertGone(fleet.profile("gone")));
    }

    /** The queried metrics whose labels match no series of that name. */
    private static List<String> unanswered(Scrape scrape) {
        return Monitoring.queries().stream()
                .flatMap(query -> Monitoring.selectors(query).stream())
                .filter(selector -> scrape.names().contains(name(selector)))
                .filter(selector ->
                        scrape.value(name(selector), labels(selector)).isEmpty())
                .toList();
    }

    private static String name(String selector) {
        return selector.substring(0, selector.indexOf('{'));
    }

    private static String[] labels(String selector) {
        return LABEL.matcher(selector)
                .results()
                .filter(label -> !LABELS_OF_TARGETS.contains(label.group(1)))
                .map(label -> label.group())
                .toArray(String[]::new);
    }

    private static Set<String> less(Set<String> wanted, Set<String> there) {
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(there);
        return missing;
    }

    private static void assertValue(double expected, OptionalDouble value) {
        assertEquals(OptionalDouble.of(expected), value);
    }

    private static Scrape scrape(RunningController controller) {
        Scraper.Page page = Scraper.getSecurely(controller, "/metrics", bearer("prometheus-k8s"));
        assertEquals(200, page.status(), page::body);
        return Scrape.of(page.body());
    }

    private static RunningController start(ClusterFixtures fleet, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("diagnostics-address", "127.0.0.1:0");
        all.put("watch-namespaces", fleet.namespace());
        return env.start(server.kubeconfigOf(NAME, server.tokenOf(NAMESPACE, NAME)), all);
    }

    private RunningController startElected(ClusterFixtures fleet) {
        Plugins plugins = new Plugins(directory).add("plugin", Plugins.returnsTokensFor("plugin", 3600));
        return start(
                fleet,
                Map.of(
                        "leader-elect",
                        "true",
                        "leader-election.namespace",
                        NAMESPACE,
                        "clusterprofile-provider-file",
                        plugins.file().toString(),
                        // their metrics exist only then
                        "health-gate",
                        "pause",
                        "sveltosclusters.metadata-only",
                        "false"));
    }

    /** How often the controller has sent this request. */
    private static long asked(String request) {
        return server.requests(user(NAME)).stream()
                .filter(made -> made.toString().equals(request))
                .count();
    }

    private static String bearer(String account) {
        return "Bearer " + server.tokenOf(READERS, account);
    }

    private static void createReader(String account) {
        createAccount(account);
        server.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(account)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", METRICS_READER)
                        .addNewSubject(null, "ServiceAccount", account, READERS)
                        .build())
                .create();
    }

    private static void createAccount(String name) {
        server.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(READERS)
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private static String user(String account) {
        return "system:serviceaccount:" + NAMESPACE + ":" + account;
    }
}
