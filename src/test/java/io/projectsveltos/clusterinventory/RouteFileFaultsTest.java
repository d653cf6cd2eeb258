package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes in route files: the start of the controller ends with the lines that {@code check} has. */
@Timeout(60)
class RouteFileFaultsTest {

    private static final String ROUTE = """
            - route:
                from:
                  uri: direct:access-provider-vault
                  steps:
                    - to: { uri: "%s" }
            """;

    private static final String VALID = ROUTE.formatted("direct:build-kubeconfig");

    private static MockApiServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startServer() {
        server = MockApiServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    static Stream<Arguments> contents() {
        return Stream.of(
                arguments("", null, "is empty, so it does nothing: expected a list of '- route:'"),
                arguments("# nothing\n", null, "is empty, so it does nothing: expected a list of '- route:'"),
                arguments("[]\n", null, "has no route, so it does nothing: expected a list of '- route:'"),
                arguments("vault\n", null, "has no route: it is a text: expected a list of '- route:'"),
                arguments(
                        "kind: ConfigMap\napiVersion: v1\n",
                        null,
                        "has no route: it is a Kubernetes object of the kind ConfigMap: expected a list of '- route:'"),
                arguments(
                        "apiVersion: camel.apache.org/v1\nkind: Integration\nspec: {flows: [{route: {}}]}\n",
                        null,
                        "has no route: it is a Kubernetes object of the kind Integration: expected a list of '- route:'"),
                arguments(
                        "apiVersion: camel.apache.org/v1\nkind: KameletBinding\nspec: {}\n",
                        null,
                        "has no route: it is a Kubernetes object of the kind KameletBinding: expected a list of '- route:'"),
                arguments("route:\n  from: {}\n", null, "has no route: it is a map: expected a list of '- route:'"),
                arguments(
                        "# steps\n- steps:\n    - to: { uri: direct:build-kubeconfig }\n",
                        2,
                        "steps is unknown in the list of routes: correct the name"),
                arguments(
                        "- from:\n    uri: direct:access-provider-vault\n    stepps: []\n",
                        1,
                        "steps is missing in from: add it"),
                arguments("- route:\n    from:\n      steps: []\n", 2, "uri is missing in from: add it"),
                arguments(
                        VALID.replace("to: { uri: \"direct:build-kubeconfig\" }", "no-such-step: {}"),
                        5,
                        "no-such-step is unknown in steps: correct the name"),
                arguments(VALID.replace("to: {", "setBdy: {"), 5, "setBdy is unknown in steps: did you mean setBody?"),
                arguments("- route:\n\tfrom: {}\n", 2, "is not YAML: "),
                arguments(VALID + "---\n" + VALID.replace("vault", "safe"), 1, "expected a single document"),
                arguments(ROUTE.formatted("vlt:x"), 5, "Camel has no component vlt: correct the name"),
                arguments(ROUTE.formatted("htpp:x"), 5, "Camel has no component htpp: did you mean http?"),
                arguments(
                        ROUTE.formatted("aws-secrets-manager:x?operation=getSecret"),
                        5,
                        "the component aws-secrets-manager is not on the class path: it needs camel-aws-secrets-manager"
                                + " and the jars that this uses, in a folder for --lib (docs/class-path.md)"),
                arguments(
                        VALID.replace("to: { uri: \"direct:build-kubeconfig\" }", "setBody: { jq: .token }"),
                        5,
                        "the language jq is not on the class path: it needs camel-jq and"),
                arguments(
                        VALID.replace("to: { uri: \"direct:build-kubeconfig\" }", "unmarshal: { csv: {} }"),
                        5,
                        "the data format csv is not on the class path: it needs camel-csv and"),
                arguments(
                        ROUTE.formatted("log:vault?levl=INFO"),
                        5,
                        "the option levl is unknown to this endpoint: correct its name"),
                arguments(
                        ROUTE.formatted("{{no.such-setting}}"),
                        5,
                        "the setting no.such-setting is missing: set the environment variable NO_SUCH_SETTING"),
                arguments(
                        VALID.replace(
                                "to: { uri: \"direct:build-kubeconfig\" }", "setBody: { simple: \"token ${body\" }"),
                        5,
                        "the expression token ${body is wrong: add the } that is missing"),
                arguments(
                        ROUTE.formatted("direct:build-kubeconfg"),
                        5,
                        "there is no route from direct://build-kubeconfg: did you mean direct://build-kubeconfig?"),
                arguments(
                        VALID.replace("- to: {", "- wireTap: {").replace("build-kubeconfig", "audit"),
                        5,
                        "there is no route from direct://audit: correct the name"),
                arguments(
                        VALID.replace("-vault", "-kubeconfig-secretreader"),
                        3,
                        "the route of access provider kubeconfig-secretreader is never called: an access provider of this"
                                + " name is built in, or in the registration file or the provider file, and comes first;"
                                + " remove one of the two"),
                arguments(
                        VALID + VALID,
                        8,
                        "a second route from direct://access-provider-vault; the first is in FILE: use another name"),
                arguments(
                        VALID.replace("direct:access-provider-vault", "direct:build-kubeconfig"),
                        3,
                        "a second route from direct://build-kubeconfig; the first is in the jar: use another name"),
                arguments(
                        VALID.replace("-vault", "-vault?timeout=5000"),
                        3,
                        "timeout is not a time limit of the route: remove it, and set access-provider.timeout.vault"),
                arguments(
                        VALID.replace("route:\n", "route:\n    id: resync\n"),
                        1,
                        "the id resync is that of a packaged route: choose another, or name it in routes.override to"
                                + " replace that route"),
                arguments(
                        (VALID + VALID.replace("vault", "safe")).replace("route:\n", "route:\n    id: mine\n"),
                        7,
                        "the id mine is used in FILE too: choose another"));
    }

    @ParameterizedTest
    @MethodSource("contents")
    void namesTheLine(String content, Integer line, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("vault.camel.yaml"), content);

        String text = onlyFault("--routes=" + folder);

        String place = file + (line == null ? "" : ":" + line) + ": ";
        assertTrue(text.startsWith(place), text);
        String expected = message.replace("FILE", file.toString());
        assertTrue(text.substring(place.length()).startsWith(expected), text);
    }

    static Stream<Arguments> names() {
        return Stream.of(
                arguments("vault.camel.yml", "is not read: a route file is named *.camel.yaml"),
                arguments(
                        "more/vault.camel.yaml",
                        "is a folder in a folder, so it is not read: move its files up, or give it to --routes"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesWhatIsNotReadInAFolder(String name, String message) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, VALID);
        Path reported = name.contains("/") ? file.getParent() : file;

        assertEquals(reported + ": " + message, onlyFault("--routes=" + folder));
    }

    @Test
    void refusesAnotherEncoding() throws IOException {
        Charset latin1 = StandardCharsets.ISO_8859_1;
        Path file = Files.write(folder.resolve("vault.camel.yaml"), ("\n# caf\u00e9\n" + VALID).getBytes(latin1));

        assertEquals(file + ":2: is not UTF-8: save it in this encoding", onlyFault("--routes=" + folder));
    }

    @Test
    void namesARouteWhoseNameIsInTheProviderFile() throws IOException {
        Files.writeString(folder.resolve("vault.camel.yaml"), VALID);
        Path providers = Files.writeString(folder.resolve("providers.json"), """
                {"providers": [{"name": "vault",
                  "execConfig": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh"}}]}
                """);

        String fault = onlyFault("--routes=" + folder, "--clusterprofile-provider-file=" + providers);

        assertTrue(fault.contains("vault.camel.yaml:3: the route of access provider vault is never called"), fault);
    }

    @Test
    void namesTwoRoutesOfOneNameInTwoFiles() throws IOException {
        Path first = Files.writeString(folder.resolve("a.camel.yaml"), VALID);
        Path second = Files.writeString(folder.resolve("b.camel.yaml"), VALID);

        assertEquals(
                second + ":3: a second route from direct://access-provider-vault; the first is in " + first
                        + ": use another name",
                onlyFault("--routes=" + folder));
    }

    @Test
    void namesEachMistakeOfEachFile() throws IOException {
        Files.writeString(folder.resolve("a.camel.yaml"), ROUTE.formatted("vlt:x"));
        Files.writeString(folder.resolve("b.camel.yaml"), "");
        Files.writeString(folder.resolve("c.camel.yaml"), VALID.replace("to: {", "setBdy: {") + "- steps: []\n");

        assertEquals(4, faults("--routes=" + folder).size());
    }

    private String onlyFault(String... flags) {
        List<String> faults = faults(flags);
        assertEquals(1, faults.size(), faults.toString());
        return faults.get(0);
    }

    /** The lines of a start, which are those of {@code check}. */
    private static List<String> faults(String... flags) {
        CommandLineRun start = CommandRunner.run(Stream.concat(
                        Stream.of(flags),
                        Stream.of(
                                "--kubeconfig=" + server.kubeconfigFile(),
                                "--health-addr=0",
                                "--diagnostics-address=0"))
                .toArray(String[]::new));
        assertEquals(1, start.code(), start.err());
        List<String> lines = start.err()
                .lines()
                .map(line -> line.replaceFirst("^clusterinventory-camel: ", ""))
                .toList();
        CommandLineRun check = CommandRunner.run(
                Stream.concat(Stream.of("check", "-o=json"), Stream.of(flags)).toArray(String[]::new));
        assertEquals(2, check.code(), check.out());
        assertEquals(
                check.json()
                        .at("/check/findings")
                        .valueStream()
                        .map(RouteFileFaultsTest::line)
                        .toList(),
                lines);
        return lines;
    }

    private static String line(JsonNode finding) {
        String line = finding.has("line") ? ":" + finding.path("line").asText() : "";
        return finding.path("file").asText() + line + ": "
                + finding.path("message").asText();
    }
}
