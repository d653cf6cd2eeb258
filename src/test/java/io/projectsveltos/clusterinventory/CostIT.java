package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.RunningController;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The number of requests that each change costs, counted in the API server's audit log. */
class CostIT {

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();
    private final ClusterFixtures canaries = ClusterFixtures.inNewNamespaceOf(server);

    @Test
    void aNewProfileCostsThreeWritesAndOneRead() {
        start(FIRST, "10h");

        fleet.createServedProfile("spoke");
        fleet.awaitEvent("spoke", "Synced");

        canaries.createServedProfile("later");
        steadily(() -> assertEquals(
                List.of(
                        "patch clusterprofiles spoke",
                        "get secrets spoke",
                        "patch secrets spoke-sveltos-kubeconfig",
                        "patch sveltosclusters spoke"),
                requests(FIRST)));
    }

    @Test
    void aChangedLabelCostsOneWrite() {
        start(FIRST, "10h");
        fleet.createServedProfile("spoke");
        steadily(() -> assertEquals(4, requests(FIRST).size()));

        fleet.label(fleet.profile("spoke"), "env", "test");
        eventually(
                () -> assertEquals("test", labels(fleet.cluster("spoke").get()).get("env")));

        steadily(() -> assertEquals(
                List.of("patch sveltosclusters spoke"),
                requests(FIRST).subList(4, requests(FIRST).size())));
    }

    @Test
    void aChangedSourceCostsOneReadAndOneWrite() {
        start(FIRST, "10h");
        fleet.createServedProfile("spoke");
        steadily(() -> assertEquals(4, requests(FIRST).size()));

        fleet.changeSource("spoke", kubeconfig("rotated"));
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));

        steadily(() -> assertEquals(
                List.of("get secrets spoke", "patch secrets spoke-sveltos-kubeconfig"),
                requests(FIRST).subList(4, requests(FIRST).size())));
    }

    @Test
    void aRepairedSveltosClusterCostsOneWrite() {
        start(FIRST, "10h");
        fleet.createServedProfile("spoke");
        steadily(() -> assertEquals(4, requests(FIRST).size()));

        fleet.editSpec(fleet.cluster("spoke"), Map.of("kubeconfigName", "other"));

        eventually(() -> assertEquals(5, requests(FIRST).size()));
        steadily(() -> assertEquals(
                List.of("patch sveltosclusters spoke"),
                requests(FIRST).subList(4, requests(FIRST).size())));
    }

    @Test
    void aDeletedProfileCostsThreeWrites() {
        start(FIRST, "10h");
        fleet.createServedProfile("spoke");
        steadily(() -> assertEquals(4, requests(FIRST).size()));

        fleet.profile("spoke").delete();
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));

        steadily(() -> assertEquals(
                List.of(
                        "delete sveltosclusters spoke",
                        "delete secrets spoke-sveltos-kubeconfig",
                        "patch clusterprofiles spoke"),
                requests(FIRST).subList(4, requests(FIRST).size())));
    }

    @Test
    void writesOfOthersToTheOutputsCostNothing() {
        start(FIRST, "10h");
        fleet.createServedProfile("spoke");
        steadily(() -> assertEquals(4, requests(FIRST).size()));

        fleet.label(fleet.cluster("spoke"), "projectsveltos.io/k8s-version", "v1.33.1");
        fleet.cluster("spoke").editStatus(cluster -> {
            cluster.setAdditionalProperty("status", Map.of("ready", true));
            return cluster;
        });
        fleet.annotate(fleet.managedSecret("spoke"), "example.com/owner", "somebody");

        canaries.createServedProfile("later");
        steadily(() -> assertEquals(4, requests(FIRST).size()));
    }

    @Test
    void aProfileThatIsItsOwnSourceDoesNotKeepTheControllerBusy() {
        start(FIRST, "10h");
        fleet.createServedProfile("spoke");

        fleet.report(
                "spoke",
                List.of(ClusterFixtures.secretReader(Map.of("name", "spoke-sveltos-kubeconfig", "key", "kubeconfig"))));

        canaries.createServedProfile("later");
        steadily(() ->
                assertTrue(requests(FIRST).size() < 10, "" + requests(FIRST).size()));
    }

    @Test
    void anUnchangedProfileCostsNothingOverSyncPeriods() {
        start(FIRST, "1s");
        fleet.createServedProfile("spoke");
        canaries.createProfileFrom("missing", "canary");

        server.awaitMore(5, FIRST, canaries.namespace(), "get secrets missing");

        assertEquals(4, requests(FIRST).size());
    }

    @Test
    void aRestartCostsNothingWhenNothingHasChanged() {
        start(FIRST, "10h");
        for (int i = 0; i < 10; i++) {
            fleet.createServedProfile("spoke-" + i);
        }
        env.stop();

        start(SECOND, "1s");
        canaries.createServedProfile("later");
        canaries.createProfileFrom("missing", "canary");
        server.awaitMore(3, SECOND, canaries.namespace(), "get secrets missing");

        assertEquals(
                List.of(),
                server.requests(SECOND, fleet.namespace()).stream()
                        .filter(request -> !request.verb().equals("list"))
                        .toList());
    }

    private RunningController start(String user, String syncPeriod) {
        return env.start(
                user,
                Map.of("sync-period", syncPeriod, "watch-namespaces", fleet.namespace() + "," + canaries.namespace()));
    }

    /** The requests for single objects. */
    private List<String> requests(String user) {
        return server.requests(user, fleet.namespace()).stream()
                .filter(request -> !request.verb().equals("list"))
                .map(AuditedApiServer.Request::toString)
                .toList();
    }
}
