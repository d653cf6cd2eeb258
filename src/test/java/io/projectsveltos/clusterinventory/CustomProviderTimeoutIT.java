package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.RunningController;
import io.projectsveltos.clusterinventory.testing.Scraper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Custom provider routes that wait for servers which answer slowly, or not at all. */
@Timeout(120)
class CustomProviderTimeoutIT {

    private static final Duration STUCK_AFTER = Duration.ofSeconds(2);

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = env.fleet();
    private final CountDownLatch recovered = new CountDownLatch(1);
    private final ExecutorService connections = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(connections);
        server.createContext("/drips", exchange -> answer(exchange, true));
        server.createContext("/hangs", exchange -> answer(exchange, false));
        server.start();
    }

    @AfterEach
    void stopServer() {
        recovered.countDown();
        server.stop(0);
        connections.shutdownNow();
    }

    /** A byte per second, or nothing, until it has recovered. */
    private void answer(HttpExchange exchange, boolean drips) throws IOException {
        try (OutputStream body = drips ? started(exchange) : null) {
            while (!recovered.await(1, TimeUnit.SECONDS)) {
                if (drips) {
                    body.write(' ');
                    body.flush();
                }
            }
            OutputStream rest = drips ? body : started(exchange);
            rest.write(
                    "{\"kind\": \"ExecCredential\", \"status\": {\"token\": \"t\"}}".getBytes(StandardCharsets.UTF_8));
            rest.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static OutputStream started(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    @Test
    void aServerThatDoesNotEndItsAnswerDelaysNothingElse() throws IOException {
        Plugins plugins = new Plugins(directory);
        plugins.add("gold", Plugins.returns("\"token\":\"of-gold\""));
        RunningController controller = env.start(Map.of(
                "health-addr", "127.0.0.1:0",
                "credentials.concurrency", "2",
                "credentials.base-delay", "50ms",
                "credentials.stuck-after", STUCK_AFTER.toMillis() + "ms",
                "access-provider.timeout", "500ms",
                "access-provider.timeout.hangs", "200ms",
                "clusterprofile-provider-file", plugins.file().toString(),
                "camel.main.routes-include-pattern",
                        "classpath:routes/*.yaml,file:" + route("drips") + ",file:" + route("hangs")));

        fleet.createProfileOffering("dripping", "drips");
        fleet.createProfileOffering("hanging", "hangs");
        fleet.awaitEvent("dripping", "AccessProviderTimeout");
        fleet.awaitEvent("hanging", "AccessProviderTimeout");
        awaitNote("dripping", "drips did not end within 500ms, in step to http (drips.yaml, line 6)");
        awaitNote("hanging", "hangs did not end within 200ms, in step to http (hangs.yaml, line 6)");

        fleet.createProfileOffering("other", "gold");
        fleet.awaitToken("other", "of-gold");

        awaitNote("dripping", "drips was not called: 5 calls of it have not ended");
        Set<Integer> liveness = new HashSet<>();
        await().during(STUCK_AFTER.multipliedBy(2))
                .atMost(STUCK_AFTER.multipliedBy(4))
                .until(() -> {
                    liveness.add(Scraper.get(controller, "/healthz").status());
                    return true;
                });
        assertEquals(Set.of(200), liveness);

        recovered.countDown();
        fleet.awaitToken("dripping", "t");
        fleet.awaitToken("hanging", "t");
    }

    private void awaitNote(String profile, String part) {
        eventually(() -> {
            List<String> notes = fleet.events(profile, "AccessProviderTimeout").stream()
                    .map(event -> event.getNote())
                    .toList();
            assertTrue(notes.stream().anyMatch(note -> note.contains(part)), notes.toString());
        });
    }

    private Path route(String name) throws IOException {
        return Files.writeString(directory.resolve(name + ".yaml"), """
                - route:
                    from:
                      uri: direct:access-provider-%1$s
                      steps:
                        - setBody: { expression: { simple: { expression: "${null}" } } }
                        - to: { uri: "http://127.0.0.1:%2$d/%1$s" }
                """.formatted(
                        name, server.getAddress().getPort()));
    }
}
