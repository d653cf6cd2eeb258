package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.ClusterFixtures.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WithdrawnStatusIT {

    @TempDir
    private Path directory;

    private final MockApiServer server = MockApiServer.start();
    private final ClusterFixtures fleet = new ClusterFixtures(
            server.client(),
            "fleet",
            new ResourceDefinitionContext.Builder()
                    .withGroup("multicluster.x-k8s.io")
                    .withVersion("v1alpha1")
                    .withKind("ClusterProfile")
                    .withPlural("clusterprofiles")
                    .withNamespaced(true)
                    .build());
    private RunningController controller;
    private Plugins plugins;

    @BeforeEach
    void prepare() {
        plugins = new Plugins(directory).add("plugin", "exit 1");
        controller = RunningController.start(
                server.kubeconfigFile(),
                new HashMap<>(
                        Map.of("clusterprofile-provider-file", plugins.file().toString())));
    }

    @AfterEach
    void stop() {
        controller.close();
        server.close();
    }

    @Test
    void servesAProfileWhoseStatusWasWithdrawnForAWhileAsItsPluginFailed() {
        List<Map<String, Object>> offered = List.of(ClusterFixtures.accessProvider("plugin", List.of()));
        fleet.createProfile("spoke");
        fleet.report("spoke", offered);
        fleet.awaitEvent("spoke", "ExecPluginFailed");

        fleet.report("spoke", List.of(ClusterFixtures.accessProvider("unknown", List.of())));
        fleet.awaitEvent("spoke", "NoAccessProvider");
        // until the queue has let go of it
        int[] before = {-1};
        eventually(() -> {
            int now = plugins.runs("plugin").size();
            boolean same = now == before[0];
            before[0] = now;
            assertTrue(same);
        });
        org.awaitility.Awaitility.await()
                .pollDelay(java.time.Duration.ofSeconds(8))
                .until(() -> true);
        plugins.change("plugin", Plugins.gives("\"token\":\"t\""));
        fleet.report("spoke", offered);

        eventually(() -> assertEquals(true, fleet.copied("spoke").contains("t")));
    }
}
