package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FINALIZER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deletion of profiles, outputs whose profile is gone, and which profiles a controller serves at all. */
class LifecycleIT {

    private static final String SVELTOS_FINALIZER = "projectsveltos.io/sveltoscluster";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @Test
    void deletesTheSveltosClusterThenTheSecretThenTheFinalizer() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");

        fleet.profile("spoke").delete();

        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
        fleet.assertGone(fleet.cluster("spoke"));
        fleet.assertGone(fleet.managedSecret("spoke"));
        assertNotNull(fleet.secret("spoke").get());
        assertEquals(
                List.of("delete sveltosclusters spoke", "delete secrets spoke-sveltos-kubeconfig"),
                server.writes(FIRST, fleet.namespace()).stream()
                        .filter(write -> write.startsWith("delete"))
                        .toList());
    }

    @Test
    void keepsTheSecretAndTheProfileUntilSveltosIsDone() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");
        fleet.setFinalizers(fleet.cluster("spoke"), SVELTOS_FINALIZER);

        fleet.profile("spoke").delete();
        eventually(
                () -> assertNotNull(fleet.cluster("spoke").get().getMetadata().getDeletionTimestamp()));
        fleet.label(fleet.cluster("spoke"), "example.com/cleaning", "up");

        steadily(() -> {
            assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
            assertEquals(
                    List.of(FINALIZER),
                    fleet.profile("spoke").get().getMetadata().getFinalizers());
        });
        fleet.setFinalizers(fleet.cluster("spoke"));
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
        fleet.assertGone(fleet.cluster("spoke"));
        fleet.assertGone(fleet.managedSecret("spoke"));
    }

    @Test
    void finishesTheDeletionOfAProfileThatHasLeftTheSelector() {
        env.start(Map.of("sync-period", "1s", "selector", "shard=a"));
        fleet.createSource("spoke", kubeconfig("spoke"));
        fleet.createProfile("spoke", Map.of("shard", "a"), "");
        fleet.reportSource("spoke", "spoke");
        fleet.awaitServed("spoke");
        fleet.label(fleet.profile("spoke"), "shard", "b");
        steadily(() -> {
            assertNotNull(fleet.cluster("spoke").get());
            assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
        });

        fleet.profile("spoke").delete();

        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
        fleet.assertGone(fleet.cluster("spoke"));
        fleet.assertGone(fleet.managedSecret("spoke"));
    }

    @Test
    void finishesADeletionThatBeganWhileNoControllerRan() {
        env.start(Map.of());
        fleet.createServedProfile("whole");
        fleet.createServedProfile("bare");
        env.stop();
        fleet.cluster("bare").delete();
        fleet.managedSecret("bare").delete();
        fleet.profile("bare").delete();
        fleet.profile("whole").delete();

        env.start(SECOND, Map.of());

        eventually(() -> fleet.assertGone(fleet.profile("bare")));
        eventually(() -> fleet.assertGone(fleet.profile("whole")));
        fleet.assertGone(fleet.cluster("whole"));
        fleet.assertGone(fleet.managedSecret("whole"));
    }

    @Test
    void servesARecreatedProfile() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");
        String uid = fleet.cluster("spoke").get().getMetadata().getUid();

        fleet.profile("spoke").delete();
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
        fleet.createProfileFrom("spoke", "spoke");

        eventually(() ->
                assertNotEquals(uid, fleet.cluster("spoke").get().getMetadata().getUid()));
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
    }

    @Test
    void leavesNothingOfProfilesThatAreDeletedDuringCreation() {
        env.start(Map.of());
        fleet.createSource("source", kubeconfig("spoke"));
        for (int i = 0; i < 20; i++) {
            String name = "spoke-" + i;
            fleet.createProfile(name, Map.of(), "", "example.com/other");
            fleet.reportSource(name, "source");
            fleet.profile(name).delete();
        }

        for (int i = 0; i < 20; i++) {
            String name = "spoke-" + i;
            eventually(() -> {
                assertEquals(
                        List.of("example.com/other"),
                        fleet.profile(name).get().getMetadata().getFinalizers());
                fleet.assertGone(fleet.cluster(name));
                fleet.assertGone(fleet.managedSecret(name));
            });
            assertEquals(List.of(), fleet.events(name, "ApplyRefused"));
        }
    }

    @Test
    void reportsAWarningOnceAcrossARestart() {
        env.start(Map.of());
        fleet.createProfileFrom("missing", "spoke");
        fleet.awaitEvent("spoke", "SourceSecretNotFound");
        env.stop();

        env.start(SECOND, Map.of());
        fleet.label(fleet.profile("spoke"), "env", "test");
        server.awaitMore(1, SECOND, fleet.namespace(), "get secrets missing");
        fleet.createProfileFrom("missing", "later");
        fleet.awaitEvent("later", "SourceSecretNotFound");

        assertEquals(1, fleet.events("spoke", "SourceSecretNotFound").size());
    }

    @Test
    void ignoresADeletedProfileWithoutOurFinalizer() {
        env.start(Map.of());
        fleet.createSource("source", kubeconfig("spoke"));
        fleet.createProfile("spoke", Map.of(), "", "example.com/other");
        fleet.profile("spoke").delete();
        fleet.reportSource("spoke", "source");

        fleet.createServedProfile("later");

        assertEquals(
                List.of(),
                server.writes(FIRST, fleet.namespace()).stream()
                        .filter(write -> !write.contains("later"))
                        .toList());
    }

    @Test
    void keepsTheFinalizersOfOthers() {
        env.start(Map.of());
        fleet.createSource("source", kubeconfig("spoke"));
        fleet.createProfile("spoke", Map.of(), "", "example.com/other");
        fleet.reportSource("spoke", "source");
        fleet.awaitServed("spoke");
        assertEquals(
                List.of("example.com/other", FINALIZER),
                fleet.profile("spoke").get().getMetadata().getFinalizers());

        fleet.profile("spoke").delete();

        eventually(() -> assertEquals(
                List.of("example.com/other"),
                fleet.profile("spoke").get().getMetadata().getFinalizers()));
        fleet.assertGone(fleet.cluster("spoke"));
    }

    @Test
    void removesOutputsWhoseProfileVanishedWhileNoControllerRan() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");
        fleet.createServedProfile("other");
        env.stop();
        vanish("spoke");

        env.start(SECOND, Map.of("sync-period", "1s"));

        eventually(() -> fleet.assertGone(fleet.managedSecret("spoke")));
        fleet.assertGone(fleet.cluster("spoke"));
        assertNotNull(fleet.cluster("other").get());
        assertNotNull(fleet.managedSecret("other").get());
    }

    @Test
    void removesTheSecretOfAProfileThatVanishedWhileItWaitedForSveltos() {
        env.start(Map.of("sync-period", "1s"));
        fleet.createServedProfile("spoke");
        fleet.setFinalizers(fleet.cluster("spoke"), SVELTOS_FINALIZER);
        fleet.profile("spoke").delete();
        eventually(
                () -> assertNotNull(fleet.cluster("spoke").get().getMetadata().getDeletionTimestamp()));

        fleet.setFinalizers(fleet.profile("spoke"));
        fleet.assertGone(fleet.profile("spoke"));
        awaitSyncPeriods(4);
        assertNotNull(fleet.managedSecret("spoke").get());
        fleet.setFinalizers(fleet.cluster("spoke"));

        eventually(() -> fleet.assertGone(fleet.managedSecret("spoke")));
    }

    @Test
    void keepsOrphansUntilTheyAreSeenTwice() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");
        env.stop();
        vanish("spoke");

        env.start(SECOND, Map.of());
        fleet.createServedProfile("later");

        steadily(() -> {
            assertNotNull(fleet.cluster("spoke").get());
            assertNotNull(fleet.managedSecret("spoke").get());
        });
    }

    @Test
    void ignoresProfilesAndOutputsOfAnotherShard() {
        env.start(Map.of());
        for (String name : List.of("mine", "moving", "theirs")) {
            fleet.createServedProfile(name);
            fleet.label(fleet.profile(name), "shard", name.equals("theirs") ? "b" : "a");
            eventually(() -> assertNotNull(labels(fleet.cluster(name).get()).get("shard")));
        }
        env.stop();

        env.start(SECOND, Map.of("sync-period", "1s", "selector", "shard=a"));
        fleet.createProfile("canary", Map.of("shard", "a"), "");
        fleet.reportSource("canary", "missing");
        fleet.label(fleet.profile("mine"), "env", "test");
        eventually(
                () -> assertEquals("test", labels(fleet.cluster("mine").get()).get("env")));
        fleet.label(fleet.profile("moving"), "shard", "b");
        fleet.label(fleet.profile("theirs"), "env", "test");
        fleet.managedSecret("theirs").delete();
        server.awaitMore(5, SECOND, fleet.namespace(), "get secrets missing");

        assertEquals(
                List.of(),
                server.writes(SECOND, fleet.namespace()).stream()
                        .filter(write -> write.contains("moving") || write.contains("theirs"))
                        .toList());
        assertNotNull(fleet.cluster("moving").get());
    }

    @Test
    void servesOnlyTheListedNamespaces() {
        ClusterFixtures second = ClusterFixtures.inNewNamespaceOf(server);
        ClusterFixtures unlisted = ClusterFixtures.inNewNamespaceOf(server);
        env.start(Map.of("sync-period", "1s", "watch-namespaces", fleet.namespace() + ", " + second.namespace()));
        unlisted.createProfileAndSource("spoke");
        fleet.createServedProfile("spoke");
        second.createServedProfile("spoke");
        List<String> before = server.writes(FIRST, fleet.namespace());

        awaitSyncPeriods(4);

        assertEquals(
                before,
                server.writes(FIRST, fleet.namespace()).stream()
                        .filter(write -> !write.contains("canary"))
                        .toList());
        assertEquals(before, server.writes(FIRST, second.namespace()));
        assertEquals(List.of(), server.requests(FIRST, unlisted.namespace()));
        fleet.managedSecret("spoke").delete();
        second.managedSecret("spoke").delete();
        eventually(() -> assertEquals(kubeconfig("spoke"), fleet.copied("spoke")));
        eventually(() -> assertEquals(kubeconfig("spoke"), second.copied("spoke")));
        fleet.profile("spoke").delete();
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
        assertNotNull(second.cluster("spoke").get());
        assertTrue(unlisted.profile("spoke").get().getMetadata().getFinalizers().isEmpty());
    }

    @Test
    void keepsTheProfilesOfEachNamespaceWhenItListsTheOthers() {
        ClusterFixtures second = ClusterFixtures.inNewNamespaceOf(server);
        fleet.createProfileFrom("missing", "canary");
        second.createProfileFrom("missing", "canary");

        env.start(Map.of("sync-period", "1s", "watch-namespaces", fleet.namespace() + "," + second.namespace()));

        server.awaitMore(4, FIRST, fleet.namespace(), "get secrets missing");
        server.awaitMore(4, FIRST, second.namespace(), "get secrets missing");
    }

    @Test
    void copiesFromAnUnwatchedNamespaceEverySyncPeriod() {
        ClusterFixtures unlisted = ClusterFixtures.inNewNamespaceOf(server);
        unlisted.createSource("source", kubeconfig("old"));
        env.start(Map.of("sync-period", "1s"));
        fleet.createProfile("spoke");
        fleet.report(
                "spoke",
                List.of(secretReader(Map.of("name", "source", "key", "value", "namespace", unlisted.namespace()))));
        fleet.awaitServed("spoke");

        unlisted.changeSource("source", kubeconfig("new"));

        eventually(() -> assertEquals(kubeconfig("new"), fleet.copied("spoke")));
        int writes = server.writes(FIRST, fleet.namespace()).size();
        server.awaitMore(3, FIRST, unlisted.namespace(), "get secrets source");
        assertEquals(writes, server.writes(FIRST, fleet.namespace()).size());
    }

    private void awaitSyncPeriods(int periods) {
        fleet.createProfileFrom("missing", "canary");
        server.awaitMore(periods, FIRST, fleet.namespace(), "get secrets missing");
    }

    /** Deletes a profile and removes all its finalizers. */
    private void vanish(String profile) {
        fleet.profile(profile).delete();
        fleet.setFinalizers(fleet.profile(profile));
        fleet.assertGone(fleet.profile(profile));
    }
}
