package io.projectsveltos.clusterinventory.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that do not have a flag. */
class CheckerTest {

    private static final String ROUTE = """
            - route:
                id: add-finalizer
                from:
                  uri: %s
                  steps:
                    - log: { message: own }
            """;

    @TempDir
    private Path directory;

    @Test
    void acceptsARouteThatReplacesAPackagedOne() throws Exception {
        assertEquals(0, check("direct:add-finalizer").findings().size());
    }

    @Test
    void findsOneThatBeginsAtAnotherEndpoint() throws Exception {
        CheckReport report = check("direct:other");

        assertEquals(1, report.findings().size());
        assertTrue(report.findings().get(0).message().contains("from direct://add-finalizer"), () -> report.findings()
                .toString());
    }

    private CheckReport check(String from) throws Exception {
        Path file = Files.writeString(directory.resolve("own.camel.yaml"), ROUTE.formatted(from));
        Properties defaults = new Properties();
        try (InputStream shipped = getClass().getResourceAsStream("/application.properties")) {
            defaults.load(shipped);
        }
        Map<String, String> given = Map.of("routes", file.toString(), "routes.override", "add-finalizer");
        return new Checker(given, defaults, Clock.systemUTC()).check();
    }
}
