package io.projectsveltos.clusterinventory.credential.route;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.testing.LocalServer;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Camel does with the steps of a custom route file. */
class CustomRoutesTest {

    private static final String CANARY = "canary0token0Zm9vYmFyYmF6cXV4MTIz";
    private static final byte[] FILLER = new byte[64 * 1024];

    /** More than is in any buffer, unless it is compressed. */
    private static final long ENDLESS = 64L << 20;

    @TempDir
    private Path directory;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final RouteCaller caller = new RouteCaller();

    @BeforeEach
    void install() throws Exception {
        context.setSourceLocationEnabled(true);
        context.getPropertiesComponent().addInitialProperty("service.url", "http://127.0.0.1:9?token=" + CANARY);
        // as the routes of the controller do for all others
        context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        new CustomRoutes(false, "replaced"::equals).install(context);
        context.addService(caller);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void namesTheStepThatFailedAndItsLineWithoutAValue() throws Exception {
        load("one.camel.yaml", """
                - route:
                    from:
                      uri: direct:one
                      steps:
                        - setBody: { expression: { constant: { expression: x } } }
                        - choice:
                            when:
                              - expression: { simple: { expression: "${body} == 'x'" } }
                                steps:
                                  - to: { uri: "direct:other?timeout=5000" }
                - route:
                    from:
                      uri: direct:other
                      steps:
                        - to:
                            id: ask
                            uri: "{{service.url}}"
                """);

        RouteResult<String> result = call();

        assertTrue(
                result.describe().startsWith("failed in step to {{service.url}} ask (one.camel.yaml, line 15) with "),
                result.describe());
        assertFalse(result.describe().contains(CANARY), result.describe());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    - split: { expression: { simple: { expression: "a,b" } }, steps: [ STEP ] } | throwException
                    - doTry: { steps: [ STEP ], doFinally: { steps: [ setBody: { constant: x } ] } } | throwException
                    - pipeline: { steps: [ STEP ] } | throwException
                    """)
    void namesTheInnermostStep(String around, String step) throws Exception {
        load(
                "one.yaml",
                route(around.replace(
                        "STEP",
                        "{ throwException: { exceptionType: java.lang.IllegalStateException, message: " + CANARY
                                + " } }")));

        String description = call().describe();

        assertTrue(description.startsWith("failed in step " + step + " (one.yaml"), description);
        assertFalse(description.contains(CANARY), description);
    }

    @Test
    void namesTheStepThatFailedAfterAnotherWasHandled() throws Exception {
        load("one.yaml", """
                - route:
                    from:
                      uri: direct:one
                      steps:
                        - doTry:
                            steps:
                              - throwException: { exceptionType: java.lang.IllegalStateException, message: x }
                            doCatch:
                              - exception: [ java.lang.IllegalStateException ]
                                steps:
                                  - setBody: { constant: x }
                        - convertBodyTo: { type: java.lang.Integer }
                """);

        String description = call().describe();

        assertTrue(description.startsWith("failed in step convertBodyTo (one.yaml, line 12) with "), description);
        assertTrue(description.endsWith(" to java.lang.Integer"), description);
    }

    @Test
    void namesTheStepThatDoesNotEnd() throws Exception {
        load(
                "one.yaml",
                route("- delay: { asyncDelayed: \"false\", expression: { constant: { expression: 60000 } } }"));

        RouteResult<String> result = caller.call(
                new RouteCall(caller.find("one").orElseThrow(), Map.of(), null, Set.of(), Duration.ofMillis(50)),
                exchange -> null);

        assertEquals("did not end within 50ms, in step delay (one.yaml, line 5)", result.describe());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"- log: { message: \"got ${body}\" }", "- to: { uri: \"log:got\" }", "- to: log:got?showAll=true"
            })
    void masksWhatARouteLogs(String step) throws Exception {
        load("one.yaml", """
                - route:
                    from:
                      uri: direct:one
                      steps:
                        %s
                """.formatted(step));

        Map.of(
                        "token: " + CANARY,
                        CANARY,
                        "hvs." + CANARY,
                        CANARY,
                        "Bearer abc",
                        "abc",
                        "eyJhbGciOi.eyJzdWIiOi.c2ln",
                        "eyJzdWIiOi",
                        "client-key-data: LS0tLS1CRUdJTg==",
                        "LS0t",
                        "\"clientKeyData\": \"LS0tLS1CRUdJTg==\"",
                        "LS0t",
                        "password: hunter2",
                        "hunter2",
                        "{\"data\": {\"token\": \"short\"}}",
                        "short")
                .forEach((line, secret) -> {
                    try (LogCapture logs = LogCapture.started(Level.INFO)) {
                        call(line);

                        assertFalse(logs.lines().isEmpty());
                        assertFalse(logs.lines().toString().contains(secret), () -> line + ": " + logs.lines());
                    }
                });
    }

    @Test
    void doesNotMaskWhatTheAuthorSaysIsNotSecret() throws Exception {
        load("one.yaml", """
                - route:
                    logMask: "false"
                    from:
                      uri: direct:one
                      steps:
                        - log: { message: "${body}" }
                """);

        try (LogCapture logs = LogCapture.started(Level.INFO)) {
            call(CANARY);

            assertTrue(logs.lines().stream().anyMatch(line -> line.contains(CANARY)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- wireTap: { uri: \"direct:tapped\" }",
                "- to: { uri: \"seda:tapped\", parameters: { waitForTaskToComplete: Never } }"
            })
    void logsTheFailureOfARouteThatNothingWaitsForOnce(String step) throws Exception {
        String from = step.contains("seda") ? "seda" : "direct";
        load("one.yaml", """
                - route:
                    from:
                      uri: direct:one
                      steps:
                        %s
                - route:
                    id: tapped
                    from:
                      uri: %s:tapped
                      steps:
                        - to: { uri: "direct:inner" }
                - route:
                    id: inner
                    from:
                      uri: direct:inner
                      steps:
                        - throwException: { exceptionType: java.lang.IllegalStateException, message: %s }
                """.formatted(step, from, CANARY));

        try (LogCapture logs = LogCapture.started(Level.INFO)) {
            assertFalse(call().isFailed());

            await().until(() -> !logs.lines().isEmpty());
            assertEquals(1, logs.lines().size(), logs.lines().toString());
            assertTrue(
                    logs.lines()
                            .get(0)
                            .contains("Custom route tapped failed in step throwException (one.yaml, line 17) with"
                                    + " IllegalStateException: nothing waits for its result"),
                    logs.lines().toString());
        }
    }

    @Test
    void leavesTheFailureOfACallToItsCaller() throws Exception {
        load(
                "one.yaml",
                route("- throwException: { exceptionType: java.lang.IllegalStateException, message: " + CANARY + " }"));

        try (LogCapture logs = LogCapture.started(Level.INFO)) {
            assertTrue(call().isFailed());

            assertFalse(
                    logs.lines().toString().contains("nothing waits"),
                    logs.lines().toString());
        }
    }

    @Test
    void logsTheFailureOfATimer() throws Exception {
        try (LogCapture logs = LogCapture.started()) {
            load("one.yaml", """
                    - route:
                        id: ticks
                        from:
                          uri: timer:ticks
                          parameters: { delay: 1, repeatCount: 1 }
                          steps:
                            - throwException: { exceptionType: java.lang.IllegalStateException, message: %s }
                    """.formatted(CANARY));

            await().until(() -> !logs.lines().isEmpty());
            context.stop();
            assertEquals(1, logs.lines().size(), logs.lines().toString());
            assertFalse(logs.lines().get(0).contains(CANARY), logs.lines().toString());
        }
    }

    @Test
    void leavesTheFailuresOfARouteThatReplacesAPackagedOneToTheOthers() throws Exception {
        WorkQueue queue =
                context.getComponent("workqueue", WorkqueueComponent.class).queue("tapped");
        try (LogCapture logs = LogCapture.started(Level.WARN)) {
            load("one.yaml", """
                    - route:
                        id: replaced
                        from:
                          uri: workqueue:tapped
                          steps:
                            - throwException: { exceptionType: java.lang.IllegalStateException, message: broken }
                    """);
            queue.add("a");

            await().until(() -> queue.retries() > 1);
            assertFalse(
                    logs.lines().toString().contains("nothing waits"),
                    logs.lines().toString());
        }
    }

    private static String route(String step) {
        return """
                - route:
                    from:
                      uri: direct:one
                      steps:
                        %s
                """.formatted(step);
    }

    @Test
    void leavesRetriesOfHttpToTheQueue() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (LocalServer server = new LocalServer(exchange -> {
            requests.incrementAndGet();
            exchange.getResponseHeaders().set("Retry-After", "1");
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        })) {
            load("one.yaml", route("- to: { uri: \"" + server.url() + "\" }"));

            RouteResult<String> result = call();

            assertEquals(
                    Duration.ofSeconds(1), RetryDelay.of(result, Instant.now()).delay());
            assertEquals(1, requests.get());
        }
    }

    @ParameterizedTest
    @CsvSource({"200, identity", "500, identity", "200, gzip"})
    void readsNoMoreOfAnAnswerThanACredentialMayHave(int status, String encoding) throws Exception {
        AtomicLong sent = new AtomicLong();
        try (LocalServer server = new LocalServer(exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", encoding);
            exchange.sendResponseHeaders(status, 0);
            OutputStream body = exchange.getResponseBody();
            try (OutputStream out = encoding.equals("gzip") ? new GZIPOutputStream(body) : body) {
                while (sent.addAndGet(FILLER.length) < ENDLESS) {
                    out.write(FILLER);
                }
            }
        })) {
            load("one.yaml", route("- to: { uri: \"" + server.url() + "\" }"));

            RouteResult<String> result = call();

            assertInstanceOf(AnswerTooLongException.class, result.failure());
            assertTrue(sent.get() < ENDLESS || encoding.equals("gzip"), "the whole answer was read");
        }
    }

    @Test
    void readsACompressedAnswer() throws Exception {
        try (LocalServer server = new LocalServer(exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
                out.write("hello".getBytes(StandardCharsets.UTF_8));
            }
        })) {
            load("one.yaml", route("- to: { uri: \"" + server.url() + "\" }"));

            RouteResult<String> result = caller.call(
                    new RouteCall(caller.find("one").orElseThrow(), Map.of(), null, Set.of(), Duration.ofMinutes(1)),
                    exchange -> exchange.getMessage().getBody(String.class));

            assertEquals("hello", result.value());
        }
    }

    /** They would say what is made of the answer, and when the server is asked again. */
    @Test
    void takesNoHeaderOfCamelFromAServer() throws Exception {
        try (LocalServer server = new LocalServer(exchange -> {
            Stream.of(
                            "CamelCredentialType",
                            "camelcredentialtype",
                            "CAMELCREDENTIALEXPIRY",
                            "cAMELCredentialRetryAfter")
                    .forEach(name -> exchange.getResponseHeaders().add(name, "token"));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        })) {
            load("one.yaml", route("- to: { uri: \"" + server.url() + "\" }"));

            RouteResult<Set<String>> result = caller.call(
                    new RouteCall(caller.find("one").orElseThrow(), Map.of(), null, Set.of(), Duration.ofMinutes(1)),
                    exchange -> Set.copyOf(exchange.getMessage().getHeaders().keySet()));

            assertFalse(
                    result.value().stream()
                            .anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("camelcred")),
                    result.value().toString());
        }
    }

    private void load(String name, String text) throws Exception {
        Path file = Files.writeString(directory.resolve(name), text);
        Resource resource = PluginHelper.getResourceLoader(context).resolveResource("file:" + file);
        PluginHelper.getRoutesLoader(context).loadRoutes(resource);
        context.start();
    }

    private RouteResult<String> call() {
        return call("in");
    }

    private RouteResult<String> call(Object body) {
        return caller.call(
                new RouteCall(caller.find("one").orElseThrow(), Map.of(), body, Set.of(), Duration.ofMinutes(1)),
                exchange -> "done");
    }
}
