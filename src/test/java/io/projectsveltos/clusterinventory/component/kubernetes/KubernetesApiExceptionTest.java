package io.projectsveltos.clusterinventory.component.kubernetes;

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
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
    private String answer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        secrets = new ResourceClient<>(client, ResourceType.SECRETS, Secret.class);
    }

    @AfterEach
    void stop() {
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
    void isOfATypeThatSaysWhatHelps(int refusal, String type) {
        KubernetesApiException failure = applyAnsweredWith(refusal, "{\"message\": \"no\"}");

        assertEquals(type, failure.getClass().getSimpleName());
        assertEquals(refusal, failure.code());
        assertEquals("cannot apply secrets fleet/spoke: " + refusal + " no", failure.getMessage());
    }

    @Test
    void isAConflictWhenTheObjectIsAnotherOneThanMeant() {
        KubernetesApiException failure = applyAnsweredWith(422, """
                {"kind": "Status", "reason": "Invalid", "message": "field is immutable", "code": 422,
                 "details": {"causes": [{"field": "metadata.name"}, {"field": "metadata.uid"}]}}
                """);

        assertEquals(ConflictException.class, failure.getClass());
        assertEquals(409, failure.code());
    }

    @Test
    void isInvalidForAnyOtherCause() {
        KubernetesApiException failure = applyAnsweredWith(
                422, "{\"message\": \"no\", \"details\": {\"causes\": [{\"field\": \"metadata.uidSuffix\"}, {}]}}");

        assertEquals(InvalidException.class, failure.getClass());
    }

    @Test
    void saysTheReasonWhereThereIsNoMessage() {
        assertTrue(applyAnsweredWith(403, "{\"reason\": \"Forbidden\"}")
                .getMessage()
                .endsWith("403 Forbidden"));
    }

    @Test
    void readsTheAnswerOfAProxyToo() {
        assertEquals(502, applyAnsweredWith(502, "<html>Bad Gateway</html>").code());
        assertEquals(502, applyAnsweredWith(502, "").code());
    }

    @Test
    void neverTellsWhatWasSent() {
        assertFalse(applyAnsweredWith(500, "{}").toString().contains("hunter2"));
    }

    @Test
    void hasNoCodeWithoutAnAnswer() {
        server.stop(0);

        KubernetesApiException failure = assertThrows(KubernetesApiException.class, () -> secrets.get(KEY));

        assertEquals(0, failure.code());
        assertNotNull(failure.getCause());
        assertTrue(failure.getMessage().startsWith("cannot get secrets fleet/spoke: "), failure.getMessage());
    }

    @Test
    void isNoneForWhatMayBeMissing() {
        code = 404;
        answer = "{}";

        assertNull(secrets.get(KEY));
        assertNull(secrets.delete(KEY, null));
    }

    private KubernetesApiException applyAnsweredWith(int refusal, String body) {
        code = refusal;
        answer = body;
        return assertThrows(KubernetesApiException.class, () -> secrets.apply(KEY, SECRET, "ours", true));
    }

    @Test
    void saysTheSameOfAnUnknownHostEachTime() {
        assertEquals(
                "unknown host api.example",
                KubernetesApiException.whyUnanswered(new UnknownHostException("api.example")));
        assertEquals(
                "unknown host api.example",
                KubernetesApiException.whyUnanswered(
                        new UnknownHostException("api.example: Name or service not known")));
        assertEquals("refused", KubernetesApiException.whyUnanswered(new ConnectException("refused")));
    }
}
