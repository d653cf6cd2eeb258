package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.tokenProvider;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.cli.Subcommand;
import io.projectsveltos.clusterinventory.command.Commands;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain} and {@code plan} where settings decide whether and how a cluster is registered. */
@Timeout(120)
class ExplainRegistrationTest {

    private static final Map<String, String> OLDEST = Map.of("same-cluster", "oldest");
    private static final Map<String, String> CLOUDS =
            Map.of("registration-file", "kubernetes/examples/registrations/clouds.yaml");
    private static final Map<String, String> RULES =
            Map.of("registration-file", "kubernetes/examples/registrations/rules.yaml");
    private static final String OCM = "open-cluster-management";

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = env.fleet();

    @Test
    void showsWhichConditionAProfileWaitsFor() throws IOException {
        Map<String, String> settings = Map.of("health-gate", "first");
        env.start(settings);
        fleet.createProfileAndSource("edge-1");
        fleet.reportHealth("edge-1", "False");
        fleet.awaitEvent("edge-1", "WaitingForControlPlane");

        explain(0, "edge-1", settings).assertDocumented(directory);
        JsonNode plan = run(0, settings, "plan", "-o=json").json().path("plan");
        assertEquals(1, plan.at("/counts/Wait").asInt(), plan.toString());
        assertTrue(plan.at("/profiles/0/message").asText().contains("ControlPlaneHealthy is False"), plan.toString());
    }

    @Test
    void saysThatAConditionIsMissing() {
        fleet.createProfileAndSource("edge-1");

        String why = explainAsJson(0, "edge-1", Map.of("health-gate", "first"))
                .path("why")
                .asText();

        assertTrue(why.startsWith("Its condition ControlPlaneHealthy is Unknown or missing;"), why);
    }

    @Test
    void showsThatAClusterIsPaused() throws IOException {
        Map<String, String> settings = Map.of("health-gate", "pause");
        env.start(settings);
        fleet.createServedProfile("edge-1");
        fleet.reportHealth("edge-1", "False");
        eventually(() -> assertEquals(true, spec(fleet.cluster("edge-1").get()).get("paused")));

        explain(0, "edge-1", settings).assertDocumented(directory);
    }

    @Test
    void saysThatAClusterWillBePausedAndReleased() {
        env.start(Map.of());
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");
        env.stop();
        Map<String, String> settings = Map.of("health-gate", "pause");
        fleet.reportHealth("edge-1", "False");

        JsonNode paused = explainAsJson(0, "edge-1", settings);

        assertEquals("Pause", paused.at("/sveltosCluster/change").asText());
        assertEquals("Pending", paused.path("state").asText());
        assertEquals("+spec.paused", paused.at("/sveltosCluster/differences/0").asText());
        env.start(settings);
        eventually(() -> assertEquals(true, spec(fleet.cluster("edge-1").get()).get("paused")));
        env.stop();
        fleet.reportHealth("edge-1", "True");
        assertEquals(
                "Release",
                explainAsJson(0, "edge-1", settings)
                        .at("/sveltosCluster/change")
                        .asText());
    }

    @Test
    void showsThatAnOlderProfileRegistersTheCluster() throws IOException {
        startWithTwoProfilesOfACluster();

        explain(0, "edge-2", OLDEST).assertDocumented(directory);
        assertEquals("Served", explainAsJson(0, "edge-1", OLDEST).path("state").asText());
        JsonNode plan = run(0, OLDEST, "plan", "-o=json").json().path("plan");
        assertEquals(1, plan.at("/counts/Wait").asInt(), plan.toString());
        assertEquals(1, plan.at("/counts/None").asInt(), plan.toString());
    }

    @Test
    void saysThatADeletionWaitsForTheProfileThatTakesOver() {
        startWithTwoProfilesOfACluster();
        env.stop();
        fleet.profile("edge-1").delete();

        JsonNode deleted = explainAsJson(0, "edge-1", OLDEST);

        assertEquals("AwaitTakeover", deleted.at("/sveltosCluster/change").asText());
        assertTrue(deleted.path("why").asText().startsWith("ClusterProfile fleet/edge-2 takes over the cluster"));
        assertEquals(
                "Create",
                explainAsJson(0, "edge-2", OLDEST).at("/sveltosCluster/change").asText());
    }

    @Test
    void showsThatSveltosCannotConnectWithoutPrintingACredential() throws IOException {
        env.start(Map.of());
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");
        fleet.reportConnection(
                "edge-1",
                Map.of(
                        "connectionStatus",
                        "Down",
                        "failureMessage",
                        "the server has asked for the client to provide credentials, Bearer eyJhbGciOiJSUzI1NiJ9.e30"));

        CommandLineRun run = explain(3, "edge-1", Map.of());

        assertFalse(run.out().contains("eyJ"), run.out());
        run.assertDocumented(directory);
    }

    @Test
    void showsAClusterThatIsRegisteredWithoutACredential() throws IOException {
        env.start(CLOUDS);
        createProfileInACloud();
        fleet.awaitEvent("edge-1", "Synced");

        explain(0, "edge-1", CLOUDS).assertDocumented(directory);
    }

    @Test
    void hasNoCredentialToTryOfAClusterInACloud() {
        createProfileInACloud();

        CommandLineRun run = CommandRunner.run(
                "try",
                "eks",
                "fleet/edge-1",
                "--kubeconfig=" + env.server().kubeconfigFile(),
                "--registration-file=" + CLOUDS.get("registration-file"));

        assertEquals(1, run.code(), run.out());
        assertTrue(run.err().contains("there is no credential to try"), run.err());
    }

    @Test
    void plansToReplaceAKubeconfigByWorkloadIdentity() {
        fleet.createSource("edge-1", kubeconfig("edge-1"));
        env.start(Map.of());
        createProfileInACloud();
        fleet.awaitEvent("edge-1", "Synced");
        env.stop();

        JsonNode plan = run(0, CLOUDS, "plan", "-o=json").json().at("/plan/profiles/0");

        assertEquals("Delete", plan.path("secret").asText(), plan.toString());
        assertEquals("Create", plan.path("caSecret").asText(), plan.toString());
        assertEquals("Update", plan.path("sveltosCluster").asText(), plan.toString());
        assertTrue(plan.path("differences").toString().contains("-spec.kubeconfigName"), plan.toString());
        env.start(CLOUDS);
        eventually(() -> fleet.assertGone(fleet.secret(secretName("edge-1"))));
        env.stop();
        // and back
        JsonNode back = run(0, Map.of(), "plan", "-o=json").json().at("/plan/profiles/0");
        assertEquals("Create", back.path("secret").asText(), back.toString());
        assertEquals("Delete", back.path("caSecret").asText(), back.toString());
    }

    @Test
    void showsAChangeOfARuleThatDoesNotHoldYet() throws IOException {
        env.start(RULES);
        fleet.createSource("edge-1", kubeconfig("edge-1"));
        fleet.createProfile("edge-1");
        reportRegion("eu");
        fleet.awaitEvent("edge-1", "Synced");
        reportRegion("us");
        eventually(() -> assertEquals(
                Map.of("region", "us"), spec(fleet.cluster("edge-1").get()).get("data")));

        explain(0, "edge-1", RULES).assertDocumented(directory);
    }

    @Test
    void explainsATokenThatOcmCopies() {
        Map<String, String> none = Map.of();
        fleet.createProfileOffering("edge-1", List.of(tokenProvider(OCM, "edge-1")));
        assertEquals(
                "SourceSecretNotFound",
                explainAsJson(3, "edge-1", none).path("reason").asText());
        fleet.createTokenCopy("edge-1", "sveltos", "token-1");

        JsonNode due = explainAsJson(0, "edge-1", none);

        assertEquals("Create", due.at("/secret/change").asText());
        assertEquals("packaged provider route", due.at("/accessProvider/kind").asText());
        assertEquals(
                "key 'token' in Secret fleet/edge-1-sveltos",
                due.at("/accessProvider/source").asText());
        env.start(none);
        fleet.awaitEvent("edge-1", "Synced");
        assertEquals("Served", explainAsJson(0, "edge-1", none).path("state").asText());
        JsonNode plan = run(0, none, "plan", "-o=json").json().path("plan");
        assertEquals(1, plan.at("/counts/None").asInt(), plan.toString());
        JsonNode tried =
                run(0, none, "try", OCM, "fleet/edge-1", "-o=json").json().path("try");
        assertTrue(tried.path("works").asBoolean(), tried.toString());
    }

    private void startWithTwoProfilesOfACluster() {
        env.start(OLDEST);
        Map<String, String> labels = Map.of("multicluster.x-k8s.io/inventory-member-id", "edge");
        for (String name : List.of("edge-1", "edge-2")) {
            fleet.createSource(name, kubeconfig(name));
            fleet.createProfile(name, labels, "");
            fleet.reportSource(name, name);
        }
        fleet.awaitEvent("edge-1", "Synced");
        fleet.awaitEvent("edge-2", "SameCluster");
    }

    private void createProfileInACloud() {
        fleet.createProfile("edge-1", Map.of("topology.kubernetes.io/region", "eu-1"), "");
        Map<String, Object> cluster = Map.of(
                "server",
                "https://edge-1.example",
                "certificate-authority-data",
                Base64.getEncoder().encodeToString(ClientCertificates.AUTHORITY.getBytes(StandardCharsets.US_ASCII)),
                "extensions",
                List.of(Map.of(
                        "name", "client.authentication.k8s.io/exec", "extension", Map.of("clusterName", "edge-1"))));
        fleet.report(
                "edge-1",
                List.of(
                        Map.of("name", "eks", "cluster", cluster),
                        secretReader(Map.of("name", "edge-1", "key", "value"))));
    }

    private void reportRegion(String region) {
        fleet.reportStatus(
                "edge-1",
                Map.of(
                        "properties",
                        List.of(Map.of("name", "topology.kubernetes.io/region", "value", region)),
                        "accessProviders",
                        List.of(secretReader(Map.of("name", "edge-1", "key", "value")))));
    }

    private JsonNode explainAsJson(int code, String profile, Map<String, String> settings) {
        return run(code, settings, "explain", "fleet/" + profile, "-o=json")
                .json()
                .path("explain");
    }

    private CommandLineRun explain(int code, String profile, Map<String, String> settings) {
        return run(code, settings, "explain", "fleet/" + profile);
    }

    /** With settings that have no flag: a user gives them as environment variables. */
    private CommandLineRun run(int code, Map<String, String> settings, String... args) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("kubeconfig", env.server().kubeconfigFile().toString());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Subcommand command = Subcommand.named(args[0]).orElseThrow();
        Commands commands = new Commands(all, new Properties(), new PrintStream(out, true), Clock.systemUTC());
        int answered = assertDoesNotThrow(() -> commands.run(command, command.parse(args)));
        CommandLineRun run = new CommandLineRun(answered, out.toString(StandardCharsets.UTF_8), "");
        assertEquals(code, run.code(), run.out());
        return run;
    }
}
