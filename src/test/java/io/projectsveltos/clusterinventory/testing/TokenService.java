package io.projectsveltos.clusterinventory.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A service that returns an ExecCredential over HTTP for each path: token-1 first, then token-2 and so on. */
public final class TokenService implements AutoCloseable {

    private record Request(String path, Instant when) {}

    private final HttpServer server;
    private final List<Request> requests = new ArrayList<>();
    private Duration lifetime = Duration.ofHours(1);
    private int code = 200;
    private String body;

    private TokenService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public static TokenService start() {
        try {
            return new TokenService();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/tokens";
    }

    public synchronized void returnsTokensFor(int seconds) {
        lifetime = Duration.ofSeconds(seconds);
        code = 200;
        body = null;
    }

    public synchronized void fails(int status) {
        code = status;
    }

    /** The response from now on. */
    public synchronized void respondsWith(int status, String text) {
        code = status;
        body = text;
    }

    /** The paths that were asked for. */
    public synchronized List<String> requests() {
        return requests.stream().map(Request::path).toList();
    }

    /** The milliseconds between each request and the next. */
    public synchronized List<Long> pauses() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < requests.size(); i++) {
            pauses.add(
                    Duration.between(requests.get(i - 1).when(), requests.get(i).when())
                            .toMillis());
        }
        return pauses;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        requests.add(new Request(exchange.getRequestURI().getPath(), Instant.now()));
        String expiry =
                Instant.now().plus(lifetime).truncatedTo(ChronoUnit.SECONDS).toString();
        String text = body != null ? body : """
                {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                 "status": {"token": "token-%d", "expirationTimestamp": "%s"}}
                """.formatted(requests.size(), expiry);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
