package io.projectsveltos.clusterinventory.credential.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no member cluster; ScopedHandoverIT has one. */
class ServiceAccountTokensTest {

    private static final AccessProvider ENTRY =
            new AccessProvider("scoped-handover", Map.of("server", "https://other"));

    private final ServiceAccountTokens tokens = new ServiceAccountTokens(() -> null);

    @Test
    void takesTheClusterOfTheKubeconfig() {
        String authority =
                Base64.getEncoder().encodeToString(ClientCertificates.AUTHORITY.getBytes(StandardCharsets.US_ASCII));

        AccessProvider entry = tokens.withCluster(
                kubeconfig(
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
        byte[] kubeconfig = kubeconfig("server: https://one", user);

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

    private static byte[] kubeconfig(String cluster, String user) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(cluster, user).getBytes(StandardCharsets.UTF_8);
    }
}
