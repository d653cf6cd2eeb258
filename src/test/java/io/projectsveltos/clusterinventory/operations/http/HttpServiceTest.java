package io.projectsveltos.clusterinventory.operations.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.LogCapture;
import io.projectsveltos.clusterinventory.operations.http.Page.Answer;
import io.projectsveltos.clusterinventory.operations.http.Page.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpServiceTest {

    private static final ListenAddress ANY_PORT = ListenAddress.parse("health-addr", "127.0.0.1:0");

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<HttpService> services = new ArrayList<>();

    @AfterEach
    void stop() {
        release.countDown();
        services.forEach(HttpService::stop);
    }

    @Test
    void answersAGetWithThePage() throws Exception {
        HttpResponse<String> answer = send(serving(), "GET", "/page?verbose");

        assertEquals(200, answer.statusCode());
        assertEquals("grüße\n", answer.body());
        assertEquals(
                "text/plain; charset=utf-8",
                answer.headers().firstValue("Content-Type").orElseThrow());
        assertEquals(List.of(new Request("/page", "verbose", null)), requests);
    }

    @Test
    void answersAHeadWithoutABody() throws Exception {
        HttpResponse<String> answer = send(serving(), "HEAD", "/page");

        assertEquals(200, answer.statusCode());
        assertEquals("", answer.body());
        assertEquals(
                "text/plain; charset=utf-8",
                answer.headers().firstValue("Content-Type").orElseThrow());
    }

    @Test
    void handsTheCallersCredentialToThePageAndKeepsItOutOfItsText() throws Exception {
        HttpService service = serving();

        client.send(
                HttpRequest.newBuilder(uri(service, "/page"))
                        .header("Authorization", "Bearer s3cret")
                        .build(),
                BodyHandlers.discarding());

        assertEquals("Bearer s3cret", requests.get(0).authorization());
        assertFalse(requests.get(0).toString().contains("s3cret"));
    }

    @Test
    void tellsWhatThereIsUnderAnotherPath() throws Exception {
        HttpService service = serving();

        assertEquals(404, send(service, "GET", "/").statusCode());
        assertEquals(
                "nothing here; there is [/page]\n",
                send(service, "GET", "/page/").body());
        assertTrue(requests.isEmpty());
    }

    @Test
    void refusesOtherMethodsAndTellsWhichItHas() throws Exception {
        HttpResponse<String> answer = send(serving(), "POST", "/page");

        assertEquals(405, answer.statusCode());
        assertEquals("GET, HEAD", answer.headers().firstValue("Allow").orElse(null));
        assertTrue(requests.isEmpty());
    }

    @Test
    void hidesAnExceptionFromTheCallerAndLogsIt() throws Exception {
        HttpService service = started(ANY_PORT, null, request -> {
            throw new IllegalStateException("inner affairs");
        });

        try (LogCapture log = LogCapture.started()) {
            HttpResponse<String> answer = send(service, "GET", "/page");

            assertEquals(500, answer.statusCode());
            assertEquals("failed, see the log\n", answer.body());
            assertEquals(
                    List.of("WARN Cannot answer /page: java.lang.IllegalStateException: inner affairs"), log.lines());
        }
    }

    @Test
    void namesTheSettingWhenThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            Exception failed = assertThrows(
                    Exception.class, () -> started(ListenAddress.parse("health-addr", address), null, this::page));

            Throwable cause = failed instanceof IOException ? failed : failed.getCause();
            assertEquals("Cannot listen on health-addr /" + address + ": Address already in use", cause.getMessage());
        }
    }

    @Test
    void namesTheSettingWhenTheHostIsUnknown() {
        ListenAddress nowhere = new ListenAddress("health-addr", InetSocketAddress.createUnresolved("nowhere", 80));

        Exception failed = assertThrows(Exception.class, () -> started(nowhere, null, this::page));

        Throwable cause = failed instanceof IOException ? failed : failed.getCause();
        assertTrue(cause.getMessage().startsWith("Cannot listen on health-addr nowhere"), cause.getMessage());
    }

    @Test
    void servesHttpsWithACertificateOfItsOwnMaking() throws Exception {
        HttpService service = started(ANY_PORT, ServingCertificate.selfSigned("controller"), this::page);

        try (Handshake handshake = Handshake.with(service.listening().getPort())) {
            assertEquals("CN=controller", handshake.subject());
            assertTrue(handshake.get("/page").startsWith("HTTP/1.1 200 OK"));
        }
    }

    @Test
    void saysNothingInPlainTextWhereItServesHttps() throws Exception {
        HttpService service = started(ANY_PORT, ServingCertificate.selfSigned("controller"), this::page);

        assertThrows(IOException.class, () -> send(service, "GET", "/page"));
        assertTrue(requests.isEmpty());
    }

    @Test
    void releasesThePortWhenItStops() throws Exception {
        HttpService service = serving();
        int port = service.listening().getPort();
        send(service, "GET", "/page");

        service.stop();

        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @RepeatedTest(20)
    void releasesThePortWhenItStopsRightAfterItsStart() throws Exception {
        HttpService service = serving();
        int port = service.listening().getPort();

        service.stop();

        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void servesAgainAfterAStopAndAStart() throws Exception {
        HttpService service = serving();
        service.stop();

        service.start();

        assertEquals(200, send(service, "GET", "/page").statusCode());
    }

    @Test
    void bearsAStopWithoutAStart() {
        HttpService service = new HttpService(ANY_PORT, null, Map.of("/page", this::page));

        service.stop();

        assertTrue(service.isStopped());
    }

    @Test
    void turnsCallersAwayRatherThanHaveThemWaitWithoutEndAndServesTheNext() throws Exception {
        HttpService service = started(ANY_PORT, null, this::pageThatTakesLong);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(client.sendAsync(
                    HttpRequest.newBuilder(uri(service, "/page")).build(), BodyHandlers.ofString()));
        }
        await().until(() -> answers.stream().anyMatch(CompletableFuture::isCompletedExceptionally));

        release.countDown();

        await().until(() -> answers.stream().allMatch(CompletableFuture::isDone));
        assertTrue(answers.stream()
                        .filter(answer -> !answer.isCompletedExceptionally())
                        .count()
                >= 4);
        assertEquals(200, send(service, "GET", "/page").statusCode());
    }

    @Test
    void closesTheConnectionOfATargetWithoutAPath() throws Exception {
        HttpService service = serving();

        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.listening().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write("GET mailto:somebody HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(10_000);
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
        }
        assertEquals(200, send(service, "GET", "/page").statusCode());
    }

    private Answer page(Request request) {
        requests.add(request);
        return Answer.line(200, "grüße");
    }

    private Answer pageThatTakesLong(Request request) {
        awaitRelease();
        return page(request);
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpService serving() {
        return started(ANY_PORT, null, this::page);
    }

    private HttpService started(ListenAddress address, SSLContext tls, Page page) {
        HttpService service = new HttpService(address, tls, Map.of("/page", page));
        services.add(service);
        service.start();
        return service;
    }

    private HttpResponse<String> send(HttpService service, String method, String path)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(service, path))
                        .method(method, BodyPublishers.noBody())
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI uri(HttpService service, String path) {
        return URI.create("http://127.0.0.1:" + service.listening().getPort() + path);
    }
}
