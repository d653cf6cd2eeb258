package io.projectsveltos.clusterinventory.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.http.HttpHandler.Request;
import io.projectsveltos.clusterinventory.http.HttpHandler.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AuthorizingHandlerTest {

    private static final Response METRICS = Response.line(200, "for authorized callers");

    @TempDir
    Path folder;

    @AutoClose
    private StubReviews server;

    @AutoClose
    private KubernetesClient client;

    private AuthorizingHandler handler;

    @BeforeEach
    void start() throws IOException {
        server = new StubReviews();
        client = server.client(folder);
        handler = new AuthorizingHandler(request -> METRICS, new AccessReviewer(() -> client, Clock.systemUTC()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer known-may", "bearer known-may", "BEARER   known-may "})
    void passesOnRequestsOfAuthorizedCallers(String authorization) {
        assertEquals(METRICS, get(authorization));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "known-may", "Basic a25vd24tbWF5", "Bearer", "Bearer  "})
    void requiresABearerTokenAndAsksTheApiServerForNothingWithoutOne(String authorization) {
        assertEquals(Response.line(401, "a bearer token is required"), get(authorization));
        assertEquals(List.of(), server.paths());
    }

    @ParameterizedTest
    @CsvSource({"forged,401,the token is not valid", "known,403,not allowed to get /metrics"})
    void rejectsOtherCallers(String token, int status, String line) {
        assertEquals(Response.line(status, line), get("Bearer " + token));
    }

    @Test
    void rejectsCallersWhileTheApiServerFails() {
        server.failWith(500);

        assertEquals(
                Response.line(503, "cannot review the token with the API server, see the log"),
                get("Bearer known-may"));
    }

    @Test
    void asksForABearerTokenInTheChallenge() throws Exception {
        HttpService service = new HttpService(
                ListenAddress.parse("diagnostics-address", "127.0.0.1:0"), null, Map.of("/metrics", handler));
        service.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + service.address().getPort() + "/metrics");
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());

            assertEquals(401, answer.statusCode());
            assertEquals(
                    "Bearer", answer.headers().firstValue("WWW-Authenticate").orElse(null));
        } finally {
            service.stop();
        }
    }

    private Response get(String authorization) {
        return handler.handle(new Request("/metrics", null, authorization));
    }
}
