package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.testing.ControllerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the packaged controller reads its settings from. */
class SettingsIT {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "EVENTS_WAIT_WORTH_TELLING, soon",
        "JAVA_TOOL_OPTIONS, -Devents.wait-worth-telling=soon",
        "JAVA_TOOL_OPTIONS, -Dcamel.main.property-placeholder-location=classpath:application.properties;file:DIRECTORY/file"
    })
    void readsASettingUnderItsOldNameAndWarns(String variable, String value) throws IOException {
        Files.writeString(directory.resolve("file"), "events.wait-worth-telling = soon\n");
        Map<String, String> environment =
                Map.of(variable, value.replace(';', ',').replace("DIRECTORY", directory.toString()));

        try (ControllerProcess controller = ControllerProcess.start(
                directory, environment, "--kubeconfig=src/test/resources/kubeconfig-of-no-server.yaml")) {
            assertEquals(1, controller.awaitExit(Duration.ofMinutes(1)));
            assertTrue(
                    controller
                            .errors()
                            .contains("clusterinventory-camel: events.slow-deletion-after is soon,"
                                    + " expected a duration such as 30s or 10m"),
                    controller.errors()::toString);
            assertEquals(
                    1,
                    controller.lines().stream()
                            .filter(line ->
                                    line.contains("events.wait-worth-telling is called events.slow-deletion-after now"))
                            .count(),
                    controller.lines()::toString);
        }
    }
}
