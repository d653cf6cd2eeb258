package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FINALIZER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan}: what a start of the controller would write. */
@Timeout(120)
class PlanTest {

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = env.fleet();

    @Test
    void showsAPlanForEachKindOfChange() throws IOException {
        env.start(Map.of());
        fleet.createServedProfile("edge-1");
        fleet.createServedProfile("edge-2");
        env.stop();
        fleet.label(fleet.profile("edge-2"), "env", "prod");
        fleet.createProfileAndSource("edge-3");
        fleet.createSecret(secretName("edge-4"), Map.of(), "foreign");
        fleet.createProfileAndSource("edge-4");
        createOutputsOfTheGoController("edge-5", Map.of());
        fleet.createSecret(secretName("edge-6"), Map.of(MANAGED_BY, MANAGER), kubeconfig("edge-6"));
        fleet.createProfile("edge-7");

        CommandLineRun run = plan(3);

        run.assertDocumented(directory);
    }

    @Test
    void showsATakeOverFromTheGoControllerInDetail() throws IOException {
        createOutputsOfTheGoController("edge-1", Map.of("env", "prod", "argocd.argoproj.io/instance", "fleet"));
        Plugins plugins = new Plugins(directory)
                .add("eks", Plugins.V1BETA1, Plugins.returns("\"token\":\"t\""), Map.of("provideClusterInfo", false));

        CommandLineRun run = plan(0, "--from=go", "--clusterprofile-provider-file=" + plugins.file());

        run.assertDocumented(directory);
    }

    @Test
    void plansNothingOnceTheControllerHasDoneIt() {
        fleet.createProfileAndSource("edge-1");
        JsonNode before = planAsJson();
        assertEquals("Create", before.at("/profiles/0/action").asText());
        assertTrue(before.at("/profiles/0/finalizer").asBoolean());

        env.start(Map.of());
        fleet.awaitEvent("edge-1", "Synced");

        JsonNode after = planAsJson();
        assertEquals(1, after.at("/counts/None").asInt());
        assertEquals(0, after.path("profiles").size());
    }

    @Test
    void sendsOnlyReads() {
        fleet.createProfileAndSource("edge-1");
        createOutputsOfTheGoController("edge-2", Map.of());
        int before = env.server().requests().size();

        plan(0, "--from=go");

        List<String> sent =
                env.server().requests().subList(before, env.server().requests().size());
        assertTrue(sent.size() > 3, sent.toString());
        assertEquals(
                List.of(),
                sent.stream().filter(request -> !request.startsWith("GET ")).toList());
    }

    @Test
    void saysThatThereIsNoProfile() {
        assertEquals("There is no ClusterProfile\n\n", plan(0).out());
    }

    @Test
    void refusesAnotherController() {
        assertEquals(
                "clusterinventory-camel: --from: 'rust' is not go\n",
                plan(2, "--from=rust").err());
    }

    private void createOutputsOfTheGoController(String name, Map<String, String> labels) {
        fleet.createProfile(name, labels, "", FINALIZER);
        fleet.createSource(name, kubeconfig(name));
        fleet.reportSource(name, name);
        fleet.createSecret(secretName(name), Map.of(MANAGED_BY, MANAGER), kubeconfig(name));
        Map<String, String> all = new HashMap<>(labels);
        all.put(MANAGED_BY, MANAGER);
        fleet.createCluster(name, all, Map.of("kubeconfigName", secretName(name), "kubeconfigKeyName", "kubeconfig"));
    }

    private JsonNode planAsJson() {
        return plan(0, "-o=json").json().path("plan");
    }

    private CommandLineRun plan(int code, String... flags) {
        CommandLineRun run = CommandRunner.run(
                Stream.concat(Stream.of("plan", "--kubeconfig=" + env.server().kubeconfigFile()), Stream.of(flags))
                        .toArray(String[]::new));
        assertEquals(code, run.code(), run.out() + run.err());
        return run;
    }
}
