package io.projectsveltos.clusterinventory.credential.route;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderOutputTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant HOUR = NOW.plusSeconds(3600);
    private static final String CANARY = "canary0token0Zm9vYmFyYmF6cXV4MTIz";
    private static final AccessProvider ENTRY = new AccessProvider("vault", Map.of("server", "https://edge:6443"));
    private static final String CONFIG = "{clusters: [], users: []}";
    private static final String EXEC = """
            {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",
             "status": {"token": "t1", "expirationTimestamp": "2026-03-01T13:00:00Z"}}
            """;

    @AutoClose
    private final CamelContext context = new DefaultCamelContext();

    private final ProviderOutput output = new ProviderOutput(Clock.fixed(NOW, ZoneOffset.UTC));
    private final Exchange exchange = new DefaultExchange(context);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<?, ?> map(String json) {
        try {
            return new ObjectMapper().readValue(json, Map.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<Named<Object>> kubeconfigs() {
        return Stream.of(
                Named.of("text", CONFIG),
                Named.of("bytes", bytes(CONFIG)),
                Named.of("stream", new ByteArrayInputStream(bytes(CONFIG))),
                Named.of("text node", TextNode.valueOf(CONFIG)));
    }

    @ParameterizedTest
    @MethodSource("kubeconfigs")
    void takesAKubeconfigAsItIs(Object body) throws Exception {
        Kubeconfig kubeconfig = read(body);

        assertArrayEquals(bytes(CONFIG), kubeconfig.content());
        assertNull(kubeconfig.expiry());
    }

    @Test
    void writesAKubeconfigThatIsAMap() throws Exception {
        String text = text(read(Map.of("clusters", List.of(Map.of("name", "edge")))));

        assertTrue(text.contains("name: \"edge\"") || text.contains("name: edge"), text);
    }

    static Stream<Named<Object>> execCredentials() {
        String yaml = "kind: ExecCredential\nstatus: {token: t1, expirationTimestamp: '2026-03-01T13:00:00Z'}\n";
        return Stream.of(
                Named.of("text", EXEC),
                Named.of("YAML", yaml),
                Named.of("bytes", bytes(EXEC)),
                Named.of("stream", new ByteArrayInputStream(bytes(EXEC))),
                Named.of("Map", map(EXEC)),
                Named.of("object node", new ObjectMapper().valueToTree(map(EXEC))));
    }

    @ParameterizedTest
    @MethodSource("execCredentials")
    void buildsAKubeconfigFromAnExecCredential(Object body) throws Exception {
        Kubeconfig kubeconfig = read(body);

        assertTrue(text(kubeconfig).contains("t1"));
        assertTrue(text(kubeconfig).contains("https://edge:6443"));
        assertEquals(HOUR, kubeconfig.expiry());
    }

    @Test
    void buildsItWithTheEntryThatTheRouteHasPutIntoTheVariable() throws Exception {
        exchange.setVariable("accessProvider", new AccessProvider("vault", Map.of("server", "https://other:6443")));

        assertTrue(text(read(EXEC)).contains("https://other:6443"));
    }

    @Test
    void ignoresAVariableThatIsNotAnEntry() throws Exception {
        exchange.setVariable("accessProvider", "x");

        assertTrue(text(read(EXEC)).contains("https://edge:6443"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"t2", "t2\n"})
    void buildsAKubeconfigFromATokenWithItsHeaders(String token) throws Exception {
        exchange.getMessage().setHeader("CamelCredentialType", "token");
        exchange.getMessage().setHeader("CamelCredentialExpiry", 3600);

        Kubeconfig kubeconfig = read(token);

        assertTrue(text(kubeconfig).contains("t2"));
        assertEquals(HOUR, kubeconfig.expiry());
    }

    static Stream<Object> expiries() {
        return Stream.of(
                HOUR,
                Date.from(HOUR),
                3600,
                3600L,
                3600.5,
                "3600",
                "2026-03-01T13:00:00Z",
                " 2026-03-01T14:00:00+01:00");
    }

    @ParameterizedTest
    @MethodSource("expiries")
    void readsTheExpiryOfAKubeconfig(Object expiry) throws Exception {
        exchange.getMessage().setHeader("CamelCredentialExpiry", expiry);

        assertEquals(HOUR, read(CONFIG).expiry());
    }

    @Test
    void usesTheEarlierOfTwoExpiries() throws Exception {
        exchange.getMessage().setHeader("CamelCredentialExpiry", 60);
        assertEquals(NOW.plusSeconds(60), read(EXEC).expiry());

        exchange.getMessage().setHeader("CamelCredentialExpiry", 7200);
        assertEquals(HOUR, read(EXEC).expiry());
    }

    static Stream<Object> unusableExpiries() {
        return Stream.of(
                "", "tomorrow " + CANARY, "-1", -1, 0, 1_772_366_400_000L, NOW, new Object(), "2026-03-01T11:00:00Z");
    }

    @ParameterizedTest
    @MethodSource("unusableExpiries")
    void refusesAnExpiryThatCannotBeUsed(Object expiry) {
        exchange.getMessage().setHeader("CamelCredentialExpiry", expiry);

        refused(CONFIG);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                arguments(null, "returned nothing"),
                arguments(Map.of("token", CANARY), "returned a Map that is neither a kubeconfig nor an ExecCredential"),
                arguments(List.of(CANARY), "returned a java.util.ImmutableCollections$List12"),
                arguments(Map.of("kind", "ExecCredential"), "has no status"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void refusesEverythingElseWithoutQuotingIt(Object body, String what) {
        String message = refused(body);

        assertTrue(message.contains(what), message);
    }

    @Test
    void refusesAnUnknownType() {
        exchange.getMessage().setHeader("CamelCredentialType", CANARY);

        refused("t");
    }

    @Test
    void refusesATokenThatIsNotText() {
        exchange.getMessage().setHeader("CamelCredentialType", "token");

        refused(Map.of("token", CANARY));
        refused(null);
    }

    @Test
    void readsNoMoreThanASecretCanHold() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'a';
            }
        };

        assertThrows(IOException.class, () -> read(endless));
    }

    private String refused(Object body) {
        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> read(body));
        assertEquals(Reason.InvalidExecCredential, failure.getReason());
        assertFalse(failure.getMessage().contains(CANARY), failure.getMessage());
        return failure.getMessage();
    }

    private Kubeconfig read(Object body) throws Exception {
        exchange.getMessage().setBody(body);
        return output.read(exchange, ENTRY);
    }

    private static String text(Kubeconfig kubeconfig) {
        return new String(kubeconfig.content(), StandardCharsets.UTF_8);
    }
}
