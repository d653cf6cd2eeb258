package io.projectsveltos.clusterinventory.component.kubernetes;

import static io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException.connectionFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class KubernetesApiExceptionTest {

    private static final ObjectKey KEY = new ObjectKey("fleet", "spoke");
    private static final Map<String, Object> SECRET = Map.of("stringData", Map.of("password", "hunter2"));

    private HttpServer server;
    private KubernetesClient client;
    private ResourceClient<Secret> secrets;
    private int code;
    private String response = "";
    private volatile CompletableFuture<Void> responseGate = CompletableFuture.completedFuture(null);
    private final Map<String, String> headers = new HashMap<>();
    private final RecordingListener listener = new RecordingListener();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            responseGate.join();
            byte[] body = response.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            headers.forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        client = new KubernetesClientBuilder()
                .withKubernetesSerialization(ObjectSerialization.byKind(Map.of()))
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        secrets = new ResourceClient<>(client, ResourceType.SECRETS, Secret.class, listener);
    }

    @AfterEach
    void stop() {
        responseGate.complete(null);
        client.close();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "404, NotFoundException",
        "409, ConflictException",
        "422, InvalidException",
        "401, KubernetesApiException",
        "403, KubernetesApiException",
        "429, KubernetesApiException",
        "500, KubernetesApiException"
    })
    void hasATypeForEachStatusThatNeedsItsOwnHandling(int refusal, String type) {
        KubernetesApiException failure = failedApply(refusal, "{\"message\": \"no\"}");

        assertEquals(type, failure.getClass().getSimpleName());
        assertEquals(refusal, failure.code());
        assertEquals("cannot apply secrets fleet/spoke: " + refusal + " no", failure.getMessage());
    }

    @Test
    void isAConflictIfTheUidDiffers() {
        KubernetesApiException failure = failedApply(422, """
                {"kind": "Status", "reason": "Invalid", "message": "field is immutable", "code": 422,
                 "details": {"causes": [{"field": "metadata.name"}, {"field": "metadata.uid"}]}}
                """);

        assertEquals(ConflictException.class, failure.getClass());
        assertEquals(409, failure.code());
    }

    @Test
    void isInvalidForOtherCauses() {
        KubernetesApiException failure = failedApply(
                422, "{\"message\": \"no\", \"details\": {\"causes\": [{\"field\": \"metadata.uidSuffix\"}, {}]}}");

        assertEquals(InvalidException.class, failure.getClass());
    }

    @Test
    void usesTheReasonIfThereIsNoMessage() {
        assertTrue(failedApply(403, "{\"reason\": \"Forbidden\"}").getMessage().endsWith("403 Forbidden"));
    }

    @Test
    void readsTheResponseOfAProxy() {
        assertEquals(502, failedApply(502, "<html>Bad Gateway</html>").code());
        assertEquals(502, failedApply(502, "").code());
    }

    @Test
    void neverContainsTheRequestBody() {
        assertFalse(failedApply(500, "{}").toString().contains("hunter2"));
    }

    @Test
    void hasNoCodeAndIsUnavailableWithoutAResponse() {
        server.stop(0);

        KubernetesApiException failure = assertThrows(KubernetesApiException.class, () -> secrets.get(KEY));

        assertEquals(0, failure.code());
        assertNotNull(failure.getCause());
        assertTrue(failure.getMessage().startsWith("cannot get secrets fleet/spoke: "), failure.getMessage());
        assertTrue(failure.isUnavailable());
        assertEquals(1, listener.outcomes().size());
        assertFalse(listener.outcomes().contains("available"), listener.outcomes()::toString);
    }

    @Test
    void isNotThrownForGetAndDeleteOfAMissingObject() {
        code = 404;
        response = "{}";

        assertNull(secrets.get(KEY));
        assertNull(secrets.delete(KEY, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "401, true",
        "429, true",
        "502, true",
        "503, true",
        "504, true",
        "500, false",
        "403, false",
        "404, false"
    })
    void isUnavailableIfAnyOtherRequestWouldFailToo(int refusal, boolean unavailable) {
        KubernetesApiException failure = failedApply(refusal, "{\"message\": \"not\\n now\"}");

        assertEquals(unavailable, failure.isUnavailable());
        assertEquals(List.of(unavailable ? refusal + " not now, after 0 s" : "available"), listener.outcomes());
    }

    @Test
    void isNotReportedToTheListenerAfterAnInterrupt() {
        // otherwise the response could arrive before the client waits for it
        responseGate = new CompletableFuture<>();
        Thread.currentThread().interrupt();

        KubernetesApiException failure = assertThrows(KubernetesApiException.class, () -> secrets.get(KEY));

        assertTrue(Thread.interrupted());
        assertFalse(failure.isUnavailable());
        assertEquals(List.of(), listener.outcomes());
    }

    @Test
    void reportsTheOutcomeOfEveryRequestToTheListener() {
        code = 200;
        response = "{\"kind\": \"Secret\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}";

        secrets.get(KEY);
        secrets.create(KEY, SECRET, "ours");
        secrets.update(KEY, SECRET, "ours");
        secrets.apply(KEY, SECRET, "ours", true);
        secrets.mergePatch(KEY, SECRET, "ours");
        secrets.list(null, null);
        secrets.delete(KEY, null, null);

        assertEquals(Collections.nCopies(7, "available"), listener.outcomes());
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "' 7 ', 7",
        "86400, 300",
        "99999999999999999999, 0",
        "-7, 0",
        "soon, 0",
        "'', 0",
        "'Thu, 01 Jan 1970 00:00:00 GMT', 0",
        "'Tue, 31 Dec 2199 23:59:59 GMT', 300"
    })
    void readsRetryAfterFromTheHeader(String header, int seconds) {
        headers.put("Retry-After", header);

        KubernetesApiException failure = failedApply(429, "{\"message\": \"too many\"}");

        assertEquals(Duration.ofSeconds(seconds), failure.retryAfter());
        assertEquals(List.of("429 too many, after " + seconds + " s"), listener.outcomes());
    }

    @ParameterizedTest
    @CsvSource({"503, 3, 3", "500, 3000, 300", "503, -3, 0"})
    void readsRetryAfterFromTheStatusIfThereIsNoHeader(int refusal, int inStatus, int seconds) {
        String status = "{\"details\": {\"retryAfterSeconds\": " + inStatus + "}}";

        assertEquals(Duration.ofSeconds(seconds), failedApply(refusal, status).retryAfter());
    }

    @ParameterizedTest
    @CsvSource({"400, true", "403, true", "422, true", "401, false", "404, false", "409, false", "500, false"})
    void isARefusalIfTheServerRejectsTheRequestItself(int refusal, boolean expected) {
        assertEquals(expected, failedApply(refusal, "{}").isRefusal());
    }

    @Test
    void isARefusalIfAValueHasAnotherTypeThanItsFieldAlthoughTheServerAnswers500() {
        String message = "failed to create typed patch object (fleet/spoke; v1, Kind=Secret): .data: expected map";

        assertTrue(failedApply(500, "{\"message\": \"" + message + "\"}").isRefusal());
    }

    @Test
    void isARefusalIfAnAdmissionWebhookFailsAlthoughTheServerAnswers500() {
        String message = "Internal error occurred: failed calling webhook: context deadline exceeded";
        KubernetesApiException failure = failedApply(500, "{\"message\": \"" + message + "\"}");

        assertTrue(failure.isRefusal());
        assertFalse(failure.isUnavailable());
    }

    @Test
    void distinguishesATerminatingNamespaceFromARefusal() {
        String causes = "{\"details\": {\"causes\": [{\"reason\": \"NamespaceTerminating\"}]}}";
        KubernetesApiException failure = failedApply(403, causes);

        assertTrue(failure.isNamespaceTerminating());
        assertFalse(failure.isRefusal());
        assertFalse(failedApply(403, "{}").isNamespaceTerminating());
        assertFalse(failedApply(500, causes).isNamespaceTerminating());
    }

    @Test
    void namesTheObjectButNotTheContentOfAnUnreadableResponse() {
        code = 200;
        response = "<html>hunter2</html>";

        assertUnreadable("cannot get secrets fleet/spoke: unreadable response: not a Secret", () -> secrets.get(KEY));
        assertUnreadable(
                "cannot apply secrets fleet/spoke: unreadable response: not a Secret",
                () -> secrets.apply(KEY, SECRET, "ours", true));
        assertUnreadable(
                "cannot delete secrets fleet/spoke: unreadable response: not JSON",
                () -> secrets.delete(KEY, null, null));
        assertUnreadable(
                "cannot list secrets */*: unreadable response: not JSON at character 0",
                () -> secrets.list(null, null));
    }

    private static void assertUnreadable(String message, Executable request) {
        KubernetesApiException failure = assertThrows(KubernetesApiException.class, request);

        assertEquals(message, failure.getMessage());
        assertFalse(failure.isUnavailable());
    }

    private KubernetesApiException failedApply(int refusal, String body) {
        code = refusal;
        response = body;
        return assertThrows(KubernetesApiException.class, () -> secrets.apply(KEY, SECRET, "ours", true));
    }

    @Test
    void describesAnUnknownHostConsistentlyAndNamesAFailureWithoutAMessage() {
        assertEquals("unknown host api.example", connectionFailure(new UnknownHostException("api.example")));
        assertEquals(
                "unknown host api.example",
                connectionFailure(new UnknownHostException("api.example: Name or service not known")));
        assertEquals("refused", connectionFailure(new ConnectException("refused")));
        assertEquals("EOFException", connectionFailure(new EOFException()));
    }
}
