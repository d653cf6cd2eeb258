package io.projectsveltos.clusterinventory.credential.route;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.AllLogs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CustomProviderRoutesTest {

    private static final String CANARY = "canary0token0Zm9vYmFyYmF6cXV4MTIz";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final ObjectKey PROFILE = new ObjectKey("fleet", "spoke");

    private final CamelContext context = new DefaultCamelContext();

    /** Always off in the log configuration. */
    private static final String[] OFF = {
        "org.apache.camel.processor.Pipeline",
        "org.apache.camel.processor.errorhandler.DefaultErrorHandler",
        "org.apache.camel.component.bean"
    };

    private final RouteCaller caller = new RouteCaller();
    private final CustomProviderRoutes providers = new CustomProviderRoutes(caller, CLOCK);
    private Exception thrown;
    private Processor step;

    @BeforeEach
    void start() throws Exception {
        Properties settings = new Properties();
        settings.setProperty("access-provider.timeout", "30s");
        settings.setProperty("access-provider.timeout.hangs", "50ms");
        settings.setProperty("credentials.stuck-after", "10m");
        context.getPropertiesComponent().setInitialProperties(settings);
        context.addService(caller);
        context.addService(providers);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:access-provider-echo?timeout=5000")
                        .setBody(simple("echo ${body[name]} ${variable.clusterProfileNamespace}"
                                + " ${variable.clusterProfileName} ${variable.key}"));
                from("direct:access-provider-hangs").process(exchange -> Thread.sleep(60_000));
                from("direct:access-provider-gives").process(exchange -> step.process(exchange));
                from("direct:access-provider-stops")
                        .setVariable("key", constant("stolen"))
                        .setHeader("CamelCharsetName", constant("UTF-16"))
                        .setBody(constant("stopped"))
                        .stop();
                from("direct:access-provider-handles")
                        .onException(Exception.class)
                        .handled(true)
                        .setBody(constant("handled"))
                        .end()
                        .throwException(IllegalStateException.class, "broken");
                from("direct:access-provider-retries")
                        .errorHandler(
                                defaultErrorHandler().maximumRedeliveries(2).redeliveryDelay(0))
                        .throwException(IllegalStateException.class, CANARY);
                from("direct:access-provider-fails")
                        .errorHandler(noErrorHandler())
                        .throwException(IllegalStateException.class, "broken");
                from("direct:access-provider-throws")
                        .errorHandler(noErrorHandler())
                        .process(exchange -> {
                            throw thrown;
                        });
                from("direct:packaged-access-provider-echo").setBody(constant("packaged"));
                from("direct:packaged-access-provider-token").setBody(simple("token of ${variable.clusterProfile}"));
                from("direct:packaged-access-provider-refused")
                        .errorHandler(noErrorHandler())
                        .process(exchange -> {
                            throw thrown;
                        });
                from("direct:build-kubeconfig").to("log:x");
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void namesTheRoutesWithThePrefix() {
        assertEquals(
                Set.of("echo", "gives", "hangs", "stops", "handles", "retries", "fails", "throws"), providers.names());
    }

    @Test
    void namesThePackagedRoutes() {
        assertEquals(Set.of("echo", "token", "refused"), providers.packagedNames());
    }

    @Test
    void prefersACustomRouteToThePackagedOneOfItsName() {
        assertEquals("echo echo fleet spoke ", text(called("echo")));
    }

    @Test
    void passesTheProfileToARoute() {
        Exchange exchange = exchangeOf(new AccessProvider("token", Map.of()));
        exchange.setVariable("clusterProfile", "the profile");

        providers.process(exchange);

        assertEquals("token of the profile", exchange.getMessage().getBody(String.class));
    }

    @Test
    void leavesTheFailureOfAPackagedRouteToTheRoutesThatKnowOurApiServer() {
        thrown = Refusals.of(403, "cannot get secrets");

        assertSame(thrown, called("refused").getException());
    }

    @Test
    void followsRoutesThatAreAddedAndRemovedLater() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:access-provider-later").routeId("later").setBody(constant("x"));
            }
        });
        assertTrue(providers.names().contains("later"));

        context.getRouteController().stopRoute("later");
        context.removeRoute("later");

        assertFalse(providers.names().contains("later"));
    }

    @Test
    void passesTheEntryAndTheProfilesKeyButNothingElse() {
        assertEquals("echo echo fleet spoke ", text(called("echo")));
    }

    @Test
    void passesTheWholeEntry() {
        step = exchange -> {
            assertEquals(
                    Map.of("name", "gives", "cluster", Map.of("server", "https://one")),
                    exchange.getMessage().getBody());
            exchange.getMessage().setBody("");
        };
        AccessProvider entry = new AccessProvider("gives", Map.of("server", "https://one"));

        assertNull(called(entry).getException());
    }

    @Test
    void passesTheWholeProfileAsAMapOfTheRoutesOwn() {
        step = exchange -> {
            Map<?, ?> profile = exchange.getVariable("clusterProfile", Map.class);
            assertEquals(
                    Map.of(
                            "metadata",
                            Map.of("name", "spoke"),
                            "status",
                            Map.of("version", Map.of("kubernetes", "v1.34.0"))),
                    profile);
            profile.clear();
            exchange.getMessage().setBody("");
        };

        Exchange exchange = called("gives");

        assertNull(exchange.getException());
        assertEquals(2, exchange.getVariable("wholeProfile", Map.class).size());
    }

    @Test
    void convertsTheProfileForBeansThatTakeAClusterProfile() {
        step = exchange -> exchange.getMessage()
                .setBody(exchange.getVariable("clusterProfile", ClusterProfile.class)
                        .getMetadata()
                        .getName());

        assertEquals("spoke", text(called("gives")));
    }

    @Test
    void reportsARouteThatDoesNotEndInItsTime() {
        Exception failure = called("hangs").getException();

        assertEquals(Reason.AccessProviderTimeout, ((ReconcileFailure) failure).getReason());
        assertEquals(
                "The route of access provider hangs did not end within 50ms: check what it waits for, or raise"
                        + " access-provider.timeout",
                failure.getMessage());
    }

    @Test
    void retriesWhenTheRouteSays() {
        step = exchange -> {
            exchange.getMessage().setHeader("CamelCredentialRetryAfter", 90);
            throw new IllegalStateException();
        };

        Exchange exchange = called("gives");

        assertEquals(Duration.ofSeconds(90), exchange.getProperty("CamelWorkqueueRetryIn"));
        assertEquals(Reason.ExecPluginFailed, ((ReconcileFailure) exchange.getException()).getReason());
    }

    @Test
    void letsTheRouteCallBuildKubeconfig() {
        step = exchange -> exchange.getMessage()
                .setBody(exchange.getVariable("accessProvider", AccessProvider.class)
                        .name());

        assertEquals("gives", text(called("gives")));
    }

    @ParameterizedTest
    @CsvSource({"stops, stopped", "handles, handled"})
    void usesOnlyTheBodyOfTheRoute(String provider, String body) {
        Exchange exchange = called(provider);

        assertEquals(body, new String(kubeconfig(exchange).content(), encodingOf(provider)));
        assertFalse(exchange.isRouteStop());
        assertNull(exchange.getException());
        assertEquals(
                Set.of("accessProvider", "key", "wholeProfile"),
                exchange.getVariables().keySet());
        assertEquals(Map.of(), exchange.getProperties());
        assertEquals(Map.of(), exchange.getMessage().getHeaders());
        assertEquals(PROFILE, exchange.getVariable("key"));
    }

    private static Charset encodingOf(String provider) {
        return provider.equals("stops") ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    @Test
    void returnsAKubeconfigUnchanged() {
        Kubeconfig kubeconfig = new Kubeconfig(new byte[1], Instant.EPOCH);
        step = exchange -> exchange.getMessage().setBody(kubeconfig);

        assertArrayEquals(kubeconfig.content(), kubeconfig(called("gives")).content());
        assertEquals(kubeconfig.expiry(), kubeconfig(called("gives")).expiry());
    }

    @Test
    void readsAStreamBeforeTheEndOfItsUnitOfWork() {
        step = exchange -> {
            InputStream stream = new ByteArrayInputStream(new byte[] {1, 2}) {
                @Override
                public void close() {
                    count = 0;
                }
            };
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    IOHelper.close(stream);
                }
            });
            exchange.getMessage().setBody(stream);
        };

        assertArrayEquals(new byte[] {1, 2}, kubeconfig(called("gives")).content());
    }

    @Test
    void refusesABodyThatIsNotACredentialWithoutQuotingIt() {
        step = exchange -> exchange.getMessage().setBody(Map.of("token", CANARY));

        try (AllLogs logs = AllLogs.started(OFF)) {
            Exchange exchange = called("gives");

            assertEquals(Reason.InvalidExecCredential, ((ReconcileFailure) exchange.getException()).getReason());
            assertFalse(exchange.getException().getMessage().contains(CANARY));
            assertNoCanary(logs);
        }
    }

    static Stream<Arguments> badConversions() {
        Processor unknownCharset = exchange -> {
            exchange.setProperty(Exchange.CHARSET_NAME, "no-such-charset");
            exchange.getMessage().setBody(CANARY);
        };
        Processor unreadable = exchange -> exchange.getMessage().setBody(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException(CANARY);
            }
        });
        return Stream.of(
                arguments(unknownCharset, "UnsupportedEncodingException"), arguments(unreadable, "IOException"));
    }

    @ParameterizedTest
    @MethodSource("badConversions")
    void reportsTheClassOfAConversionFailure(Processor gives, String kind) {
        step = gives;

        try (AllLogs logs = AllLogs.started(OFF)) {
            Exception failure = called("gives").getException();

            assertEquals(Reason.ExecPluginFailed, ((ReconcileFailure) failure).getReason());
            assertTrue(failure.getMessage().contains(kind), failure.getMessage());
            assertFalse(failure.toString().contains(CANARY), failure.toString());
            assertNoCanary(logs);
        }
    }

    @Test
    void reportsTheFailureOfARouteWithItsOwnRedelivery() {
        try (AllLogs logs = AllLogs.started(OFF)) {
            Exception failure = called("retries").getException();

            assertEquals(Reason.ExecPluginFailed, ((ReconcileFailure) failure).getReason());
            assertFalse(failure.toString().contains(CANARY), failure.toString());
            assertNoCanary(logs);
        }
    }

    private static void assertNoCanary(AllLogs logs) {
        assertEquals(
                List.of(),
                logs.lines().stream().filter(line -> line.contains(CANARY)).toList());
    }

    @Test
    void reportsTheFailureWithoutItsMessage() {
        Exception failure = called("fails").getException();

        assertEquals(Reason.ExecPluginFailed, ((ReconcileFailure) failure).getReason());
        assertEquals(
                "The route of access provider fails failed with IllegalStateException: check that the service it calls is"
                        + " reachable and accepts its credentials",
                failure.getMessage());
        assertNull(failure.getCause(), "its message would be in a stack trace");
    }

    @Test
    void passesOnAReconcileFailureOfTheRoute() {
        ReconcileFailure own = new ReconcileFailure(Reason.InvalidAccessProvider, "correct the name");

        assertSame(own, calledWith(own).getException());
        assertSame(own, calledWith(new RuntimeCamelException(own)).getException(), "thrown in an expression");
    }

    static Stream<Arguments> failures() {
        Exception refused = new ConnectException("Connection refused by s3cr3t");
        return Stream.of(
                arguments(refused, "ConnectException"),
                arguments(new RuntimeCamelException(refused), "ConnectException"),
                arguments(new IllegalStateException("s3cr3t", refused), "IllegalStateException (ConnectException)"),
                arguments(
                        new HttpOperationFailedException(
                                "https://tokens/s3cr3t", 503, "s3cr3t", null, Map.of(), "s3cr3t"),
                        "HttpOperationFailedException, HTTP status 503"),
                arguments(Refusals.of(404, "s3cr3t"), "NotFoundException, HTTP status 404"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void reportsTheClassOfAFailure(Exception failure, String kind) {
        String message = calledWith(failure).getException().getMessage();

        assertTrue(message.contains(" failed with " + kind + ": "), message);
        assertFalse(message.contains("s3cr3t"), message);
    }

    private Exchange calledWith(Exception failure) {
        thrown = failure;
        return called("throws");
    }

    private Exchange called(String name) {
        return called(new AccessProvider(name, Map.of()));
    }

    private Exchange called(AccessProvider entry) {
        Exchange exchange = exchangeOf(entry);
        providers.process(exchange);
        return exchange;
    }

    private static Kubeconfig kubeconfig(Exchange exchange) {
        assertNull(exchange.getException());
        return exchange.getMessage().getBody(Kubeconfig.class);
    }

    private static String text(Exchange exchange) {
        return new String(kubeconfig(exchange).content(), StandardCharsets.UTF_8);
    }

    private Exchange exchangeOf(AccessProvider entry) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setVariable("accessProvider", entry);
        exchange.setVariable("key", PROFILE);
        exchange.setVariable(
                "wholeProfile",
                Map.of(
                        "metadata",
                        Map.of("name", "spoke", "managedFields", List.of()),
                        "status",
                        Map.of("version", Map.of("kubernetes", "v1.34.0"))));
        return exchange;
    }
}
