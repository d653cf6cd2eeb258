package io.projectsveltos.clusterinventory.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An API server that only has TokenReviews and SubjectAccessReviews: it authenticates tokens that start with {@code known},
 * and authorizes those that start with {@code known-may}.
 */
final class StubReviews implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private final List<JsonNode> bodies = new CopyOnWriteArrayList<>();
    private volatile int failure;

    StubReviews() throws IOException {
        server.createContext("/", this::answer);
        server.start();
    }

    KubernetesClient client(Path folder) throws IOException {
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                current-context: stub
                contexts: [{name: stub, context: {cluster: stub, user: controller}}]
                clusters: [{name: stub, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: controller, user: {token: the-controllers-own}}]
                """.formatted(server.getAddress().getPort()));
        return KubernetesClients.create(kubeconfig.toString(), () -> true);
    }

    /** Responds with this status from now on; 0 for the usual responses. */
    void failWith(int status) {
        failure = status;
    }

    List<String> paths() {
        return paths;
    }

    List<JsonNode> bodies() {
        return bodies;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode review = JSON.readTree(exchange.getRequestBody());
            paths.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            bodies.add(review);
            // quotes the request, as the real API server might
            String answer = failure == 0
                    ? status(review.path("spec"))
                    : "{\"message\":\"no: " + review.path("spec").path("token").asText() + "\"}";
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(failure == 0 ? 201 : failure, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String status(JsonNode spec) {
        if (spec.has("token")) {
            String token = spec.path("token").asText();
            return token.startsWith("known")
                    ? "{\"status\":{\"authenticated\":true,\"user\":{\"username\":\"" + token
                            + "\",\"uid\":\"7\",\"groups\":[\"g\"],\"extra\":{\"e\":[\"f\"]}}}}"
                    : "{\"status\":{\"user\":{},\"error\":\"invalid bearer token\"}}";
        }
        return "{\"status\":{\"allowed\":" + spec.path("user").asText().startsWith("known-may") + "}}";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
