package io.projectsveltos.clusterinventory.credential.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.testing.LocalServer;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no member cluster; ScopedHandoverIT has one. */
class ServiceAccountTokensTest {

    private static final AccessProvider ENTRY =
            new AccessProvider("scoped-handover", Map.of("server", "https://other"));

    private static final byte[] FILLER = new byte[64 * 1024];

    /** More than is in any buffer. */
    private static final long ENDLESS = 64L << 20;

    private final ServiceAccountTokens tokens = new ServiceAccountTokens(() -> null);

    @Test
    void takesTheClusterOfTheKubeconfig() {
        String authority =
                Base64.getEncoder().encodeToString(ClientCertificates.AUTHORITY.getBytes(StandardCharsets.US_ASCII));

        AccessProvider entry = tokens.withCluster(
                Fixtures.kubeconfig(
                        "server: https://one:6443, tls-server-name: two, proxy-url: 'socks5://three:1080',"
                                + " disable-compression: true, certificate-authority-data: " + authority,
                        "token: s3cr3t"),
                ENTRY);

        assertEquals("scoped-handover", entry.name());
        assertEquals(
                Map.of(
                        "server",
                        "https://one:6443",
                        "tls-server-name",
                        "two",
                        "proxy-url",
                        "socks5://three:1080",
                        "certificate-authority-data",
                        authority,
                        "insecure-skip-tls-verify",
                        false,
                        "disable-compression",
                        true),
                entry.cluster());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exec: {command: sh}              | 'exec'
            tokenFile: /var/run/token        | 'tokenFile'
            auth-provider: {name: gcp}       | 'auth-provider'
            username: admin, password: s3cr3t | password
            token: s3cr3t, as: somebody      | impersonation
            """)
    void refusesUsersWithoutAPlainCredential(String user, String fault) {
        byte[] kubeconfig = Fixtures.kubeconfig("server: https://one", user);

        ReconcileFailure failure =
                assertThrows(ReconcileFailure.class, () -> tokens.request(kubeconfig, ENTRY, "ns/account", 3600));

        assertEquals(Reason.SourceSecretInvalid, failure.getReason());
        assertTrue(failure.getMessage().contains(fault), failure.getMessage());
        assertFalse(failure.getMessage().contains("s3cr3t"), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "nonsense", "- a"})
    void refusesWhatLeadsToNoServer(String text) {
        byte[] kubeconfig = text.getBytes(StandardCharsets.UTF_8);

        assertThrows(ReconcileFailure.class, () -> tokens.withCluster(kubeconfig, ENTRY));
        assertThrows(ReconcileFailure.class, () -> tokens.request(kubeconfig, ENTRY, "ns/account", 3600));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{'status': {}}",
                "{'status': {'token': 't0ken'}}",
                "{'status': {'token': '', 'expirationTimestamp': '2046-01-01T00:00:00Z'}}",
                "{'status': {'token': 't0\\nken', 'expirationTimestamp': '2046-01-01T00:00:00Z'}}",
                "{'status': {'token': 't0ken', 'expirationTimestamp': 'soon'}}",
                "{'status': {'token': 't0ken', 'expirationTimestamp': '+999999999-01-01T00:00:00Z'}}"
            })
    void refusesAnAnswerWithoutATokenWithAnExpiry(String answer) throws Exception {
        try (LocalServer member = new LocalServer(exchange -> {
            byte[] body = answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(201, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        })) {
            assertNoAnswer(() -> tokens.handOver(kubeconfigOf(member), ENTRY, "ns/account", 3600));
            assertNoAnswer(() -> tokens.request(kubeconfigOf(member), ENTRY, "ns/account", 3600));
        }
    }

    /** It would be in memory as a whole. */
    @Test
    void readsNoMoreOfAnAnswerThanAMebibyte() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (LocalServer member = new LocalServer(exchange -> {
            exchange.sendResponseHeaders(201, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (sent.addAndGet(FILLER.length) < ENDLESS) {
                    body.write(FILLER);
                }
            }
        })) {
            assertNoAnswer(() -> tokens.request(kubeconfigOf(member), ENTRY, "ns/account", 3600));

            assertTrue(sent.get() < ENDLESS, "the whole answer was read");
        }
    }

    @Test
    void givesATokenOfTheManagementClusterToOneProfileOnly() {
        ReconcileFailure failure = assertThrows(
                ReconcileFailure.class,
                () -> tokens.requestHere(Fixtures.profile().build(), ENTRY, "fleet/management", "ns/account", 3600));

        assertEquals(Reason.InvalidAccessProvider, failure.getReason());
        assertTrue(failure.getMessage().contains("fleet/management"), failure.getMessage());
    }

    @Test
    void followsNoRedirect() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (LocalServer member = new LocalServer(exchange -> {
            requests.incrementAndGet();
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            "http://localhost:" + exchange.getLocalAddress().getPort());
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        })) {
            ReconcileFailure failure = assertThrows(
                    ReconcileFailure.class, () -> tokens.request(kubeconfigOf(member), ENTRY, "ns/account", 3600));

            assertTrue(failure.getMessage().contains("(HTTP status 307)"), failure.getMessage());
            assertEquals(1, requests.get());
        }
    }

    private static void assertNoAnswer(Executable call) {
        ReconcileFailure failure = assertThrows(ReconcileFailure.class, call);
        assertTrue(failure.getMessage().contains("(no usable answer)"), failure.getMessage());
        assertFalse(failure.getMessage().contains("t0ken"), failure.getMessage());
    }

    /** Leads to the API server of a cluster whose administrator is hostile. */
    private static byte[] kubeconfigOf(LocalServer member) {
        return Fixtures.kubeconfig("server: '" + member.url() + "'", "token: s3cr3t");
    }
}
