package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.LIMITED;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.rule;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.projectsveltos.clusterinventory.testing.AdmissionWebhook;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.RunningController;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An API server that fails, expires watches, refuses or reports conflicts: the controller converges without a resync. */
class ResilienceIT {

    private static final String PROFILE_CRD = "clusterprofiles.multicluster.x-k8s.io";
    private static final String CLUSTER_CRD = "sveltosclusters.lib.projectsveltos.io";

    private static final AdmissionWebhook.Write OF_A_PROFILE = new AdmissionWebhook.Write(FIRST, "clusterprofiles");

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @Test
    void convergesAfterTheApiServerWasKilledWhileProfilesChange() {
        env.start(Map.of("watch-namespaces", ""));
        List<String> names = List.of("one", "two", "three", "four", "five");
        names.forEach(fleet::createServedProfile);
        AtomicInteger rounds = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                try {
                    change(names, "round-" + rounds.incrementAndGet());
                } catch (KubernetesClientException killed) {
                    // the next round repeats the change
                }
            }
        });

        for (int kills = 0; kills < 2; kills++) {
            int before = rounds.get();
            await().atMost(Duration.ofMinutes(1)).until(() -> rounds.get() > before);
            server.server().kill();
            server.server().restart();
        }
        enough.set(true);
        changes.join();
        change(names, "last");

        names.forEach(name -> eventually(() -> {
            assertEquals("last", labels(fleet.cluster(name).get()).get("change"));
            assertEquals(kubeconfig("last"), fleet.copied(name));
        }));
    }

    @Test
    void listsAgainWhenWatchesExpire() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");
        long lists = lists("clusterprofiles");

        server.server().kill();
        server.server().compact();
        server.server().restart();
        fleet.changeSource("spoke", kubeconfig("rotated"));
        fleet.label(fleet.profile("spoke"), "env", "test");

        eventually(
                () -> assertEquals("test", labels(fleet.cluster("spoke").get()).get("env")));
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));
        assertTrue(lists("clusterprofiles") > lists);
        fleet.managedSecret("spoke").delete();
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));
    }

    @Test
    void servesAfterAStartWithoutAnApiServer() {
        fleet.createProfileAndSource("spoke");
        server.server().kill();

        env.start(Map.of());
        server.server().restart();

        fleet.awaitServed("spoke");
        fleet.createServedProfile("later");
    }

    @Test
    @SuppressWarnings("try") // the webhook is only there
    void convergesWhenProfilesChangeConcurrently() {
        AtomicInteger writes = new AtomicInteger();
        try (AdmissionWebhook webhook = AdmissionWebhook.start(server, fleet.namespace(), write -> {
            if (write.equals(OF_A_PROFILE) && writes.incrementAndGet() <= 3) {
                fleet.label(fleet.profile("spoke"), "change", "" + writes);
            }
        })) {
            env.start(Map.of());
            fleet.createServedProfile("spoke");
            eventually(
                    () -> assertEquals("3", labels(fleet.cluster("spoke").get()).get("change")));
            long conflicts = conflicts();
            assertTrue(conflicts >= 3, conflicts + " conflicts");

            writes.set(0);
            fleet.profile("spoke").delete();
            eventually(() -> fleet.assertGone(fleet.profile("spoke")));
            assertTrue(conflicts() >= conflicts + 3, conflicts + " conflicts, then " + conflicts());
        }
    }

    @Test
    void servesOnceItMayReadAndWriteSecrets() {
        server.grant(
                "all-but-secrets", rule("multicluster.x-k8s.io", "clusterprofiles", "get", "list", "watch", "patch"));
        server.grant(
                "sveltosclusters",
                rule("lib.projectsveltos.io", "sveltosclusters", "get", "list", "watch", "create", "patch", "delete"));
        server.grant("events", rule("events.k8s.io", "events", "create", "get", "patch"));
        fleet.createProfileAndSource("spoke");

        env.start(LIMITED, Map.of());
        awaitRefused("list secrets ");
        server.grant("read-secrets", rule("", "secrets", "get", "list", "watch"));
        awaitRefused("patch secrets spoke-sveltos-kubeconfig");
        server.grant("write-secrets", rule("", "secrets", "create", "patch", "delete"));

        fleet.awaitServed("spoke");
        fleet.awaitEvent("spoke", "Synced");
        fleet.profile("spoke").delete();
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
    }

    @Test
    void needsNoRightsOutsideItsNamespaces() {
        server.grantIn(
                fleet.namespace(),
                rule("multicluster.x-k8s.io", "clusterprofiles", "get", "list", "watch", "patch"),
                rule("lib.projectsveltos.io", "sveltosclusters", "get", "list", "watch", "create", "patch", "delete"),
                rule("", "secrets", "get", "list", "watch", "create", "patch", "delete"),
                rule("events.k8s.io", "events", "create", "get", "patch"));
        env.start(LIMITED, Map.of());
        fleet.createServedProfile("spoke");
        env.stop();
        fleet.profile("spoke").delete();
        fleet.setFinalizers(fleet.profile("spoke"));

        env.start(LIMITED, Map.of("sync-period", "1s"));

        eventually(() -> fleet.assertGone(fleet.managedSecret("spoke")));
        fleet.assertGone(fleet.cluster("spoke"));
    }

    @Test
    @SuppressWarnings("try") // the controller is only run
    void servesOnceTheTypesAreInstalledAndReinstalled() {
        try (AuditedApiServer bare = AuditedApiServer.start()) {
            bare.uninstall(PROFILE_CRD);
            bare.uninstall(CLUSTER_CRD);
            ClusterFixtures spokes = ClusterFixtures.inNewNamespaceOf(bare);
            spokes.createSource("spoke", kubeconfig("spoke"));
            try (RunningController controller = RunningController.start(bare.kubeconfigOf(FIRST), Map.of())) {
                bare.install(PROFILE_CRD);
                spokes.createProfileFrom("spoke", "spoke");
                steadily(() -> assertEquals(List.of(), bare.writes(FIRST, spokes.namespace())));
                bare.install(CLUSTER_CRD);
                spokes.awaitServed("spoke");

                bare.uninstall(CLUSTER_CRD);
                bare.install(CLUSTER_CRD);
                spokes.awaitServed("spoke");
                spokes.cluster("spoke").delete();
                spokes.awaitServed("spoke");
            }
        }
    }

    @Test
    @SuppressWarnings("try") // the controller is only run
    void servesV1alpha2WhenItIsTheOnlyVersion() {
        try (AuditedApiServer next = AuditedApiServer.start()) {
            next.uninstall(PROFILE_CRD);
            next.install(PROFILE_CRD, "v1alpha2");
            ClusterFixtures spokes = ClusterFixtures.inNewNamespaceOf(next, "v1alpha2");
            try (RunningController controller =
                    RunningController.start(next.kubeconfigOf(FIRST), Map.of("sync-period", "1s"))) {
                spokes.createServedProfile("spoke");
                spokes.createServedProfile("vanishing");
                spokes.awaitEvent("spoke", "Synced");
                assertEquals(
                        "multicluster.x-k8s.io/v1alpha2",
                        spokes.events("spoke", "Synced").get(0).getRegarding().getApiVersion());

                spokes.profile("spoke").delete();
                eventually(() -> spokes.assertGone(spokes.profile("spoke")));
                spokes.assertGone(spokes.cluster("spoke"));

                spokes.setFinalizers(spokes.cluster("vanishing"), "example.com/hold");
                spokes.profile("vanishing").delete();
                spokes.setFinalizers(spokes.profile("vanishing"));
                spokes.setFinalizers(spokes.cluster("vanishing"));
                eventually(() -> spokes.assertGone(spokes.managedSecret("vanishing")));
            }
        }
    }

    private void change(List<String> profiles, String to) {
        profiles.forEach(name -> fleet.label(fleet.profile(name), "change", to));
        profiles.forEach(name -> fleet.changeSource(name, kubeconfig(to)));
    }

    private long lists(String resource) {
        return server.requests(FIRST, fleet.namespace()).stream()
                .filter(request -> request.toString().equals("list " + resource + " "))
                .count();
    }

    private long conflicts() {
        return server.requests(FIRST, fleet.namespace()).stream()
                .filter(request -> request.toString().equals("patch clusterprofiles spoke") && request.code() == 409)
                .count();
    }

    private void awaitRefused(String request) {
        eventually(() -> assertTrue(server.requests(LIMITED, fleet.namespace()).stream()
                .anyMatch(made -> made.toString().equals(request) && made.code() == 403)));
    }
}
