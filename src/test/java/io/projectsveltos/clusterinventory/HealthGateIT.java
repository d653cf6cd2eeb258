package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The setting health-gate: what a profile's condition ControlPlaneHealthy decides. */
class HealthGateIT {

    private static final Map<String, String> FIRST_HEALTHY = Map.of("health-gate", "first");
    private static final Map<String, String> PAUSE = Map.of("health-gate", "pause");

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @Test
    void registersAClusterOnceItIsHealthyAndNeverWithdrawsIt() {
        env.start(FIRST_HEALTHY);
        fleet.createProfileAndSource("spoke");
        fleet.reportHealth("spoke", "False");
        fleet.awaitEvent("spoke", "WaitingForControlPlane");
        env.stop();
        env.start(FIRST_HEALTHY);
        fleet.reportHealth("spoke", "Unknown");

        steadily(() -> {
            assertEquals(List.of(), server.writes(FIRST, fleet.namespace()));
            assertEquals(1, fleet.events("spoke", "WaitingForControlPlane").size());
        });
        fleet.reportHealth("spoke", "True");
        fleet.awaitServed("spoke");
        fleet.reportHealth("spoke", "False");
        env.stop();
        env.start(FIRST_HEALTHY);
        fleet.label(fleet.profile("spoke"), "tier", "gold");

        eventually(() -> assertEquals(
                "gold", ClusterFixtures.labels(fleet.cluster("spoke").get()).get("tier")));
        assertNotNull(fleet.managedSecret("spoke").get());
    }

    @Test
    void deletesAProfileThatIsHeldBack() {
        env.start(FIRST_HEALTHY);
        fleet.createProfile("spoke", Map.of(), "");
        fleet.createSource("spoke", ClusterFixtures.kubeconfig("spoke"));
        fleet.reportSource("spoke", "spoke");
        fleet.awaitEvent("spoke", "WaitingForControlPlane");

        fleet.profile("spoke").delete();

        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
    }

    @Test
    void pausesAndReleasesAClusterInOneApplyEach() {
        env.start(PAUSE);
        fleet.createServedProfile("spoke");
        fleet.reportHealth("spoke", "False");
        eventually(() -> assertPaused(true));
        fleet.reportHealth("spoke", "Unknown");
        steadily(() -> assertPaused(true));
        fleet.reportHealth("spoke", "True");
        eventually(() -> assertPaused(null));

        assertEquals(
                List.of("patch sveltosclusters spoke", "patch sveltosclusters spoke", "patch sveltosclusters spoke"),
                server.writes(FIRST, fleet.namespace()).stream()
                        .filter(write -> write.contains("sveltosclusters"))
                        .toList());
    }

    @Test
    void keepsThePauseOfAnotherWriter() {
        env.start(PAUSE);
        fleet.createServedProfile("spoke");
        fleet.editSpec(fleet.cluster("spoke"), Map.of("paused", true));

        fleet.reportHealth("spoke", "False");
        eventually(() -> assertEquals(List.of("Apply", "Update"), writersOfPaused()));
        fleet.reportHealth("spoke", "True");

        eventually(() -> assertEquals(List.of("Update"), writersOfPaused()));
        assertPaused(true);
    }

    @Test
    void leavesThePauseToAnActiveWindow() {
        env.start(PAUSE);
        fleet.createServedProfile("spoke");
        fleet.reportHealth("spoke", "False");
        eventually(() -> assertPaused(true));

        Map<String, Object> windowed = new HashMap<>();
        windowed.put("activeWindow", Map.of("from", "0 22 * * *", "to", "0 6 * * *"));
        // as Sveltos writes it within the window
        windowed.put("paused", false);
        fleet.editSpec(fleet.cluster("spoke"), windowed);

        steadily(() -> assertPaused(false));
        fleet.reportHealth("spoke", "True");
        fleet.reportHealth("spoke", "False");
        steadily(() -> assertPaused(false));
    }

    @Test
    void deletesAPausedClusterThatSveltosHasToCleanUp() {
        env.start(PAUSE);
        fleet.createServedProfile("spoke");
        fleet.reportHealth("spoke", "False");
        eventually(() -> assertPaused(true));
        fleet.setFinalizers(fleet.cluster("spoke"), "projectsveltos.io/sveltoscluster");

        fleet.profile("spoke").delete();

        eventually(
                () -> assertNotNull(fleet.cluster("spoke").get().getMetadata().getDeletionTimestamp()));
        // a paused cluster would never be cleaned up
        steadily(() -> assertPaused(null));
        fleet.setFinalizers(fleet.cluster("spoke"));
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
    }

    @Test
    void releasesWhatItHasPausedWhenTheGateIsSwitchedOff() {
        env.start(PAUSE);
        fleet.createServedProfile("spoke");
        fleet.reportHealth("spoke", "False");
        eventually(() -> assertPaused(true));
        env.stop();

        env.start(Map.of());

        eventually(() -> assertPaused(null));
    }

    private List<String> writersOfPaused() {
        return fleet.cluster("spoke").get().getMetadata().getManagedFields().stream()
                .filter(entry -> entry.getFieldsV1().toString().contains("f:paused"))
                .map(ManagedFieldsEntry::getOperation)
                .sorted()
                .toList();
    }

    private void assertPaused(Boolean expected) {
        assertEquals(expected, spec(fleet.cluster("spoke").get()).get("paused"));
    }
}
