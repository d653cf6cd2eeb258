package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged controller writes to its standard output, from the first line to the last. */
class LogFormatIT {

    @TempDir
    private Path directory;

    @Test
    void logsOnlyJsonWithTheFlag() {
        List<JsonNode> lines = logOf(Map.of(), "--log-format=json");

        JsonNode first = lines.get(0);
        assertTrue(first.path("msg").asText().startsWith("Some flags have no effect"), first::toString);
        JsonNode failure = lines.stream()
                .filter(line -> line.has("error"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(lines));
        assertEquals("fleet/spoke", failure.path("clusterprofile").asText());
        assertTrue(failure.path("error").asText().contains("\n\tat "), failure::toString);
        assertTrue(lines.stream()
                .anyMatch(line -> line.path("logger").asText().startsWith("routes.")
                        && line.path("clusterprofile").asText().equals("fleet/spoke")));
    }

    @Test
    void logsOnlyJsonWithTheEnvironmentVariable() {
        assertFalse(logOf(Map.of("LOG_FORMAT", "json")).isEmpty());
    }

    @Test
    void exitsWith2ForAnUnknownFormat() {
        try (ControllerProcess controller = ControllerProcess.start(directory, Map.of("LOG_FORMAT", "xml"))) {
            eventually(() -> assertEquals(2, controller.exitCode()));
            assertEquals(List.of(), controller.lines());
            assertEquals(1, controller.errors().size(), controller.errors()::toString);
        }
    }

    /** All lines of a controller that meets one failure and is stopped. */
    private List<JsonNode> logOf(Map<String, String> environment, String... flags) {
        try (MockApiServer server = MockApiServer.start()) {
            ClusterFixtures fleet = ClusterFixtures.of(server);
            server.failNext("PATCH", "/secrets/", 500, 2);
            String[] all = Stream.concat(
                            Stream.of(flags),
                            Stream.of("--kubeconfig=" + server.kubeconfigFile(), "-v=10", "--kube-api-qps=5"))
                    .toArray(String[]::new);
            try (ControllerProcess controller = ControllerProcess.start(directory, environment, all)) {
                fleet.createServedProfile("spoke");
                controller.terminate();
                return controller.lines().stream().map(LogFormatIT::parse).toList();
            }
        }
    }

    private static JsonNode parse(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }
}
