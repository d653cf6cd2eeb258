package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the registration file: labels, data and shards from what the inventory knows. */
class RulesIT {

    private static final String SHARD = "sharding.projectsveltos.io/key";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @Test
    void addLabelsDataAndTheShardWithTheFirstWrite() {
        start("1m");
        createProfile(Map.of("env", "prod"));

        report("West Europe", "v1.33.1+k3s1");

        fleet.awaitServed("spoke");
        Map<String, String> labels = labels(fleet.cluster("spoke").get());
        assertEquals(
                Map.of(
                        "env",
                        "prod",
                        "region",
                        "West_Europe",
                        "kubernetes-version",
                        "v1.33.1_k3s1",
                        "cluster-manager",
                        "test",
                        MANAGED_BY,
                        MANAGER),
                labels);
        String shard = annotations(fleet.cluster("spoke").get()).get(SHARD);
        assertTrue(List.of("shard-0", "shard-1", "shard-2").contains(shard), shard);
        assertEquals(Map.of("region", "West Europe"), data());
        assertEquals(List.of("patch sveltosclusters spoke"), writesOfCluster(FIRST));
    }

    @Test
    void costNothingAfterARestart() {
        start("1m");
        createProfile(Map.of());
        report("eu", "v1.33.1");
        fleet.awaitServed("spoke");
        env.stop();

        env.start(SECOND, settings("1m"));
        fleet.createServedProfile("later");

        steadily(() -> assertEquals(
                List.of(),
                writesOfCluster(SECOND).stream()
                        .filter(write -> !write.contains("later"))
                        .toList()));
    }

    @Test
    void takeAChangeOfALabelOnceItHasHeld() {
        start("3s");
        createProfile(Map.of());
        report("eu", "v1.33.1");
        fleet.awaitServed("spoke");

        report("us", "v1.33.1");

        eventually(() -> assertEquals(Map.of("region", "us"), data()));
        assertEquals("eu", labels(fleet.cluster("spoke").get()).get("region"));
        eventually(() -> assertEquals("us", labels(fleet.cluster("spoke").get()).get("region")));
    }

    @Test
    void doNotFlapALabel() {
        start("10h");
        createProfile(Map.of());
        report("eu", "v1.33.1");
        fleet.awaitServed("spoke");

        for (int i = 0; i < 5; i++) {
            report("us", "v1.33.1");
            eventually(() -> assertEquals(Map.of("region", "us"), data()));
            assertEquals("eu", labels(fleet.cluster("spoke").get()).get("region"));
            report("eu", "v1.33.1");
            eventually(() -> assertEquals(Map.of("region", "eu"), data()));
        }

        assertEquals("eu", labels(fleet.cluster("spoke").get()).get("region"));
    }

    @Test
    void replaceALabelOfTheProfileAndSaySo() {
        start("1m");
        createProfile(Map.of("region", "mars"));

        report("eu", "v1.33.1");

        fleet.awaitEvent("spoke", "LabelReplaced");
        assertEquals("eu", labels(fleet.cluster("spoke").get()).get("region"));
    }

    @Test
    void repairWhatOthersChange() {
        start("1m");
        createProfile(Map.of());
        report("eu", "v1.33.1");
        fleet.awaitServed("spoke");

        fleet.label(fleet.cluster("spoke"), "region", "mars");
        eventually(() -> assertEquals("eu", labels(fleet.cluster("spoke").get()).get("region")));
        fleet.editSpec(fleet.cluster("spoke"), Map.of("data", Map.of("region", "mars", "theirs", "stays")));

        eventually(() -> assertEquals(Map.of("region", "eu", "theirs", "stays"), data()));
    }

    @Test
    void doNotRegisterAClusterWhoseShardIsUnknown(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("rules.yaml"), "rules: {shard: '$(property:zone)'}\n");
        env.start(FIRST, Map.of("registration-file", file.toString()));
        createProfile(Map.of());

        report("eu", "v1.33.1");

        fleet.awaitEvent("spoke", "ShardUnknown");
        assertEquals(List.of(), writesOfCluster(FIRST));
    }

    private void start(String settleAfter) {
        env.start(FIRST, settings(settleAfter));
    }

    private static Map<String, String> settings(String settleAfter) {
        return Map.of(
                "registration-file", "kubernetes/examples/registrations/rules.yaml", "rules.settle-after", settleAfter);
    }

    private void createProfile(Map<String, String> labels) {
        fleet.createSource("spoke", kubeconfig("spoke"));
        fleet.createProfile("spoke", labels, "");
    }

    private void report(String region, String version) {
        Map<String, Object> status = new HashMap<>();
        status.put("properties", List.of(Map.of("name", "topology.kubernetes.io/region", "value", region)));
        status.put("version", Map.of("kubernetes", version));
        status.put("accessProviders", List.of(secretReader(Map.of("name", "spoke", "key", "value"))));
        fleet.reportStatus("spoke", status);
    }

    private Object data() {
        return spec(fleet.cluster("spoke").get()).get("data");
    }

    private List<String> writesOfCluster(String user) {
        return server.writes(user, fleet.namespace()).stream()
                .filter(write -> write.contains("sveltosclusters"))
                .toList();
    }
}
