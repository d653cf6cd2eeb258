package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The process, started with a provider file that is wrong. */
class ProviderFileFaultsTest {

    static Stream<Arguments> wrongFiles() {
        String exec = "\"apiVersion\": \"client.authentication.k8s.io/v1\", \"command\": \"sh\"";
        return Stream.of(
                arguments("{\"providers\": [{\"execConfig\": {" + exec + "}}]}", "providers[0].name is missing"),
                arguments("{\"providers\": [{\"name\": \"a\", \"colour\": 1}]}", "colour"),
                arguments("{\"providers\": [{\"name\": \"a\", \"execConfig\": {}}]}", "execConfig.command"),
                arguments("{\"providers\": [", "line 1: is not JSON or YAML"));
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void endsWith1AndSaysFileAndPathAndReasonOnOneLine(String text, String fault, @TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("providers.json"), text);

        Process process;
        List<String> said;
        try (MockApiServer server = MockApiServer.start()) {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Main.class.getName(),
                            "--kubeconfig=" + server.kubeconfigFile(),
                            "--clusterprofile-provider-file=" + file)
                    .redirectErrorStream(true)
                    .start();
            said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertEquals(1, process.waitFor());
        }

        assertEquals(1, said.size(), said::toString);
        assertTrue(said.get(0).contains(file.toString()), said::toString);
        assertTrue(said.get(0).contains(fault), said::toString);
    }
}
