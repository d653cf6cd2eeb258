package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.AuditedApiServer.LIMITED;
import static io.projectsveltos.clusterinventory.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.ClusterFixtures.steadily;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kubelet is told: ready while all that is watched is up to date, alive unless only a new start would help. */
class HealthIT {

    private static final String PROFILES = "clusterprofiles.multicluster.x-k8s.io";
    private static final String DEBUGGING = "debuggingconfigurations.lib.projectsveltos.io";
    private static final Duration SOON_KNOWN = Duration.ofSeconds(15);

    @AutoClose
    private static AuditedApiServer server;

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = ClusterFixtures.inNewNamespaceOf(server);
    private RunningController controller;

    @BeforeAll
    static void startServer() {
        server = AuditedApiServer.start();
    }

    @AfterEach
    void stop() {
        if (controller != null) {
            controller.close();
        }
    }

    @Test
    void isNotReadyUntilTheClusterProfilesAreDefined() {
        uninstall(PROFILES);
        try {
            start(FIRST, Map.of());

            awaitNotReadyFor("Cannot watch " + PROFILES);
            steadily(() -> assertEquals(503, readiness().status()));
            assertAlive();
        } finally {
            install(PROFILES);
        }

        awaitReady();
    }

    @Test
    void isReadyThoughDebuggingConfigurationsAreNotDefined() {
        uninstall(DEBUGGING);
        try {
            start(FIRST, Map.of());

            awaitReady();
            steadily(() -> assertEquals(200, readiness().status()));
            assertAlive();
        } finally {
            install(DEBUGGING);
        }
    }

    @Test
    void isNotReadyWithoutTheApiServerButAlive() {
        start(FIRST, Map.of());
        awaitReady();
        Set<Integer> liveness = ConcurrentHashMap.newKeySet();

        server.server().kill();
        try {
            await().atMost(SOON_KNOWN)
                    .until(observing(liveness, () -> readiness().status() == 503));
            // it has given the watches up by then, and begun anew
            await().atMost(Duration.ofSeconds(30))
                    .until(observing(liveness, () -> readiness().body().contains("trying again until it works")));
        } finally {
            server.server().restart();
        }
        await().atMost(Duration.ofSeconds(30))
                .until(observing(liveness, () -> readiness().status() == 200));

        assertEquals(Set.of(200), liveness);
    }

    @Test
    void isNotReadyWhileItMayNoLongerWatch() {
        grant("secrets", "", "secrets");
        grant("sveltosclusters", "lib.projectsveltos.io", "sveltosclusters");
        ClusterRoleBinding profiles = grant("clusterprofiles", "multicluster.x-k8s.io", "clusterprofiles");
        start(LIMITED, Map.of("debugging-configuration.watch", "false"));
        awaitReady();

        server.client().resource(profiles).delete();
        // ends the watch that was allowed
        server.server().kill();
        server.server().restart();
        awaitNotReadyFor("User \\\"limited\\\" cannot");
        assertTrue(readiness().body().contains(PROFILES), readiness()::body);
        assertAlive();

        grant("clusterprofiles-again", "multicluster.x-k8s.io", "clusterprofiles");
        awaitReady();
    }

    @Test
    void isNotAliveWhenAWatchRouteWasStopped() throws Exception {
        start(FIRST, Map.of());
        awaitReady();
        assertAlive();

        controller.context().getRouteController().stopRoute("watch-clusterprofiles");

        assertNotAliveFor("route watch-clusterprofiles was stopped");
        controller.context().getRouteController().startRoute("watch-clusterprofiles");
        assertAlive();
        awaitReady();
    }

    @Test
    void isNotAliveWhileAWorkerIsStuckWithAProfile() {
        Plugins plugins = new Plugins(directory)
                .add("slow", "until [ -e over ]; do sleep 0.1; done\n" + Plugins.givesTokens("slow"));
        fleet.createProfile("stuck");
        fleet.report("stuck", List.of(ClusterFixtures.accessProvider("slow", List.of())));
        start(
                FIRST,
                Map.of("clusterprofile-provider-file", plugins.file().toString(), "credentials.stuck-after", "1s"));
        plugins.awaitRuns("slow", 1);

        eventually(() -> assertNotAliveFor(fleet.namespace() + "/stuck has been with a worker of queue credentials"));

        plugins.put("over");
        eventually(this::assertAlive);
        fleet.awaitServed("stuck");
        awaitReady();
        fleet.profile("stuck").delete();
        // or it would hold up the removal of its definition
        eventually(() -> fleet.assertGone(fleet.profile("stuck")));
    }

    @Test
    void answersProbesAtOnceBesideSilentConnections() throws IOException {
        start(FIRST, Map.of());
        awaitReady();
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                silent.add(new Socket("127.0.0.1", controller.listening().getPort()));
            }

            for (int i = 0; i < 30; i++) {
                assertTimeout(Duration.ofSeconds(1), this::assertAlive);
            }
            awaitReady();
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void standbyIsReady() {
        server.client()
                .resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(fleet.namespace())
                        .withName("held")
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity("somebody")
                        .withLeaseDurationSeconds(3600)
                        .withAcquireTime(ZonedDateTime.now())
                        .withRenewTime(ZonedDateTime.now())
                        .endSpec()
                        .build())
                .create();
        fleet.createProfileAndSource("waiting");
        start(
                FIRST,
                Map.of(
                        "leader-elect",
                        "true",
                        "leader-election.lease",
                        "held",
                        "leader-election.namespace",
                        fleet.namespace(),
                        // keys wait longer than this, for a worker that may not begin
                        "reconcile.stuck-after",
                        "1s"));

        awaitReady();
        steadily(() -> {
            assertEquals(200, readiness().status());
            assertAlive();
        });
        assertEquals(List.of(), server.writes(FIRST, fleet.namespace()));
    }

    @Test
    void isNotReadyWhileItMayNotUseTheLease() {
        String rights = """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: watches, namespace: %1$s}
                rules:
                  - {apiGroups: [multicluster.x-k8s.io], resources: [clusterprofiles], verbs: [list, watch]}
                  - {apiGroups: [lib.projectsveltos.io], resources: [sveltosclusters], verbs: [list, watch]}
                  - {apiGroups: [""], resources: [secrets], verbs: [list, watch]}
                  - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [%2$s]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: watches, namespace: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: watches}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: limited}]
                """;
        server.apply(rights.formatted(fleet.namespace(), "get"));
        try (LogCapture log = LogCapture.started()) {
            start(
                    LIMITED,
                    Map.of(
                            "leader-elect",
                            "true",
                            "leader-election.namespace",
                            fleet.namespace(),
                            "debugging-configuration.watch",
                            "false"));

            awaitNotReadyFor("cannot create resource \\\"leases\\\"");
            awaitNotReadyFor("; the Role needs get, create and update on leases.coordination.k8s.io");
            assertAlive();
            List<String> lines =
                    log.lines().stream().filter(line -> line.contains("lease")).toList();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.get(0).length() < 400, lines.get(0));
        }

        server.apply(rights.formatted(fleet.namespace(), "get, create, update"));
        awaitReady();
    }

    private void start(String user, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("health-addr", "127.0.0.1:0");
        all.put("watch-namespaces", fleet.namespace());
        controller = RunningController.start(server.kubeconfigOf(user), all);
    }

    private Scraper.Page readiness() {
        return Scraper.get(controller, "/readyz");
    }

    private void awaitReady() {
        eventually(() -> assertEquals(new Scraper.Page(200, "{\"status\":\"UP\",\"checks\":[]}"), readiness()));
    }

    private void awaitNotReadyFor(String reason) {
        eventually(() -> assertRed(readiness(), reason));
    }

    private void assertAlive() {
        assertEquals(new Scraper.Page(200, "{\"status\":\"UP\",\"checks\":[]}"), Scraper.get(controller, "/healthz"));
    }

    private void assertNotAliveFor(String reason) {
        assertRed(Scraper.get(controller, "/healthz"), reason);
    }

    private static void assertRed(Scraper.Page page, String reason) {
        assertEquals(503, page.status());
        assertTrue(page.body().contains(reason), page::body);
    }

    /** The condition, and with each look at it one at the liveness. */
    private Callable<Boolean> observing(Set<Integer> liveness, BooleanSupplier condition) {
        return () -> {
            liveness.add(Scraper.get(controller, "/healthz").status());
            return condition.getAsBoolean();
        };
    }

    private ClusterRoleBinding grant(String name, String group, String resource) {
        String role = fleet.namespace() + "-" + name;
        server.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups(group)
                        .withResources(resource)
                        .withVerbs("list", "watch")
                        .endRule()
                        .build())
                .create();
        return server.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject("rbac.authorization.k8s.io", "User", LIMITED, null)
                        .build())
                .create();
    }

    private static void uninstall(String crd) {
        var definition =
                server.client().apiextensions().v1().customResourceDefinitions().withName(crd);
        definition.delete();
        eventually(() -> assertNull(definition.get()));
    }

    private static void install(String crd) {
        try (InputStream file = HealthIT.class.getResourceAsStream("/crds/" + crd + ".yaml")) {
            server.client().load(file).create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
