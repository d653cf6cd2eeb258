package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The process, started with a port, a certificate or a provider file that it cannot use: it exits with 1 and one line. */
@Timeout(120)
class StartFaultsTest {

    @Test
    void namesTheSettingWhenTheHealthPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertEndsWith(
                    "Cannot listen on health-addr /127.0.0.1:" + port + ": Address already in use",
                    fault(Map.of(), "--health-addr=127.0.0.1:" + port));
        }
    }

    @Test
    void namesTheSettingWhoseAddressIsInvalid() throws Exception {
        assertEndsWith(
                "diagnostics-address is 8443, expected host:port, :port, or 0 to not listen",
                fault(Map.of(), "--diagnostics-address=8443"));
    }

    @Test
    void namesTheCertificateThatIsMissing() throws Exception {
        assertEndsWith(
                "Cannot use the certificate no.crt with the key no.key: expected PEM files of a certificate and its"
                        + " RSA or EC key",
                fault(
                        Map.of("DIAGNOSTICS_CERTIFICATE_FILE", "no.crt", "DIAGNOSTICS_KEY_FILE", "no.key"),
                        "--diagnostics-address=127.0.0.1:0"));
    }

    static Stream<Arguments> providerFiles() {
        String exec = "\"apiVersion\": \"client.authentication.k8s.io/v1\", \"command\": \"sh\"";
        return Stream.of(
                arguments("{\"providers\": [{\"execConfig\": {" + exec + "}}]}", "providers[0].name is missing"),
                arguments("{\"providers\": [{\"name\": \"a\", \"colour\": 1}]}", "colour"),
                arguments("{\"providers\": [{\"name\": \"a\", \"execConfig\": {}}]}", "execConfig.command"),
                arguments("{\"providers\": [", "line 1: is not JSON or YAML"));
    }

    @ParameterizedTest
    @MethodSource("providerFiles")
    void namesTheProviderFileAndItsFault(String text, String fault, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("providers.json"), text);

        String line = fault(Map.of(), "--clusterprofile-provider-file=" + file);

        assertTrue(line.contains(file.toString()), line);
        assertTrue(line.contains(fault), line);
    }

    @Test
    void namesTheRouteThatIsToBeReplacedButDoesNotExist() throws Exception {
        assertEndsWith(
                "routes.override names resinc, which is not the id of a packaged route: correct it, see docs/routes.md",
                fault(Map.of("ROUTES_OVERRIDE", "resinc")));
    }

    @Test
    void namesTheRouteFileAndTheLine(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("vault.camel.yaml"), """
                - route:
                    from:
                      uri: direct:access-provider-vault
                      steps:
                        - to: { uri: "direct:no-such-route" }
                """);

        assertEquals(
                "clusterinventory-camel: " + file
                        + ":5: there is no route from direct://no-such-route: correct the name",
                fault(Map.of(), "--routes=" + directory));
    }

    private static void assertEndsWith(String fault, String line) {
        assertTrue(line.endsWith(fault), line);
    }

    /** The one line that the process writes before it exits with 1. */
    private static String fault(Map<String, String> environment, String... flags)
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
            String written = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertEquals(1, process.waitFor(), written);
            List<String> lines = written.lines().toList();
            assertEquals(1, lines.size(), written);
            return lines.get(0);
        }
    }
}
