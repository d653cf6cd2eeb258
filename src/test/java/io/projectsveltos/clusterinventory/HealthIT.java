package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.LIMITED;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.rule;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.RunningController;
import io.projectsveltos.clusterinventory.testing.Scraper;
import java.io.IOException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The probes: ready while all caches are up to date, alive unless only a restart would help. */
class HealthIT {

    private static final String PROFILES = "clusterprofiles.multicluster.x-k8s.io";
    private static final String DEBUGGING = "debuggingconfigurations.lib.projectsveltos.io";
    private static final Duration SOON_KNOWN = Duration.ofSeconds(15);

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();
    private RunningController controller;

    @Test
    void isNotReadyUntilTheClusterProfileTypeIsInstalled() {
        server.uninstall(PROFILES);
        try {
            start(FIRST, Map.of());

            awaitNotReadyFor("Cannot watch " + PROFILES);
            steadily(() -> assertEquals(503, readiness().status()));
            assertAlive();
        } finally {
            server.install(PROFILES);
        }

        awaitReady();
    }

    @Test
    void isReadyWithoutTheDebuggingConfigurationType() {
        server.uninstall(DEBUGGING);
        try {
            start(FIRST, Map.of());

            awaitReady();
            steadily(() -> assertEquals(200, readiness().status()));
            assertAlive();
        } finally {
            server.install(DEBUGGING);
        }
    }

    @Test
    void isAliveButNotReadyWithoutTheApiServer() {
        start(FIRST, Map.of());
        awaitReady();
        Set<Integer> liveness = ConcurrentHashMap.newKeySet();

        server.server().kill();
        try {
            await().atMost(SOON_KNOWN)
                    .until(observing(liveness, () -> readiness().status() == 503));
            // the watches have ended by then, and begun again
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
    void isNotReadyWhileItMayNotWatch() {
        server.grant("secrets", rule("", "secrets", "list", "watch"));
        server.grant("sveltosclusters", rule("lib.projectsveltos.io", "sveltosclusters", "list", "watch"));
        ClusterRoleBinding profiles =
                server.grant("clusterprofiles", rule("multicluster.x-k8s.io", "clusterprofiles", "list", "watch"));
        start(LIMITED, Map.of("debugging-configuration.watch", "false"));
        awaitReady();

        server.client().resource(profiles).delete();
        // ends the watch that was allowed
        server.server().kill();
        server.server().restart();
        awaitNotReadyFor("User \\\"limited\\\" cannot");
        assertTrue(readiness().body().contains(PROFILES), readiness()::body);
        assertAlive();

        server.grant("clusterprofiles-again", rule("multicluster.x-k8s.io", "clusterprofiles", "list", "watch"));
        awaitReady();
    }

    @Test
    void isNotAliveAfterAWatchRouteStops() throws Exception {
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
    void isNotAliveWhileAWorkerIsStuck() {
        Plugins plugins = new Plugins(directory)
                .add("slow", "until [ -e over ]; do sleep 0.1; done\n" + Plugins.returnsTokens("slow"));
        fleet.createProfileOffering("stuck", "slow");
        start(
                FIRST,
                Map.of("clusterprofile-provider-file", plugins.file().toString(), "credentials.stuck-after", "1s"));
        plugins.awaitRuns("slow", 1);

        eventually(() -> assertNotAliveFor(
                "A worker of queue credentials has been processing " + fleet.namespace() + "/stuck for"));

        plugins.put("over");
        eventually(this::assertAlive);
        fleet.awaitServed("stuck");
        awaitReady();
        fleet.profile("stuck").delete();
        // the finalizer would block the removal of the type
        eventually(() -> fleet.assertGone(fleet.profile("stuck")));
    }

    @Test
    void answersProbesDespiteSilentConnections() throws IOException {
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
        controller = env.start(user, all);
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

    /** The condition, which records the liveness at each evaluation. */
    private Callable<Boolean> observing(Set<Integer> liveness, BooleanSupplier condition) {
        return () -> {
            liveness.add(Scraper.get(controller, "/healthz").status());
            return condition.getAsBoolean();
        };
    }
}
