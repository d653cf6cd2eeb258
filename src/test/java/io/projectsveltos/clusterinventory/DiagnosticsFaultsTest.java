package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The process, started with ports or certificates that cannot be used. */
@Timeout(120)
class DiagnosticsFaultsTest {

    @Test
    void endsWith1AndNamesTheSettingWhenThePortOfTheProbesIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertSays(
                    "Cannot listen on health-addr /127.0.0.1:" + port + ": Address already in use",
                    Map.of(),
                    "--health-addr=127.0.0.1:" + port);
        }
    }

    @Test
    void endsWith1WhenAnAddressIsNone() throws Exception {
        assertSays(
                "diagnostics-address is 8443, expected host:port, :port, or 0 to not listen",
                Map.of(),
                "--diagnostics-address=8443");
    }

    @Test
    void endsWith1WhenThereIsNoSuchCertificate() throws Exception {
        assertSays(
                "Cannot use the certificate no.crt with the key no.key: expected PEM files of a certificate and its"
                        + " RSA or EC key",
                Map.of("DIAGNOSTICS_CERTIFICATE_FILE", "no.crt", "DIAGNOSTICS_KEY_FILE", "no.key"),
                "--diagnostics-address=127.0.0.1:0");
    }

    private static void assertSays(String fault, Map<String, String> environment, String... flags)
            throws IOException, InterruptedException {
        try (MockApiServer server = MockApiServer.start()) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    Main.class.getName(),
                    "--kubeconfig=" + server.kubeconfigFile(),
                    "--health-addr=0",
                    "--diagnostics-address=0"));
            command.addAll(List.of(flags));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertEquals(1, process.waitFor(), said);
            List<String> lines = said.lines().toList();
            assertEquals(1, lines.size(), said);
            assertTrue(lines.get(0).endsWith(fault), said);
        }
    }
}
