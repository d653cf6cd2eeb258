package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import io.projectsveltos.clusterinventory.testing.Manifests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example routes: each does what its cases say, as an integrator would run them, and is short. */
@Timeout(180)
class ExamplesTest {

    private static final int MAX_LINES = 15;
    private static final Path PAGE = Path.of("docs/examples.md");

    static Stream<Path> examples() {
        return Manifests.routeExamples();
    }

    @Test
    void thereIsOneForEachKindOfSource() {
        assertEquals(
                Set.of(
                        "aws-secrets-manager",
                        "event-webhook",
                        "kubeconfig-folder",
                        "oauth2",
                        "scoped-handover",
                        "status-labels",
                        "token-over-http",
                        "token-over-https",
                        "token-request",
                        "vault-kv"),
                Set.copyOf(examples()
                        .map(folder -> folder.getFileName().toString())
                        .toList()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void passesItsCases(Path folder) {
        CommandLineRun run = CommandRunner.run("try", "--cases=" + folder.resolve("cases.yaml"), "-o=json");

        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.json().at("/cases/passed").asInt() > 0);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void hasCasesThatThePublishedSchemaAllows(Path folder) throws IOException {
        try (InputStream schema = Files.newInputStream(Path.of("docs/cases.schema.json"))) {
            JsonNode cases =
                    new YAMLMapper().readTree(folder.resolve("cases.yaml").toFile());

            assertEquals(
                    Set.of(),
                    JsonSchemaFactory.getInstance(VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(cases));
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isAtMostFifteenLinesOfRoute(Path folder) throws IOException {
        long lines = lines(folder);

        assertTrue(lines <= MAX_LINES, () -> lines + " lines");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isListedWithItsLines(Path folder) throws IOException {
        String name = folder.getFileName().toString();
        String row = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| [" + name + "]"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(PAGE + " has no row of " + name));

        assertTrue(row.contains("| " + lines(folder) + " |"), row);
    }

    @Test
    void theCasesOfThePagePass(@TempDir Path folder) throws IOException {
        Files.copy(
                Path.of("kubernetes/examples/routes/vault-kv/vault-kv.camel.yaml"),
                folder.resolve("vault-kv.camel.yaml"));
        String block = Files.readString(Path.of("docs/testing-routes.md"))
                .split("```yaml\n")[1]
                .split("```")[0];
        Path cases = Files.writeString(folder.resolve("cases.yaml"), block);

        CommandLineRun run = CommandRunner.run("try", "--cases=" + cases);

        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().startsWith("Cases: 2 passed, 0 failed\n"), run.out());
    }

    /** Without comments. */
    private static long lines(Path folder) throws IOException {
        Path route = folder.resolve(folder.getFileName() + ".camel.yaml");
        return Files.readAllLines(route).stream()
                .filter(line -> !line.isBlank() && !line.strip().startsWith("#"))
                .count();
    }
}
