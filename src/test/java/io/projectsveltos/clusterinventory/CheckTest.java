package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check}: files and settings that a start of the controller would read. */
class CheckTest {

    private static final String ROUTE = """
            - route:
                from:
                  uri: direct:access-provider-vault
                  steps:
                    - to: { uri: "%s" }
            """;

    @TempDir
    private Path directory;

    @Test
    void listsTheAccessProvidersInTheirOrder() throws IOException {
        Files.writeString(directory.resolve("vault.camel.yaml"), ROUTE.formatted("direct:build-kubeconfig"));

        JsonNode report = run(
                        0,
                        "-o=json",
                        "--routes=" + directory,
                        "--clusterprofile-provider-file=kubernetes/examples/providers/secretreader.yaml",
                        "--registration-file=kubernetes/examples/registrations/clouds.yaml",
                        "--selector=env=prod")
                .json()
                .path("check");

        assertEquals(
                List.of(
                        "eks",
                        "google",
                        "azure",
                        "kubeconfig-secretreader",
                        "secretreader",
                        "vault",
                        "open-cluster-management"),
                StreamSupport.stream(report.path("accessProviders").spliterator(), false)
                        .map(provider -> provider.path("name").asText())
                        .toList());
        assertEquals("env=prod", report.at("/settings/selector").asText());
    }

    @Test
    void findsAFaultInTheRegistrationFileNextToOthers() throws IOException {
        Path file = Files.writeString(directory.resolve("registrations.yaml"), "registrations: [{}]");

        JsonNode findings = run(2, "-o=json", "--registration-file=" + file, "--clusterprofile-provider-file=pom.xml")
                .json()
                .at("/check/findings");

        assertEquals(2, findings.size(), findings.toString());
        assertTrue(findings.toString().contains("registrations.yaml"), findings.toString());
    }

    @Test
    void findsEachMistakeInOneRun() throws IOException {
        Files.writeString(directory.resolve("a.camel.yaml"), ROUTE.formatted("no-such-component:x"));
        Files.writeString(directory.resolve("b.camel.yaml"), "kind: Deployment\n");
        Path providers = Files.writeString(directory.resolve("providers.json"), "{\"providers\": [");

        CommandLineRun run = run(2, "--routes=" + directory, "--clusterprofile-provider-file=" + providers);

        assertTrue(run.out().startsWith("check found 3 errors and 0 warnings\n"), run.out());
        run.assertDocumented(directory);
    }

    @Test
    void warnsOfAPluginThatIsNotHere() throws IOException {
        Path providers = Files.writeString(directory.resolve("providers.yaml"), """
                providers:
                - name: eks
                  execConfig: {apiVersion: client.authentication.k8s.io/v1, command: no-such-program}
                """);

        CommandLineRun run = run(0, "--clusterprofile-provider-file=" + providers);

        assertTrue(run.out().contains("eks runs no-such-program"), run.out());
    }

    @Test
    void refusesAFlagAsTheControllerDoes() {
        assertEquals(
                "clusterinventory-camel: --sync-period: '10' is not a duration (for example 10m, 90s or 1h10m)\n",
                run(2, "--sync-period=10").err());
    }

    private static CommandLineRun run(int code, String... flags) {
        CommandLineRun run = CommandRunner.run(
                Stream.concat(Stream.of("check"), Stream.of(flags)).toArray(String[]::new));
        assertEquals(code, run.code(), run.out() + run.err());
        return run;
    }
}
