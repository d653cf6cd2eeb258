package io.projectsveltos.clusterinventory.reliability;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

    private static final HeldCertificate CERTIFICATE =
            new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
    private static final String ANSWER = "{\"kind\":\"Secret\",\"data\":{\"key\":\"value\"}}";

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpsServer server;
    private FaultProxy proxy;
    private OkHttpClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(new HandshakeCertificates.Builder()
                .heldCertificate(CERTIFICATE)
                .build()
                .sslContext()));
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
        proxy = FaultProxy.start(
                URI.create("https://127.0.0.1:" + server.getAddress().getPort()), CERTIFICATE.certificate());
        HandshakeCertificates trust = new HandshakeCertificates.Builder()
                .addTrustedCertificate(proxy.certificate())
                .build();
        client = new OkHttpClient.Builder()
                .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                .retryOnConnectionFailure(false)
                .callTimeout(Duration.ofSeconds(10))
                .build();
    }

    @AfterEach
    void stop() {
        proxy.close();
        server.stop(0);
        threads.shutdownNow();
        client.dispatcher().executorService().shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String token = exchange.getRequestHeaders().getFirst("Authorization");
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body + token);
        boolean isWatch = exchange.getRequestURI().getQuery() != null;
        exchange.sendResponseHeaders(200, isWatch ? 0 : ANSWER.length());
        try (var out = exchange.getResponseBody()) {
            if (!isWatch) {
                out.write(ANSWER.getBytes(StandardCharsets.UTF_8));
            }
            while (isWatch) {
                out.write((events.take() + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void passesOnWithoutFaults() throws IOException {
        assertEquals(ANSWER, get());
        RequestBody body = RequestBody.create("content", MediaType.get("application/json"));
        assertEquals(ANSWER, send(request("/name").put(body)));

        assertEquals(List.of("GET /name Bearer token", "PUT /name contentBearer token"), requests);
        assertEquals(0, proxy.injected());
        assertEquals(1, client.connectionPool().connectionCount());
    }

    @Test
    void answersInPlaceOfTheServer() throws IOException {
        proxy.inject(Fault.always(Effect.answer(429, "TooManyRequests", "Retry-After: 7")));

        try (Response response = client.newCall(request("/name").build()).execute()) {
            assertEquals(429, response.code());
            assertEquals("7", response.header("Retry-After"));
            assertTrue(response.body().string().contains("\"reason\":\"TooManyRequests\""));
        }
        assertEquals(List.of(), requests);
        assertEquals(1, proxy.injected());
        proxy.stopInjecting();
        assertEquals(ANSWER, get());
        assertEquals(1, client.connectionPool().connectionCount());
    }

    @Test
    void choosesItsRequests() throws IOException {
        proxy.inject(Fault.share(0.5, Effect.answer(500, "InternalError")).where(MessageHead::isWrite));
        RequestBody body = RequestBody.create("", null);
        for (int i = 0; i < 20; i++) {
            assertEquals(ANSWER, get());
            send(request("/name").put(body));
        }

        int first = proxy.injected();
        assertTrue(first > 0 && first < 20, first + " of 20");
    }

    @Test
    void neverAnswers() {
        proxy.inject(Fault.always(Effect.swallow()));
        assertNoAnswer(() -> proxy.injected() == 1);
        assertEquals(List.of(), requests);

        proxy.inject(Fault.always(Effect.loseAnswer()));
        assertNoAnswer(() -> requests.size() == 1);
    }

    @Test
    void cutsAnswers() {
        proxy.inject(Fault.always(Effect.cut(10)));
        assertFailure();

        int inTheBody = 100;
        proxy.inject(Fault.always(Effect.cut(inTheBody)));
        assertFailure();
    }

    @Test
    void slowsDownAndDelays() throws IOException {
        proxy.inject(Fault.always(Effect.slow(500)));
        assertTrue(timeOf(this::get).toMillis() >= 200);

        proxy.inject(Fault.always(Effect.delay(Duration.ofMillis(300))));
        assertTrue(timeOf(this::get).toMillis() >= 300);
    }

    @Test
    void garblesAnswersAndEvents() throws IOException {
        proxy.inject(Fault.always(Effect.garble()));
        assertNotEquals(ANSWER, get());

        events.add("event");
        try (Response watch = watch()) {
            Buffer event = new Buffer();
            watch.body().source().read(event, 100);
            assertNotEquals("event\n", event.readUtf8());
        }
    }

    @Test
    void resetsConnections() throws IOException {
        try (Response watch = watch()) {
            events.add("event");
            assertEquals("event", watch.body().source().readUtf8Line());

            assertEquals(1, proxy.resetConnections());

            assertThrows(IOException.class, () -> watch.body().source().readUtf8Line());
        }
        proxy.refuseConnections();
        assertFailure();
        proxy.acceptConnections();
        assertEquals(ANSWER, get());
    }

    @Test
    void silencesWatchesOnly() throws IOException {
        try (Response watch = watch()) {
            BufferedSource lines = watch.body().source();
            events.add("first");
            assertEquals("first", lines.readUtf8Line());

            assertEquals(1, proxy.silenceWatches());
            events.add("second");
            assertEquals(ANSWER, get());
            server.stop(0);

            lines.timeout().timeout(300, TimeUnit.MILLISECONDS);
            assertThrows(InterruptedIOException.class, lines::readUtf8Line);
        }
    }

    @Test
    void holdsEverythingBackDuringAPartition() throws IOException {
        assertEquals(ANSWER, get());
        proxy.partition();
        CompletableFuture<String> held = CompletableFuture.supplyAsync(this::getUnchecked, threads);
        CompletableFuture<String> onANewConnection = CompletableFuture.supplyAsync(this::getUnchecked, threads);
        await().during(Duration.ofMillis(300)).until(() -> !held.isDone() && !onANewConnection.isDone());
        assertEquals(1, requests.size());

        proxy.heal();

        assertEquals(ANSWER, held.join());
        assertEquals(ANSWER, onANewConnection.join());
    }

    @Test
    void endsWatchesWhenTheClientDoes() throws IOException {
        watch().close();
        client.connectionPool().evictAll();

        await().atMost(Duration.ofSeconds(5)).until(() -> proxy.connections() == 0);
    }

    private interface Call {
        String get() throws IOException;
    }

    private static Duration timeOf(Call call) throws IOException {
        long start = System.nanoTime();
        assertEquals(ANSWER, call.get());
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Request.Builder request(String path) {
        return new Request.Builder().url(proxy.url() + path).header("Authorization", "Bearer token");
    }

    private String get() throws IOException {
        return send(request("/name"));
    }

    private String getUnchecked() {
        try {
            return get();
        } catch (IOException e) {
            return "failed: " + e;
        }
    }

    private Response watch() throws IOException {
        return client.newBuilder()
                .callTimeout(Duration.ZERO)
                .build()
                .newCall(request("/names?watch=true").build())
                .execute();
    }

    private String send(Request.Builder request) throws IOException {
        try (Response response = client.newCall(request.build()).execute()) {
            return response.body().string();
        }
    }

    private void assertFailure() {
        IOException failure = assertThrows(IOException.class, this::get);
        assertFalse(failure instanceof InterruptedIOException, failure.toString());
    }

    private void assertNoAnswer(Callable<Boolean> hasArrived) {
        CompletableFuture<String> call = CompletableFuture.supplyAsync(this::getUnchecked, threads);
        await().until(hasArrived);
        await().during(Duration.ofMillis(300)).until(() -> !call.isDone());
    }
}
