package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.rule;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands of a user with few permissions, next to a running controller. */
class CommandsIT {

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @BeforeAll
    static void start() {
        env.start(Map.of());
    }

    @Test
    void explainsWithThePermissionsOfTheCaller() {
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");
        server.grantIn(
                fleet.namespace(),
                rule("multicluster.x-k8s.io", "clusterprofiles", "get"),
                rule("lib.projectsveltos.io", "sveltosclusters", "get"),
                rule("", "secrets", "get"),
                rule("events.k8s.io", "events", "list"));

        JsonNode explanation =
                run(0, "explain", key("edge-1"), "-o=json").json().path("explain");

        assertEquals("Served", explanation.path("state").asText());
        assertEquals("Synced", explanation.at("/events/0/reason").asText());
        assertEquals(List.of(), server.everyWrite(AuditedApiServer.LIMITED, fleet.namespace()));
        assertEquals(
                List.of(),
                server.refusals(AuditedApiServer.LIMITED).stream()
                        .filter(refusal -> refusal.contains(fleet.namespace()))
                        .toList());
    }

    @Test
    void explainsWhatItCanWithoutPermissionForSecretsAndEvents() {
        fleet.createServedProfile("edge-1");
        server.grantIn(
                fleet.namespace(),
                rule("multicluster.x-k8s.io", "clusterprofiles", "get"),
                rule("lib.projectsveltos.io", "sveltosclusters", "get"));

        CommandLineRun run = run(3, "explain", key("edge-1"));

        assertTrue(run.out().contains("cannot be explained with your permissions"), run.out());
        assertTrue(run.out().contains("SveltosCluster   " + key("edge-1") + " is as it should be"), run.out());
        assertTrue(
                run.out().contains("cannot get secrets " + fleet.namespace() + "/" + secretName("edge-1")), run.out());
        assertTrue(run.out().contains("cannot list events.events.k8s.io"), run.out());
    }

    @Test
    void namesTheMissingPermissionForTheProfile() {
        CommandLineRun run = run(1, "explain", key("edge-1"));

        assertTrue(run.err().contains("cannot get clusterprofiles.multicluster.x-k8s.io"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void plansWithThePermissionsOfTheCallerNextToAController() {
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");
        fleet.createProfileFrom("missing", "edge-2");
        server.grantIn(
                fleet.namespace(),
                rule("multicluster.x-k8s.io", "clusterprofiles", "list"),
                rule("lib.projectsveltos.io", "sveltosclusters", "list"),
                rule("", "secrets", "get", "list"));

        JsonNode plan = run(3, "plan", "--watch-namespaces=" + fleet.namespace(), "-o=json")
                .json()
                .path("plan");

        assertEquals(1, plan.at("/counts/None").asInt(), plan.toString());
        assertEquals("SourceSecretNotFound", plan.at("/profiles/0/reason").asText());
        assertEquals(List.of(), server.everyWrite(AuditedApiServer.LIMITED, fleet.namespace()));
    }

    private String key(String profile) {
        return fleet.namespace() + "/" + profile;
    }

    private CommandLineRun run(int code, String... args) {
        CommandLineRun run = CommandRunner.run(Stream.concat(
                        Stream.of(args), Stream.of("--kubeconfig=" + server.kubeconfigOf(AuditedApiServer.LIMITED)))
                .toArray(String[]::new));
        assertEquals(code, run.code(), run.out() + run.err());
        return run;
    }
}
