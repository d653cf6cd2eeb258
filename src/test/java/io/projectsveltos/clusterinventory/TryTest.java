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
import java.time.Duration;
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

    @Test
    void endsARouteThatHangs() throws IOException {
        write("vault.camel.yaml", """
                - route:
                    from:
                      uri: direct:access-provider-vault
                      steps:
                        - delay: { expression: { constant: { expression: "600000" } } }
                """);
        Path cases = write("cases.yaml", """
                routes: [vault.camel.yaml]
                cases:
                  - name: it ends
                    settings: {access-provider.timeout.vault: 300ms}
                    when: {accessProvider: vault}
                    then: {reason: AccessProviderTimeout}
                """);

        long start = System.nanoTime();
        assertTrue(run(0, "try", "--cases=" + cases).out().contains("1 passed"));
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 30, "the stop does not wait for it");
    }

    @Test
    void runsCasesAndSaysWhatIsNotAsExpected() throws IOException {
        write("vault.camel.yaml", ROUTE.formatted(TOKEN, "direct:build-kubeconfig"));
        Path cases = write("cases.yaml", """
                routes: [vault.camel.yaml]
                when: {accessProvider: vault}
                cases:
                  - name: a token
                    then: {token: s3cr3t, server: "https://edge-1.example:6443", expiresIn: never, requests: []}
                  - name: another token
                    then: {token: other, server: "https://edge-2.example:6443"}
                  - name: no failure
                    then: {reason: ExecPluginFailed}
                """);

        CommandLineRun text = run(3, "try", "--cases=" + cases);
        JsonNode report = run(3, "try", "--cases=" + cases, "-o=json").json().path("cases");

        assertFalse(text.out().contains("s3cr3t"), text.out());
        assertTrue(text.out().startsWith("Cases: 1 passed, 2 failed\n"), text.out());
        assertEquals(
                "[\"server: expected 'https://edge-2.example:6443', was 'https://edge-1.example:6443'\","
                        + "\"token: is not the expected one, it has 6 characters\"]",
                report.at("/results/1/differences").toString());
        assertEquals(
                "reason: expected 'ExecPluginFailed', was none",
                report.at("/results/2/differences/0").asText());
    }

    @Test
    void namesTheHttpRequestsThatACaseHasNoAnswerFor() throws IOException {
        Path example = Path.of("kubernetes/examples/routes/token-over-http/token-over-http.camel.yaml");
        Path cases = write("cases.yaml", """
                settings: {token-service.url: "{{case.http}}"}
                cases:
                  - {name: a token, when: {accessProvider: token-service}, then: {token: t}}
                """);

        String out = run(3, "try", "--cases=" + cases, "--routes=" + example).out();

        assertTrue(out.contains("no answer is given for GET /fleet/edge-1"), out);
        assertTrue(out.contains("HTTP status 404"), out);
    }

    @Test
    void readsNoSettingOfACaseFromTheEnvironmentAndSaysWhatIsMissing() throws IOException {
        Path example = Path.of("kubernetes/examples/routes/token-over-http/token-over-http.camel.yaml");
        Path cases = write("cases.yaml", "cases: [{name: x, when: {accessProvider: token-service}, then: {}}]");

        String out = run(3, "try", "--cases=" + cases, "--routes=" + example).out();

        assertTrue(out.contains("token-service.url"), out);
    }

    @Test
    void saysWhereAFileOfCasesIsNotValid() throws IOException {
        Path unknown = write("a.yaml", "cases:\n  - name: x\n    than: {}\n");
        Path empty = write("b.yaml", "routes: []\n");
        Path broken = write("c.yaml", "cases: [\n");
        Path type = write("d.yaml", "cases: [{name: x, when: vault}]\n");

        String message = "a.yaml: cases[0].than: is not a field, expected one of [given, name, settings, then, when]";
        assertTrue(run(1, "try", "--cases=" + unknown).err().contains(message));
        assertTrue(run(1, "try", "--cases=" + type).err().contains("d.yaml: cases[0].when: is of another type"));
        assertTrue(run(1, "try", "--cases=" + empty).err().contains("b.yaml: expected a list of 'cases:'"));
        assertTrue(run(1, "try", "--cases=" + broken).err().contains("is not YAML"));
        assertTrue(run(2, "try", "vault", "--cases=" + empty).err().contains("expected: try ACCESS-PROVIDER"));
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
