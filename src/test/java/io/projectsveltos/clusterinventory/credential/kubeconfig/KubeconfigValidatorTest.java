package io.projectsveltos.clusterinventory.credential.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the validator with client-go. */
public class KubeconfigValidatorTest {

    private static final String REST = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """;

    /**
     * How client-go v0.36.0 reads a kubeconfig ({@code clientcmd.BuildConfigFromFlags}, then
     * {@code discovery.NewDiscoveryClientForConfig}). The keys in it were generated for this test.
     *
     * @param name what is special about it
     * @param text the kubeconfig, or null
     * @param base64 the kubeconfig if it is not text, or null
     * @param outcome {@code error} if it cannot be loaded, its current context does not exist, or no client can be created;
     *     {@code nowhere} if it is loaded and its context has no server; {@code server} otherwise
     * @param unsafe the fields in it that make a client run a program or read a file, or null
     * @param beyond whether the validator may refuse it as uncertain
     */
    public record Row(String name, String text, String base64, String outcome, List<String> unsafe, boolean beyond) {

        byte[] kubeconfig() {
            return text == null ? Base64.getDecoder().decode(base64) : text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> clientGo() throws IOException {
        try (InputStream rows = KubeconfigValidatorTest.class.getResourceAsStream("/client-go/kubeconfigs.json")) {
            return List.of(new JsonMapper().readValue(rows, Row[].class));
        }
    }

    /** Kubeconfigs that Sveltos' pods should not use; {@code s3cr3t} in them must not appear in an Event. */
    public static Stream<Named<String>> doubtfulKubeconfigs() {
        return Stream.of(
                Named.of("exec", withUser("{exec: {command: s3cr3t}}")),
                Named.of("auth-provider", withUser("{auth-provider: {name: s3cr3t}}")),
                Named.of("tokenFile", withUser("{tokenFile: /s3cr3t}")),
                Named.of("client-certificate", withUser("{client-certificate: /s3cr3t}")),
                Named.of("client-key", withUser("{client-key: /s3cr3t}")),
                Named.of(
                        "certificate-authority",
                        REST + "clusters: [{name: c, cluster: {server: 'https://c', certificate-authority: /s3cr3t}}]"),
                Named.of("no YAML", "s3cr3t: ["),
                Named.of("no kubeconfig", "s3cr3t"),
                Named.of("a list", "[s3cr3t]"),
                Named.of("a context that does not exist", "current-context: s3cr3t"));
    }

    /** Kubeconfigs that client-go may reject, or read differently. */
    public static Stream<Named<String>> fatalKubeconfigs() {
        return Stream.of(
                Named.of("an empty object", "{}"),
                Named.of("no current context", withUser("{token: s3cr3t}").replace("current-context: x", "")),
                Named.of("text with a colon", "s3cr3t: s3cr3t"),
                Named.of("a tagged key", withUser("{!!binary ZXhlYw==: {command: s3cr3t}}")));
    }

    @ParameterizedTest
    @MethodSource("clientGo")
    void agreesWithClientGo(Row row) {
        Optional<KubeconfigFault> fault = KubeconfigValidator.validate(row.kubeconfig());

        assertEquals(expected(row), severity(fault), () -> "fault: " + fault);
        if (row.outcome().equals("server") && row.unsafe() != null && !row.beyond()) {
            String message = fault.orElseThrow().message();
            assertTrue(row.unsafe().stream().anyMatch(message::contains), message);
        }
    }

    @ParameterizedTest
    @MethodSource({"doubtfulKubeconfigs", "fatalKubeconfigs"})
    void neverQuotesAValue(String kubeconfig) {
        String message = validate(kubeconfig).orElseThrow().message();

        assertFalse(message.contains("s3cr3t"), message);
    }

    /** The complete parser would read it, but not in a CPU second. */
    @Test
    void refusesALongLineThatOnlyTheCompleteParserReads() {
        String token = "a".repeat(300_000);
        String json = """
                {"clusters":[{"name":"c","cluster":{"server":"https://member.example"}}],\
                "users":[{"name":"u","user":{"token":"%s"}}],\
                "contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}
                """.formatted(token);

        assertEquals("none", severity(validate(json)));
        assertEquals("none", severity(validate(withUser("{token: " + token + "}"))));
        KubeconfigFault fault = validate(withUser("{token: &t " + token + "}")).orElseThrow();
        assertTrue(fault.isFatal());
        assertTrue(fault.message().contains("has a line of more than 262144 characters"), fault.message());
    }

    private static Optional<KubeconfigFault> validate(String kubeconfig) {
        return KubeconfigValidator.validate(kubeconfig.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("largeKubeconfigs")
    void validatesAnyMebibyteWithinSeconds(String kubeconfig) {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> validate(kubeconfig));
    }

    /** What would make other parsers run for too long, or recurse too deeply. */
    static Stream<Named<String>> largeKubeconfigs() {
        int size = 1024 * 1024;
        String fields = "m: &m {"
                + IntStream.range(0, size / 20).mapToObj("k%x: 1, "::formatted).collect(Collectors.joining()) + "}\n";
        return Stream.of(
                Named.of("a mapping merged often", fields + "b: {" + "<<: *m, ".repeat(size / 16) + "}"),
                Named.of("a list of aliases", fields + "b: [" + "*m, ".repeat(size / 8) + "]"),
                Named.of("a long host", withServer("https://" + "a".repeat(size))),
                Named.of("a long host of escapes", withServer("https://" + "%25".repeat(size / 3))),
                Named.of("a long path", withServer("https://a/" + "%20".repeat(size / 3))),
                Named.of("brackets", "[".repeat(size)),
                Named.of("keys", "? ".repeat(size / 2)),
                Named.of("escapes", "a: \"" + "\\\\".repeat(size / 2) + "\""),
                Named.of(
                        "begins of PEM",
                        withUser("{client-certificate-data: '"
                                + Base64.getEncoder()
                                        .encodeToString("-----BEGIN A-----\n"
                                                .repeat(size / 32)
                                                .getBytes(StandardCharsets.UTF_8))
                                + "', client-key-data: YQ==}")));
    }

    private static String withServer(String server) {
        return REST + "clusters: [{name: c, cluster: {server: '" + server + "'}}]";
    }

    private static String expected(Row row) {
        if (row.beyond() || row.outcome().equals("nowhere")) {
            return "fatal";
        }
        return row.outcome().equals("error") || row.unsafe() != null ? "warning" : "none";
    }

    private static String severity(Optional<KubeconfigFault> fault) {
        return fault.map(found -> found.isFatal() ? "fatal" : "warning").orElse("none");
    }

    private static String withUser(String user) {
        return REST + "clusters: [{name: c, cluster: {server: 'https://member.example'}}]\nusers: [{name: u, user: "
                + user + "}]\n";
    }
}
