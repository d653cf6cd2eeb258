package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.Plugins.returns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.logging.LogConfiguration;
import io.projectsveltos.clusterinventory.testing.AllLogs;
import io.projectsveltos.clusterinventory.testing.Certificates;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.TokenService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Credentials that are easy to find again, sent through every branch and every failure while every logger is at TRACE:
 * none of them, in any form, is in a log line, an exception or an Event.
 */
class CanaryIT {

    /** Readable when it is found; with digits, as tokens have. */
    private static final String TOKEN = "canary0token0Zm9vYmFyYmF6cXV4MTIz";

    private static final String ENV = "canary0env0QmFyRm9vUXV4QmF6MzIx";
    private static final String ARG = "canary0arg0UXV4QmFyRm9vQmF6NDU2";
    private static final Certificates CERTIFICATE =
            Certificates.until(Instant.now().plus(Duration.ofDays(1)));
    private static final List<String> CANARIES =
            List.of(TOKEN, ENV, ARG, middle(CERTIFICATE.certificate()), middle(CERTIFICATE.key()));

    /** These log bodies: they have to be off at any level of the root. */
    private static final String[] OFF = {
        "io.fabric8.kubernetes.client.http.HttpLoggingInterceptor",
        "org.apache.camel.component.bean.BeanInfo",
        "org.apache.camel.component.bean.MethodInfo",
        "org.apache.camel.processor",
        "org.apache.hc.client5.http.wire"
    };

    private static final String SPOKE = "spoke";
    private static final String PLUGIN = "plugin";
    private static final String PRINTS_CANARIES =
            "echo \"denied for $TOKEN_OF_FILE: bearer " + TOKEN + ", asked with $*\" >&2\n";

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    @TempDir
    private Path directory;

    private final MockApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @AutoClose
    private final TokenService tokens = TokenService.start();

    private Plugins plugins;

    @AutoClose
    private AllLogs logs;

    @BeforeEach
    void prepare() {
        plugins = new Plugins(directory);
        logs = AllLogs.started(OFF);
    }

    static Stream<String> credentials() {
        return Stream.of(
                returns("\"token\":\"" + TOKEN + "\""),
                returns(CERTIFICATE.status()),
                returns("\"token\":\"" + TOKEN + "\"," + CERTIFICATE.status()));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void hidesWhatAPluginReturns(String script) {
        startController(PRINTS_CANARIES + script);

        createProfile(SPOKE);

        fleet.awaitServed(SPOKE);
        awaitEvent("Synced");
        assertNoCanary();
    }

    static Stream<String> failures() {
        String token = "\"token\":\"" + TOKEN + "\"";
        return Stream.of(
                PRINTS_CANARIES + "exit 3",
                "cat >&2 <<EOF\n" + CERTIFICATE.key() + "EOF\nexit 3",
                "env >&2; exit 3",
                "set >&2; exit 3",
                "echo '{\"status\":{" + token + "}}' >&2; exit 3",
                PRINTS_CANARIES + "sleep 600",
                returns(token) + "\necho " + TOKEN,
                "echo " + TOKEN,
                "echo '{\"token\": " + TOKEN + "}'",
                "echo '{\"kind\": {\"token\": \"" + TOKEN + "\"}}'",
                "echo 'kind: [" + TOKEN + "'",
                "echo 'status: {token: [" + TOKEN + "]}'",
                returns("\"token\":[\"" + TOKEN + "\"]"),
                returns("\"token\":\"a\\\\n" + TOKEN + "\""),
                Plugins.prints(TOKEN, "ExecCredential", token),
                Plugins.prints(Plugins.V1, TOKEN, token),
                returns(token + ",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\""),
                returns(token + ",\"expirationTimestamp\":\"" + TOKEN + "\""),
                returns("\"clientKeyData\":\"" + TOKEN + "\""),
                returns("\"clientCertificateData\":\"" + TOKEN + "\""),
                returns("\"clientCertificateData\":\"" + TOKEN + "\",\"clientKeyData\":\"" + TOKEN + "\""),
                returns("\"clientCertificateData\":\"-----BEGIN CERTIFICATE-----\\\\n" + TOKEN
                        + "\",\"clientKeyData\":\"-----BEGIN PRIVATE KEY-----\\\\n" + TOKEN
                        + "\\\\n-----END PRIVATE KEY-----\""));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void hidesTheCredentialWhenAPluginFails(String script) {
        startController(script);

        createProfile(SPOKE);

        awaitWarning();
        assertNoCanary();
    }

    static Stream<Arguments> tokenSecrets() {
        return Stream.of(
                arguments(TOKEN, ""),
                arguments(TOKEN + "\n" + TOKEN, ""),
                arguments("\0" + TOKEN, ""),
                arguments(TOKEN, TOKEN));
    }

    @ParameterizedTest
    @MethodSource("tokenSecrets")
    void hidesTheTokenInASecret(String token, String authority) {
        fleet.createSecret("edge", Map.of(), "unused");
        fleet.editData(fleet.secret("edge"), "token", token);
        fleet.editData(fleet.secret("edge"), "ca.crt", authority);
        startController("exit 1");

        fleet.createProfileOffering(SPOKE, List.of(ClusterFixtures.tokenProvider("secretreader", "edge")));

        eventually(() -> assertFalse(notes().isEmpty()));
        assertNoCanary();
    }

    @Test
    void hidesTheArgumentsOfAMissingPlugin() {
        startController("exit 1", Map.of("command", "/no/such/plugin", "args", List.of(ARG)));

        createProfile(SPOKE);

        awaitWarning();
        assertNoCanary();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 409, 422})
    void hidesTheCredentialWhenTheApiServerRefusesTheSecret(int code) {
        server.failNext("PATCH", "/secrets/", code, 2);
        startController(returns("\"token\":\"" + TOKEN + "\""));

        createProfile(SPOKE);

        eventually(() -> assertTrue(server.requests().stream()
                        .filter(request -> request.startsWith("PATCH") && request.contains("/secrets/"))
                        .count()
                >= 1));
        assertNoCanary();
    }

    static Stream<String> sources() {
        return Stream.of(
                ClusterFixtures.kubeconfig(SPOKE).replace("token-of-spoke", TOKEN),
                TOKEN,
                "{token: " + TOKEN,
                ClusterFixtures.kubeconfig(SPOKE)
                        .replace("token: token-of-spoke", "exec: {command: sh, args: [" + TOKEN + "]}"));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void hidesASourceSecret(String kubeconfig) {
        startController("exit 1");
        fleet.createSource(SPOKE, kubeconfig);

        fleet.createProfileFrom(SPOKE, SPOKE);

        fleet.awaitServed(SPOKE);
        awaitEvent("Synced");
        assertNoCanary();
    }

    static Stream<String> fatalSources() {
        return Stream.of(
                TOKEN + ": " + TOKEN,
                "current-context: \"\"\nusers: [{name: u, user: {token: " + TOKEN + "}}]",
                "users: [{name: u, user: {token: !!str " + TOKEN + "}}]");
    }

    @ParameterizedTest
    @MethodSource("fatalSources")
    void hidesAnUnusableSourceSecret(String kubeconfig) {
        startController("exit 1");
        fleet.createSource(SPOKE, kubeconfig);

        fleet.createProfileFrom(SPOKE, SPOKE);

        awaitEvent("SourceSecretInvalid");
        assertNoCanary();
    }

    @ParameterizedTest
    @MethodSource("sources")
    void hidesARefusedSourceSecret(String kubeconfig) {
        startController("exit 1", Map.of(), "secretreader.unsafe-kubeconfig", "refuse");
        fleet.createSource(SPOKE, kubeconfig);

        fleet.createProfileFrom(SPOKE, SPOKE);

        eventually(() -> assertFalse(fleet.events(SPOKE, "Synced").isEmpty()
                && fleet.events(SPOKE, "SourceSecretInvalid").isEmpty()));
        assertNoCanary();
    }

    static Stream<String> answers() {
        return Stream.of(
                "{\"apiVersion\":\"v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"" + TOKEN + "\"}}",
                TOKEN,
                "{\"kind\":\"" + TOKEN);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void hidesTheAnswerToACustomRoute(String answer) {
        tokens.respondsWith(200, answer);
        startController("exit 1");

        createProfile("token-service", SPOKE);

        eventually(() -> assertFalse(fleet.events(SPOKE, "Synced").isEmpty()
                && fleet.events(SPOKE, "InvalidExecCredential").isEmpty()));
        assertNoCanary();
    }

    @Test
    void hidesTheErrorThatACustomRouteReceives() {
        tokens.respondsWith(403, TOKEN);
        startController("exit 1");

        createProfile("token-service", SPOKE);

        awaitWarning();
        eventually(() -> assertTrue(tokens.requests().size() > 2));
        assertNoCanary();
    }

    static Stream<String> results() {
        return Stream.of(
                "        - convertBodyTo: { type: java.lang.String }",
                "        - convertBodyTo: { type: \"byte[]\" }",
                "        - convertBodyTo: { type: java.io.InputStream }",
                "        - setBody: { method: { beanType: java.util.Map, method: \"of('token', ${body})\" } }",
                "        - throwException: { exceptionType: java.lang.IllegalStateException, message: \"${body}\" }");
    }

    @ParameterizedTest
    @MethodSource("results")
    void hidesTheResultOfACustomRoute(String step) {
        write("given", ClusterFixtures.kubeconfig(SPOKE).replace("token-of-spoke", TOKEN));
        Path route = write("anything.yaml", """
                - route:
                    id: of-anything
                    from:
                      uri: direct:access-provider-anything
                      steps:
                        - setBody: { simple: "resource:file:%s" }
                %s
                        - to: { uri: "log:given?level=OFF" }
                """.formatted(directory.resolve("given"), step));
        startController(
                "exit 1", Map.of(), "camel.main.routes-include-pattern", "classpath:routes/*.yaml,file:" + route);

        createProfile("anything", SPOKE);

        eventually(() -> assertFalse(notes().isEmpty()));
        assertNoCanary();
    }

    /** The steps of a route after its body has become a kubeconfig, and what else is in its file. */
    private record Unkind(String does, String steps, String more) {

        @Override
        public String toString() {
            return does;
        }
    }

    static Stream<Unkind> unkindRoutes() {
        String fails = "{ throwException: { exceptionType: java.lang.IllegalStateException, message: \"${body}\" } }";
        String failing = "- route: { id: failing, from: { uri: \"%s\", steps: [ " + fails + " ] } }\n";
        return Stream.of(
                new Unkind(
                        "sets our properties",
                        "[ { setProperty: { name: key, simple: \"${body}\" } }, " + fails + " ]",
                        ""),
                new Unkind("stops", "[ { stop: {} } ]", ""),
                new Unkind(
                        "catches its exception",
                        "[ { doTry: { steps: [ " + fails
                                + " ], doCatch: [ { exception: [ java.lang.Exception ], steps: ["
                                + " { setBody: { simple: \"${exception.message}\" } } ] } ] } } ]",
                        ""),
                new Unkind("handles its exception", "[ " + fails + " ]", """
                        - onException:
                            exception: [ java.lang.Exception ]
                            handled: { constant: "true" }
                            steps: [ { setBody: { simple: "${exception.message}" } } ]
                        """),
                new Unkind("fails in its onException", "[ " + fails + " ]", """
                        - onException:
                            exception: [ java.lang.Exception ]
                            handled: { constant: "true" }
                            steps: [ { setBody: { simple: "${exception.message}" } }, %s ]
                        """.formatted(fails)),
                new Unkind("redelivers", "[ " + fails + " ]", """
                        - errorHandler:
                            defaultErrorHandler: { redeliveryPolicy: { maximumRedeliveries: 2, redeliveryDelay: 1 } }
                        """),
                new Unkind(
                        "taps a route that fails",
                        "[ { wireTap: { uri: direct:failing } } ]",
                        failing.formatted("direct:failing")),
                new Unkind(
                        "waits for seda",
                        "[ { to: { uri: \"seda:failing?waitForTaskToComplete=Always\" } } ]",
                        failing.formatted("seda:failing")),
                new Unkind(
                        "does not wait for seda",
                        "[ { to: { uri: \"seda:failing?waitForTaskToComplete=Never\" } } ]",
                        failing.formatted("seda:failing")),
                new Unkind(
                        "sets our variables",
                        "[ { setVariable: { name: accessProvider, simple: \"${body}\" } }, { setVariable: { name: key,"
                                + " simple: \"${body}\" } }, { setVariable: { name: clusterProfile, simple: \"${body}\" } } ]",
                        ""),
                new Unkind(
                        "removes everything",
                        "[ { removeHeaders: { pattern: \"*\" } }, { removeProperties: { pattern: \"*\" } }, { removeVariable: {"
                                + " name: accessProvider } } ]",
                        ""),
                new Unkind("splits", "[ { split: { tokenize: { token: \"a\" }, steps: [ " + fails + " ] } } ]", ""),
                new Unkind(
                        "splits in parallel",
                        "[ { split: { parallelProcessing: \"true\", tokenize: { token: \"a\" }, steps: [ " + fails
                                + " ] } } ]",
                        ""),
                new Unkind(
                        "names an unknown charset",
                        "[ { convertBodyTo: { type: java.lang.String } }, { setProperty: { name: CamelCharsetName, simple:"
                                + " \"${body}\" } } ]",
                        ""),
                new Unkind(
                        "returns large headers",
                        "[ { setHeader: { name: CamelCredentialExpiry, constant: \"resource:file:BIG\" } }, { setHeader: { name:"
                                + " CamelCredentialRetryAfter, constant: \"resource:file:BIG\" } }, { setHeader: { name: Other,"
                                + " constant: \"resource:file:BIG\" } } ]",
                        ""),
                new Unkind("rolls back", "[ { rollback: { message: \"${body}\" } } ]", ""),
                new Unkind(
                        "logs its body",
                        "[ { log: { message: \"${body}\" } }, { to: { uri: \"log:x?showAll=true\" } } ]",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("unkindRoutes")
    void goesOnAfterACustomRouteThat(Unkind route) {
        write("given", ClusterFixtures.kubeconfig(SPOKE).replace("token-of-spoke", TOKEN));
        write("big", TOKEN.repeat(40_000));
        Path file = write(
                "anything.yaml",
                route.more()
                        + """
                - route:
                    id: of-anything
                    from:
                      uri: direct:access-provider-anything
                      steps:
                        - setBody: { simple: "${null}" }
                        - to: { uri: "{{token-service.url}}" }
                        - setBody: { simple: "resource:file:%s" }
                        - pipeline: { steps: %s }
                """.formatted(
                                directory.resolve("given"),
                                route.steps()
                                        .replace("BIG", directory.resolve("big").toString())));
        startController(
                "exit 1",
                Map.of(),
                "credentials.base-delay",
                "50ms",
                "camel.main.routes-include-pattern",
                "classpath:routes/*.yaml,file:kubernetes/examples/routes/token-over-http/token-over-http.camel.yaml,file:"
                        + file);

        createProfile("anything", SPOKE);
        eventually(() -> assertFalse(notes().isEmpty()));
        int calls = tokens.requests().size();
        fleet.report(SPOKE, List.of(Map.of("name", "anything", "cluster", Map.of("server", "https://changed"))));

        eventually(() -> assertTrue(tokens.requests().size() > calls));
        createProfile("token-service", "other");
        fleet.awaitServed("other");
        assertNoCanary();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.fabric8.kubernetes.client.http.HttpLoggingInterceptor",
                "org.apache.camel.component.bean",
                "org.apache.camel.processor.Pipeline",
                "org.apache.camel.processor.FatalFallbackErrorHandler",
                "org.apache.camel.processor.errorhandler.DefaultErrorHandler",
                "org.apache.hc.client5.http.wire",
                "org.apache.hc.client5.http.headers"
            })
    void keepsTheLoggersOfRequestBodiesOffAtAnyRootLevel(String logger) {
        LoggerContext context = new LoggerContext();
        new LogConfiguration().configure(context);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.TRACE);

        assertEquals(Level.OFF, context.getLogger(logger).getEffectiveLevel());
    }

    private void startController(String script) {
        startController(script, Map.of());
    }

    private void startController(String script, Map<String, Object> fields, String... settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "env",
                List.of(Map.of("name", "TOKEN_OF_FILE", "value", ENV), Map.of("name", "SETTING_OF_FILE", "value", ENV)),
                "profileSourcedCLIArgsPolicy",
                "Append",
                "profileSourcedEnvVarsPolicy",
                "Replace"));
        all.putAll(fields);
        plugins.add(PLUGIN, Plugins.V1, script, all);
        Map<String, String> given = new HashMap<>(Map.of(
                "clusterprofile-provider-file",
                plugins.file().toString(),
                "exec-plugin.timeout",
                "2s",
                "token-service.url",
                tokens.url(),
                "camel.main.routes-include-pattern",
                "classpath:routes/*.yaml,file:kubernetes/examples/routes/token-over-http/token-over-http.camel.yaml"));
        for (int i = 0; i < settings.length; i += 2) {
            given.put(settings[i], settings[i + 1]);
        }
        env.start(given);
    }

    private void createProfile(String name) {
        createProfile(PLUGIN, name);
    }

    private void createProfile(String provider, String name) {
        fleet.createProfileOffering(
                name,
                List.of(ClusterFixtures.accessProvider(
                        provider,
                        List.of(
                                Map.of("name", Plugins.ADDITIONAL_ARGS, "extension", Map.of("args", List.of(ARG))),
                                Map.of("name", Plugins.ADDITIONAL_ENVS, "extension", Map.of("SETTING", ENV))))));
    }

    private void awaitEvent(String reason) {
        eventually(() -> assertFalse(fleet.events(SPOKE, reason).isEmpty()));
    }

    private void awaitWarning() {
        eventually(() -> assertTrue(notes().stream().anyMatch(note -> note.startsWith("Warning"))));
    }

    private List<String> notes() {
        return server.client().events().v1().events().inNamespace("fleet").list().getItems().stream()
                .map(event -> event.getType() + " " + event.getReason() + " " + event.getNote())
                .toList();
    }

    private void assertNoCanary() {
        TreeSet<String> found = new TreeSet<>();
        Stream.concat(logs.lines().stream(), notes().stream()).forEach(line -> CANARIES.stream()
                .flatMap(CanaryIT::forms)
                .filter(line::contains)
                .findFirst()
                .ifPresent(canary -> found.add(line.substring(0, Math.min(line.length(), 300)))));
        assertEquals(List.of(), List.copyOf(found));
        assertFalse(logs.lines().isEmpty(), "loggers are on");
    }

    /** Plain, and in Base64 at each of the three possible offsets. */
    private static Stream<String> forms(String canary) {
        return Stream.concat(
                Stream.of(canary),
                Stream.of("", " ", "  ")
                        .map(before -> Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString((before + canary).getBytes(StandardCharsets.US_ASCII)))
                        .map(encoded -> encoded.substring(4, encoded.length() - 4)));
    }

    private static String middle(String pem) {
        return pem.lines().skip(3).findFirst().orElseThrow();
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
