package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FIELD_MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FINALIZER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.tokenProvider;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.writers;
import static io.projectsveltos.clusterinventory.testing.Manifests.NAME;
import static io.projectsveltos.clusterinventory.testing.Manifests.NAMESPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Manifests;
import io.projectsveltos.clusterinventory.testing.Permission;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.RunningController;
import io.projectsveltos.clusterinventory.testing.Scraper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The permissions that the manifests grant to the ServiceAccount: with them no request of the controller is refused, and it
 * needs each of them.
 */
class RbacIT {

    /** Needed for an Event from before a restart. */
    private static final Permission GET_EVENT = new Permission("events.k8s.io", "events", "get");

    /** Needed to confirm that the profile of an orphan is gone. */
    private static final Permission GET_PROFILE = new Permission("multicluster.x-k8s.io", "clusterprofiles", "get");

    private static final Permission PATCH_EVENT = new Permission("events.k8s.io", "events", "patch");

    private static final String PLUGIN = "plugin";
    private static final Map<String, Object> SPEC_OF_THE_GO_CONTROLLER =
            Map.of("kubeconfigName", secretName("taken-over"), "kubeconfigKeyName", "kubeconfig");

    private static final List<CompletableFuture<Void>> STOPPING = new ArrayList<>();

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private static AuditedApiServer server;
    private static Manifests base;

    @TempDir
    private Path directory;

    private ClusterFixtures fleet;
    private RunningController controller;

    @BeforeAll
    static void start() {
        server = env.server();
        server.createNamespace(NAMESPACE);
        base = Manifests.of("base");
        server.apply(base.yaml("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"));
    }

    @AfterAll
    static void close() {
        STOPPING.forEach(CompletableFuture::join);
    }

    @AfterEach
    void stop() {
        if (controller != null) {
            controller.close();
        }
    }

    @Test
    void needsOnlyThePermissionsOfTheBase() {
        fleet = ClusterFixtures.inNewNamespaceOf(server);
        ClusterFixtures sources = ClusterFixtures.inNewNamespaceOf(server);
        prepare();

        start(NAME, Map.of("sync-period", "1s"));

        assertEverythingHappens(sources);
        assertEquals(200, scrape());
        controller.close();
        // finds existing Events
        start(NAME, Map.of());
        fleet.createServedProfile("later");
        assertEquals(List.of(), server.refusals(user(NAME)));
    }

    @Test
    void needsOnlyThePermissionsOfTheNamespacedOverlay() {
        Manifests overlay = Manifests.of("overlays/namespaced");
        server.createNamespace("fleet");
        server.apply(
                overlay.yaml("Role", "RoleBinding").replace("\"name\" : \"" + NAME + '"', "\"name\" : \"namespaced\""));
        createServiceAccount("namespaced");
        fleet = ClusterFixtures.in(server, "fleet", "v1alpha1");
        prepare();

        start("namespaced", settingsOf(overlay, Map.of("sync-period", "1s")));

        assertEverythingHappens(fleet);
        // it tries to list all profiles of the cluster, and works without
        assertEquals(
                Set.of(new Permission("multicluster.x-k8s.io", "clusterprofiles", "list")),
                server.refusals(user("namespaced")).stream()
                        .flatMap(refusal -> Permission.missing(refusal).stream())
                        .collect(Collectors.toSet()));
    }

    static Stream<Permission> permissions() {
        return Stream.of("ClusterRole", "Role")
                .map(base::one)
                .flatMap(Permission::of)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("permissions")
    void needsEachPermission(Permission permission) {
        String account = "without-" + permission.verb() + "-" + permission.resource();
        createServiceAccount(account);
        server.apply(without(permission, account));
        fleet = ClusterFixtures.inNewNamespaceOf(server);
        prepare();
        if (permission.equals(GET_EVENT)) {
            recordEventsBeforehand();
        }

        start(account, settingsFor(permission));
        if (permission.equals(PATCH_EVENT)) {
            rotateTwice();
        }
        if (permission.resource().endsWith("reviews")) {
            scrape();
        }

        eventually(() -> assertFalse(server.refusals(user(account)).isEmpty()));
        String refusal = server.refusals(user(account)).get(0);
        assertEquals(permission, Permission.missing(refusal).orElse(null), refusal);
        // a stop takes longer than the rest of the test, so the next one does not wait for it
        STOPPING.add(CompletableFuture.runAsync(controller::close));
        controller = null;
    }

    private Map<String, String> settingsFor(Permission permission) {
        // all runs share one Lease, and those for other permissions would only wait for it
        boolean elected = permission.resource().equals("leases");
        if (elected) {
            server.client().leases().inNamespace(NAMESPACE).withName(NAME).delete();
        }
        Map<String, String> settings =
                new HashMap<>(Map.of("watch-namespaces", fleet.namespace(), "leader-elect", String.valueOf(elected)));
        if (permission.equals(GET_PROFILE)) {
            settings.put("sync-period", "1s");
        }
        return settings;
    }

    /** Runs a controller with all permissions, whose Events the next one finds. */
    private void recordEventsBeforehand() {
        fleet.createProfileFrom("missing", "failing");
        start(NAME, Map.of("watch-namespaces", fleet.namespace(), "leader-elect", "false"));
        fleet.awaitEvent("failing", "SourceSecretNotFound");
        controller.close();
    }

    /** Objects that need each verb right after the start: a profile to serve, one to take over, one to release. */
    private void prepare() {
        fleet.createProfileAndSource("new");

        fleet.createSecret(secretName("taken-over"), Map.of(MANAGED_BY, MANAGER), "old");
        fleet.createCluster("taken-over", Map.of(MANAGED_BY, MANAGER, "env", "prod"), SPEC_OF_THE_GO_CONTROLLER);
        fleet.createSource("taken-over", kubeconfig("taken-over"));
        fleet.createProfile("taken-over", Map.of("env", "prod"), "");
        fleet.reportSource("taken-over", "taken-over");

        fleet.createSecret(secretName("leaving"), Map.of(MANAGED_BY, MANAGER), "old");
        fleet.createCluster("leaving", Map.of(MANAGED_BY, MANAGER), SPEC_OF_THE_GO_CONTROLLER);
        fleet.createProfile("leaving", Map.of(), "", FINALIZER);
        fleet.profile("leaving").delete();

        fleet.createSecret(secretName("orphan"), Map.of(MANAGED_BY, MANAGER), "old");
        fleet.createCluster("orphan", Map.of(MANAGED_BY, MANAGER), SPEC_OF_THE_GO_CONTROLLER);
    }

    private void assertEverythingHappens(ClusterFixtures sources) {
        servesTakesOverAndReleases();
        copiesFrom(sources);
        runsAPlugin();
        readsATokenSecret();
        rotateTwice();
        recordsAWarning();
        removesAnOrphan();
    }

    private void servesTakesOverAndReleases() {
        fleet.awaitServed("new");
        fleet.awaitEvent("new", "Synced");
        eventually(() -> assertTrue(writers(fleet.cluster("taken-over").get()).contains("Apply by " + FIELD_MANAGER)));
        fleet.label(fleet.profile("taken-over"), "env", null);
        eventually(() -> assertEquals(
                Set.of(MANAGED_BY), labels(fleet.cluster("taken-over").get()).keySet()));
        eventually(() -> assertEquals(kubeconfig("taken-over"), fleet.copied("taken-over")));
        eventually(() -> fleet.assertGone(fleet.profile("leaving")));
        fleet.assertGone(fleet.managedSecret("leaving"));
    }

    private void copiesFrom(ClusterFixtures sources) {
        sources.createSource("elsewhere", kubeconfig("elsewhere"));
        fleet.createProfile("copied");
        fleet.report(
                "copied",
                List.of(secretReader(Map.of("name", "elsewhere", "key", "value", "namespace", sources.namespace()))));
        fleet.awaitServed("copied");
    }

    private void runsAPlugin() {
        fleet.createProfileOffering("plugged", PLUGIN);
        fleet.awaitServed("plugged");
    }

    private void readsATokenSecret() {
        fleet.createProfile("of-ocm");
        fleet.createTokenCopy("of-ocm", "sveltos", "token");
        fleet.report("of-ocm", List.of(tokenProvider("open-cluster-management", "of-ocm")));
        fleet.awaitServed("of-ocm");
    }

    /** Twice, since the second time patches the Event of the first. */
    private void rotateTwice() {
        fleet.awaitServed("new");
        rotate("once");
        eventually(() -> assertTrue(fleet.events("new", "Synced").stream()
                .anyMatch(event -> event.getNote().startsWith("Rotated"))));
        rotate("twice");
    }

    private void rotate(String rotated) {
        fleet.changeSource("new", kubeconfig(rotated));
        eventually(() -> assertEquals(kubeconfig(rotated), fleet.copied("new")));
    }

    private void recordsAWarning() {
        fleet.createProfileFrom("missing", "failing");
        fleet.awaitEvent("failing", "SourceSecretNotFound");
    }

    private void removesAnOrphan() {
        eventually(() -> fleet.assertGone(fleet.managedSecret("orphan")));
        fleet.assertGone(fleet.cluster("orphan"));
    }

    /** Gets the metrics with permission; returns the status. */
    private int scrape() {
        return Scraper.getSecurely(controller, "/metrics", "Bearer token-of-" + AuditedApiServer.FIRST)
                .status();
    }

    private void start(String account, Map<String, String> settings) {
        Plugins plugins = new Plugins(directory).add(PLUGIN, Plugins.returns("\"token\":\"token\""));
        Map<String, String> all = new HashMap<>(settings);
        all.put("clusterprofile-provider-file", plugins.file().toString());
        all.putIfAbsent("leader-elect", "true");
        all.put("diagnostics-address", "127.0.0.1:0");
        all.put("leader-election.namespace", NAMESPACE);
        controller = RunningController.start(server.kubeconfigOf(account, server.tokenOf(NAMESPACE, account)), all);
    }

    /** The settings in the environment of the container. */
    private static Map<String, String> settingsOf(Manifests manifests, Map<String, String> more) {
        JsonNode environment = manifests.configMap(NAME + "-settings").path("data");
        Map<String, String> settings = new HashMap<>();
        for (String name : List.of("watch-namespaces", "debugging-configuration.watch")) {
            String variable = name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
            settings.put(name, environment.required(variable).asText());
        }
        settings.putAll(more);
        return settings;
    }

    /** The roles of the base without one permission, and their bindings, for another account. */
    private static String without(Permission permission, String account) {
        Manifests copy = new Manifests(Stream.of("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
                .map(kind -> base.one(kind).<ObjectNode>deepCopy())
                .peek(role -> Manifests.stream(role.path("rules")).forEach(rule -> withdraw(permission, rule)))
                .map(JsonNode.class::cast)
                .toList());
        return copy.yaml("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
                .replace("\"name\" : \"" + NAME + '"', "\"name\" : \"" + account + '"');
    }

    private static void withdraw(Permission permission, JsonNode rule) {
        if (Manifests.texts(rule.path("apiGroups")).contains(permission.group())
                && Manifests.texts(rule.path("resources")).contains(permission.resource())) {
            ArrayNode verbs = (ArrayNode) rule.path("verbs");
            verbs.removeIf(verb -> verb.asText().equals(permission.verb()));
            if (verbs.isEmpty()) {
                // a rule without verbs is refused
                verbs.add("none");
            }
        }
    }

    private static void createServiceAccount(String name) {
        server.apply(base.yaml("ServiceAccount").replace("\"name\" : \"" + NAME + '"', "\"name\" : \"" + name + '"'));
    }

    private static String user(String account) {
        return "system:serviceaccount:" + NAMESPACE + ":" + account;
    }
}
