package io.projectsveltos.clusterinventory.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.clusterprofile.LabelValue;
import io.projectsveltos.clusterinventory.command.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of routes as an integrator writes them in Java. */
@Timeout(120)
class RouteKitTest {

    private static final String EXAMPLES = "kubernetes/examples/routes/";
    private static final String TOKEN = """
            {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
             "status": {"token": "t0ken", "expirationTimestamp": "{{now+1h}}"}}
            """;

    @TempDir
    private Path directory;

    @Test
    void aTokenOverHttpBecomesAKubeconfig() {
        Outcome outcome = RouteKit.routes(EXAMPLES + "token-over-http/token-over-http.camel.yaml")
                .setting("token-service.url", "{{case.http}}/tokens")
                .answer("GET /tokens/fleet/edge-1", TOKEN)
                .call("token-service");

        assertEquals("https://edge-1.example:6443", outcome.server());
        assertEquals("t0ken", outcome.token());
        assertEquals(Duration.ofHours(1), outcome.expiresIn());
    }

    @Test
    void aRotatedVaultTokenIsUsed() {
        RouteKit vault = RouteKit.routes(EXAMPLES + "vault-kv/vault-kv.camel.yaml")
                .setting("vault.url", "{{case.http}}/clusters")
                .setting("vault.token-file", "{{case.files}}/token")
                .answer(
                        "GET /clusters/fleet/edge-1",
                        Map.of("X-Vault-Token", "second"),
                        "{data: {data: {kubeconfig: '{{case.kubeconfig}}'}}}")
                .refuse("GET /clusters/fleet/edge-1", 403);

        assertTrue(vault.file("token", "first").call("vault").message().contains("HTTP status 403"));
        assertEquals("t0ken", vault.file("token", "second").call("vault").token());
    }

    @Test
    void theProfileAndItsEntryReachTheRoute() throws IOException {
        Path route = Files.writeString(directory.resolve("echo.camel.yaml"), """
                - route:
                    from:
                      uri: direct:access-provider-echo
                      steps:
                        - setBody:
                            expression:
                              simple:
                                expression: >-
                                  {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status":
                                  {"token": "${variable.clusterProfileName}-${variable.clusterProfile[metadata][labels][env]}"}}
                """);

        Outcome outcome = RouteKit.routes(route.toString())
                .profile("{metadata: {name: edge-7, labels: {env: prod}}}")
                .cluster("{server: 'https://edge-7.example'}")
                .call("echo");

        assertEquals("edge-7-prod", outcome.token(), outcome::toString);
        assertEquals("https://edge-7.example", outcome.server());
    }

    @Test
    void anEndpointWithoutItsJarHasAStandIn() {
        Outcome outcome = RouteKit.routes(EXAMPLES + "aws-secrets-manager/aws-secrets-manager.camel.yaml")
                .setting("aws.region", "eu-central-1")
                .endpoint("aws-secrets-manager:*", "{{case.kubeconfig}}")
                .call("aws-secrets-manager");

        assertEquals("t0ken", outcome.token());
        assertFalse(outcome.toString().contains("t0ken"));
        assertEquals(List.of(), outcome.requests());
    }

    @Test
    void aHookChangesLabels() {
        Outcome outcome = RouteKit.routes(EXAMPLES + "status-labels/status-labels.camel.yaml")
                .setting("status-labels.region-property", "region")
                .profile("{status: {version: {kubernetes: v1.36.3}, properties: [{name: region, value: eu}]}}")
                .callHook("decorate-sveltoscluster", "{labels: {env: prod}}");

        assertEquals("eu", outcome.body().at("/labels/fleet.example~1region").asText(), outcome::toString);
    }

    /** Camel evaluates the text in the route, and not what it stands for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x', 'y",
                "a, b) and label(",
                "${variable.clusterProfileName}",
                "{{status-labels.region-property}}",
                "#{1+1}",
                "${bean:decoration?method=label}",
                "\"quoted\"",
                "true"
            })
    void aValueOfAProfileIsNotEvaluated(String value) throws Exception {
        String profile = new ObjectMapper()
                .writeValueAsString(Map.of(
                        "status",
                        Map.of(
                                "version", Map.of("kubernetes", value),
                                "properties", List.of(Map.of("name", "region", "value", value)))));

        Outcome outcome = RouteKit.routes(EXAMPLES + "status-labels/status-labels.camel.yaml")
                .setting("status-labels.region-property", "region")
                .profile(profile)
                .callHook("decorate-sveltoscluster", "{labels: {env: prod}}");

        String label = LabelValue.of(value);
        assertEquals(
                List.of(label, label),
                List.of(
                        outcome.body().at("/labels/fleet.example~1region").asText(),
                        outcome.body().at("/labels/fleet.example~1kubernetes").asText()),
                outcome::toString);
    }

    @Test
    void aRouteThatDoesNotStartIsAnException() {
        RouteKit kit = RouteKit.routes(EXAMPLES + "token-over-http/token-over-http.camel.yaml");

        String message = assertThrows(IllegalStateException.class, () -> kit.call("token-service"))
                .getCause()
                .toString();

        assertTrue(message.contains("token-service.url"), message);
    }
}
