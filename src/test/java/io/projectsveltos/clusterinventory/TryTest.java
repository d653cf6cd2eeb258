package io.projectsveltos.clusterinventory;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code try}: one call of an access provider. */
@Timeout(120)
class TryTest {

    private static final String ENTRY = "{name: vault, cluster: {server: \"https://edge-1.example:6443\"}}";

    private static final String ROUTE = """
            - route:
                id: read-token
                from:
                  uri: direct:access-provider-vault
                  steps:
                    - setBody:
                        expression:
                          constant:
                            expression: '%s'
                    - to:
                        uri: %s
            """;

    private static final String TOKEN = """
            {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "s3cr3t"}}""";

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = env.fleet();

    @Test
    void showsATryOfARouteStepByStep() throws IOException {
        Path route = write("vault.camel.yaml", ROUTE.formatted(TOKEN, "direct:build-kubeconfig"));
        Path entry = write("entry.yaml", ENTRY);

        CommandLineRun run = run(0, "try", "vault", "--entry=" + entry, "--routes=" + route);

        assertFalse(run.out().contains("s3cr3t"), run.out());
        run.assertDocumented(directory);
    }

    @Test
    void namesTheStepThatFailsAndHidesTheBody() throws IOException {
        Path route = write("vault.camel.yaml", ROUTE.formatted("s3cr3t", "direct:build-kubeconfig"));
        Path entry = write("entry.yaml", ENTRY);

        CommandLineRun run = run(3, "try", "vault", "--entry=" + entry, "--routes=" + route, "-o=json");
        JsonNode report = run.json().path("try");

        assertFalse(run.out().contains("s3cr3t"), run.out());
        assertEquals("InvalidExecCredential", report.path("reason").asText());
        assertEquals("read-token", report.at("/steps/0/route").asText());
        assertEquals(6, report.at("/steps/0/line").asInt());
        assertEquals("String of 6 characters", report.at("/steps/0/body").asText());
        assertTrue(report.path("steps").findValuesAsText("failure").contains("ReconcileFailure"), report.toString());
    }

    @Test
    void runsAPluginForAProfileWithoutWritingAnything() throws IOException {
        Plugins plugins = new Plugins(directory).add("eks", Plugins.returnsTokensFor("eks", 3600));
        fleet.createProfileOffering("edge-1", "eks");
        int before = env.server().requests().size();

        JsonNode report = run(
                        0, "try", "eks", "fleet/edge-1", "-o=json", "--clusterprofile-provider-file=" + plugins.file())
                .json()
                .path("try");

        assertEquals(1, plugins.runs("eks").size());
        assertTrue(report.at("/credential").has("expiresAt"), report.toString());
        assertEquals("exec plugin", report.path("kind").asText());
        assertEquals(
                List.of(),
                env.server().requests().stream()
                        .skip(before)
                        .filter(request -> !request.startsWith("GET "))
                        .toList());
    }

    @Test
    void readsASourceSecret() {
        fleet.createSource("edge-1", kubeconfig("edge-1"));
        fleet.createProfileFrom("edge-1", "edge-1");

        CommandLineRun run = run(0, "try", "kubeconfig-secretreader", "edge-1", "-n", "fleet");

        assertTrue(run.out().contains("bytes, valid by the rules of client-go"), run.out());
        assertFalse(run.out().contains("token-of"), run.out());
    }

    @Test
    void refusesAWriteOfARoute() throws IOException {
        Path route = write("vault.camel.yaml", """
                - route:
                    from:
                      uri: direct:access-provider-vault
                      steps:
                        - setHeader:
                            name: CamelKubernetesNamespaceName
                            expression: { constant: { expression: fleet } }
                        - setHeader:
                            name: CamelKubernetesSecretName
                            expression: { constant: { expression: precious } }
                        - to: { uri: "kubernetes-secrets:local?operation=deleteSecret" }
                """);
        fleet.createSource("precious", "value");
        Path entry = write("entry.yaml", ENTRY);

        CommandLineRun run = run(3, "try", "vault", "--entry=" + entry, "--routes=" + route);

        assertTrue(run.out().contains("FAILED: KubernetesApiException"), run.out());
        assertEquals("precious", fleet.secret("precious").get().getMetadata().getName());
    }

    @Test
    void saysThatNoSuchAccessProviderIsConfigured() throws IOException {
        Path entry = write("entry.yaml", ENTRY);

        assertTrue(run(3, "try", "vault", "--entry=" + entry).out().contains("NoAccessProvider"));
    }

    @Test
    void wantsAProfileOrAnEntryThatOffersTheAccessProvider() throws IOException {
        Path entry = write("entry.yaml", ENTRY);
        fleet.createProfileOffering("edge-1", "eks");

        assertTrue(run(2, "try", "vault").err().contains("either NAMESPACE/NAME of a profile or --entry"));
        assertTrue(run(1, "try", "vault", "fleet/edge-1").err().contains("does not offer vault, but [eks]"));
        assertTrue(run(1, "try", "vault", "fleet/edge-9").err().contains("there is no ClusterProfile fleet/edge-9"));
        assertTrue(run(1, "try", "eks", "--entry=" + entry).err().contains("with the name eks"));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static CommandLineRun run(int code, String... args) {
        CommandLineRun run = CommandRunner.run(Stream.concat(
                        Stream.of(args),
                        Stream.of("--kubeconfig=" + env.server().kubeconfigFile()))
                .toArray(String[]::new));
        assertEquals(code, run.code(), run.out() + run.err());
        return run;
    }
}
