package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DirectHttpClientTest {

    private final Queue<String> tokens = new ArrayDeque<>(List.of("first", "second", "third"));
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private final List<String> agents = new CopyOnWriteArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile String accepted = "Bearer first";
    private volatile Thread sender;
    private HttpServer server;
    private KubernetesClient client;
    private DirectHttpClient http;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.createContext("/slow", this::answerHalf);
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url(""))
                .withUserAgent("tester")
                .withOauthTokenProvider(tokens::remove)
                .build();
        client = KubernetesClients.create(
                config,
                () -> {
                    sender = Thread.currentThread();
                    return true;
                },
                Map.of());
        http = DirectHttpClient.of(client.getHttpClient());
    }

    @AfterEach
    void stop() {
        stopped.countDown();
        client.close();
        server.stop(0);
    }

    @Test
    void sendsTheHeadersOfTheClientOnTheCallingThread() throws IOException {
        DirectHttpClient.Answer answer = send("/any");

        assertEquals(200, answer.code());
        assertEquals("whole", new String(answer.body(), StandardCharsets.UTF_8));
        assertEquals(List.of("Bearer first"), credentials);
        assertEquals(List.of("tester"), agents);
        assertSame(Thread.currentThread(), sender);
    }

    @Test
    void triesOtherCredentialsOnce() throws IOException {
        accepted = "Bearer second";
        assertEquals(200, send("/any").code());

        accepted = "Bearer none";
        tokens.addAll(List.of("fourth", "fifth"));
        assertEquals(401, send("/any").code());
        assertEquals(List.of("Bearer first", "Bearer second", "Bearer third", "Bearer fourth"), credentials);
    }

    @Test
    void limitsTheTimeOfTheWholeResponse() {
        IOException failure = assertThrows(
                IOException.class, () -> http.send(post("/slow"), Duration.ofMillis(200), DirectHttpClient.Answer::of));

        assertEquals("timeout", KubernetesApiException.connectionFailure(failure));
    }

    @Test
    void sendsNothingAfterTheClientWasClosed() {
        client.close();

        IOException failure = assertThrows(IOException.class, () -> send("/any"));

        assertEquals("the client is closed", failure.getMessage());
        assertTrue(credentials.isEmpty());
    }

    private DirectHttpClient.Answer send(String path) throws IOException {
        return http.send(post(path), Duration.ofMinutes(1), DirectHttpClient.Answer::of);
    }

    private Request post(String path) {
        return new Request.Builder()
                .url(url(path))
                .post(RequestBody.create(new byte[0], null))
                .build();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        credentials.add(authorization);
        agents.add(exchange.getRequestHeaders().getFirst("User-Agent"));
        byte[] body = "whole".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(authorization.equals(accepted) ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void answerHalf(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 2);
        exchange.getResponseBody().write('h');
        exchange.getResponseBody().flush();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }
}
