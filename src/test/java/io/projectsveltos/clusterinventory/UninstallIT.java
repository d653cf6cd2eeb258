package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FINALIZER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands of docs/install.md that remove what the controller leaves behind, run as they stand there. */
class UninstallIT {

    private static final String OTHER_FINALIZER = "example.com/other";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final ClusterFixtures fleet = env.fleet();

    @Test
    void leavesClustersRegisteredAndHoldsDeletedProfiles() throws Exception {
        installAndRemove();

        fleet.profile("spoke").delete();

        steadily(() -> {
            assertNotNull(fleet.profile("spoke").get());
            assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
            assertNotNull(fleet.cluster("spoke").get());
        });
        assertEquals(List.of(), fleet.cluster("spoke").get().getMetadata().getOwnerReferences());
        assertEquals(List.of(), fleet.managedSecret("spoke").get().getMetadata().getOwnerReferences());
    }

    @Test
    void releasesProfilesAndKeepsTheFinalizersOfOthers() throws Exception {
        installAndRemove();

        run("Clusters stay registered", 0);

        assertEquals(
                List.of(OTHER_FINALIZER),
                fleet.profile("spoke").get().getMetadata().getFinalizers());
        assertNotNull(fleet.cluster("spoke").get());
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
    }

    @Test
    void keepsUnlabelledClustersWhenTheControllerIsInstalledAgain() throws Exception {
        installAndRemove();
        run("Clusters stay registered", 0);
        run("Clusters stay registered", 1);

        env.start(Map.of());

        fleet.awaitEvent("spoke", "NotOwned");
        assertFalse(labels(fleet.cluster("spoke").get()).containsKey(MANAGED_BY));
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
    }

    @Test
    void withdrawsClustersAndLeavesNothingBehind() throws Exception {
        installAndRemove();

        run("Clusters are withdrawn", 0);
        run("Clusters stay registered", 0);

        fleet.assertGone(fleet.cluster("spoke"));
        fleet.assertGone(fleet.managedSecret("spoke"));
        assertNotNull(fleet.secret("spoke").get());
        assertEquals(
                List.of(OTHER_FINALIZER),
                fleet.profile("spoke").get().getMetadata().getFinalizers());
    }

    private void installAndRemove() throws Exception {
        env.start(Map.of());
        fleet.createSource("spoke", kubeconfig("spoke"));
        fleet.createProfile("spoke", Map.of(), "", OTHER_FINALIZER);
        fleet.reportSource("spoke", "spoke");
        fleet.awaitServed("spoke");
        eventually(() -> assertEquals(
                List.of(OTHER_FINALIZER, FINALIZER),
                fleet.profile("spoke").get().getMetadata().getFinalizers()));
        env.stop();
        run("Uninstall", 0);
    }

    /** Runs a script under a heading of the page. */
    private void run(String heading, int index) throws IOException {
        String page = Files.readString(Path.of("docs/install.md"));
        String section = page.substring(page.indexOf("# " + heading + "\n"));
        List<String> scripts = Pattern.compile("(?s)```sh\n(.*?)```")
                .matcher(section)
                .results()
                .map(block -> block.group(1))
                .toList();
        Kubectl.find().runScript(scripts.get(index), env.server().server().kubeconfigFile());
    }
}
