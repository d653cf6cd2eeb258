package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.accessProvider;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain} next to a running controller. {@code docs/commands.md} has the answers for six states. */
@Timeout(120)
class ExplainTest {

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = env.fleet();

    @Test
    void showsAServedProfile() throws IOException {
        env.start(Map.of());
        fleet.createSource("edge-1-admin", kubeconfig("edge-1"));
        fleet.createProfileFrom("edge-1-admin", "edge-1");
        fleet.awaitEvent("edge-1", "Synced");

        explain(0, "edge-1").assertDocumented(directory);
    }

    @Test
    void showsThatTheClusterManagerHasNotWrittenAStatus() throws IOException {
        fleet.createProfile("edge-1");

        explain(0, "edge-1").assertDocumented(directory);
    }

    @Test
    void showsThatTheSourceSecretIsMissing() throws IOException {
        env.start(Map.of());
        fleet.createProfileFrom("edge-1-admin", "edge-1");
        fleet.awaitEvent("edge-1", "SourceSecretNotFound");

        explain(3, "edge-1").assertDocumented(directory);
    }

    @Test
    void showsWhatAPluginReportedAndThatTheLastCredentialIsKept() throws IOException {
        Plugins plugins = new Plugins(directory).add("eks", Plugins.returnsTokensFor("eks", 3600));
        Map<String, String> settings =
                Map.of("clusterprofile-provider-file", plugins.file().toString());
        env.start(settings);
        fleet.createProfileOffering("edge-1", "eks");
        fleet.awaitEvent("edge-1", "Synced");
        plugins.change("eks", "echo 'AccessDenied: not authorized to assume the role' >&2; exit 1");
        // another entry: another credential is due
        fleet.report("edge-1", List.of(accessProvider("eks", List.of(Map.of("name", "x", "extension", Map.of())))));
        fleet.awaitEvent("edge-1", "ExecPluginFailed");

        explain(3, "edge-1", "--clusterprofile-provider-file=" + plugins.file()).assertDocumented(directory);
    }

    @Test
    void showsAnObjectThatIsNotOurs() throws IOException {
        env.start(Map.of());
        fleet.createSecret("edge-1-sveltos-kubeconfig", Map.of(), "foreign");
        fleet.createProfileAndSource("edge-1");
        fleet.awaitEvent("edge-1", "NotOwned");

        explain(3, "edge-1").assertDocumented(directory);
    }

    @Test
    void showsADeletionThatWaitsForSveltos() throws IOException {
        env.start(Map.of());
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");
        fleet.setFinalizers(fleet.cluster("edge-1"), "sveltos.example/cleanup");
        fleet.profile("edge-1").delete();
        eventually(() -> assertTrue(fleet.cluster("edge-1").get().getMetadata().getDeletionTimestamp() != null));

        explain(0, "edge-1").assertDocumented(directory);
    }

    @Test
    void saysThatNothingHasHappenedYetWithoutAController() {
        fleet.createProfileAndSource("edge-1");

        CommandLineRun run = explain(0, "edge-1");

        assertTrue(run.out().startsWith("ClusterProfile fleet/edge-1 waits for its next reconcile\n"), run.out());
        assertTrue(run.out().contains("see that a controller runs"), run.out());
    }

    @Test
    void asksForTheProviderFileOfTheController() {
        Plugins plugins = new Plugins(directory).add("eks", Plugins.returnsTokensFor("eks", 3600));
        env.start(Map.of("clusterprofile-provider-file", plugins.file().toString()));
        fleet.createProfileOffering("edge-1", "eks");
        fleet.awaitEvent("edge-1", "Synced");

        CommandLineRun run = explain(1, "edge-1");

        assertTrue(run.out().contains("Give this command the controller's --clusterprofile-provider-file"), run.out());
    }

    @Test
    void saysThatThereIsNoSuchProfile() {
        assertTrue(explain(3, "edge-1").out().startsWith("ClusterProfile fleet/edge-1 does not exist\n"));
    }

    @Test
    void saysThatTheSettingsLeaveAProfileOut() {
        fleet.createProfileAndSource("edge-1");

        assertTrue(explain(3, "edge-1", "--selector=env=prod").out().contains("--selector leave it out"));
        assertTrue(explain(3, "edge-1", "--watch-namespaces=other").out().contains("--watch-namespaces"));
    }

    @Test
    void knowsTheAccessProvidersOfRouteFilesWithoutRunningThem() throws IOException {
        Path route = Files.writeString(directory.resolve("vault.camel.yaml"), """
                - route:
                    from:
                      uri: direct:access-provider-vault
                      steps:
                        - to: { uri: "unknown-component:x" }
                """);
        fleet.createProfileOffering("edge-1", "vault");

        assertEquals(
                "NoAccessProvider", explainAsJson(3, "edge-1").path("reason").asText());
        JsonNode explanation = explainAsJson(0, "edge-1", "--routes=" + route);

        assertEquals("Pending", explanation.path("state").asText());
        assertEquals(
                "custom provider route", explanation.at("/accessProvider/kind").asText());
    }

    @Test
    void neverPrintsACredentialAndNeverWrites() {
        env.start(Map.of());
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");
        fleet.changeSource("edge-1", "token-of-edge-1");
        fleet.awaitEvent("edge-1", "UnsafeKubeconfig");
        env.stop();
        fleet.changeSource("edge-1", kubeconfig("edge-2"));
        int before = env.server().requests().size();

        CommandLineRun run = explain(0, "edge-1");

        assertFalse(run.out().contains("token-of"), run.out());
        assertEquals(
                List.of(),
                env.server().requests().stream()
                        .skip(before)
                        .filter(request -> !request.startsWith("GET "))
                        .toList());
    }

    @Test
    void saysOnOneLineThatTheApiServerDoesNotAnswer() {
        env.server().overload("clusterprofiles", 503, null);

        CommandLineRun run = explain(1, "edge-1");

        assertEquals(
                "clusterinventory-camel: cannot get clusterprofiles.multicluster.x-k8s.io fleet/edge-1: 503 failed on"
                        + " purpose\n",
                run.err());
    }

    @Test
    void answersAsJson() {
        env.start(Map.of());
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");

        JsonNode explanation = explainAsJson(0, "edge-1");

        assertEquals("Served", explanation.path("state").asText());
        assertEquals("None", explanation.at("/secret/change").asText());
        assertEquals("Synced", explanation.at("/events/0/reason").asText());
    }

    private JsonNode explainAsJson(int code, String profile, String... flags) {
        return explain(
                        code,
                        profile,
                        Stream.concat(Stream.of("-o=json"), Stream.of(flags)).toArray(String[]::new))
                .json()
                .path("explain");
    }

    private CommandLineRun explain(int code, String profile, String... flags) {
        CommandLineRun run = CommandRunner.run(Stream.concat(
                        Stream.of(
                                "explain",
                                fleet.namespace() + "/" + profile,
                                "--kubeconfig=" + env.server().kubeconfigFile()),
                        Stream.of(flags))
                .toArray(String[]::new));
        assertEquals(code, run.code(), run.out() + run.err());
        return run;
    }
}
