package io.projectsveltos.clusterinventory.credential.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import java.net.ConnectException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DropInProvidersTest {

    private final CamelContext context = new DefaultCamelContext();
    private final DropInProviders providers = new DropInProviders();
    private Exception thrown;

    @BeforeEach
    void start() throws Exception {
        context.addService(providers);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:access-provider-echo").setBody(simple("echo ${body}"));
                from("direct:access-provider-fails")
                        .errorHandler(noErrorHandler())
                        .throwException(IllegalStateException.class, "broken");
                from("direct:access-provider-throws")
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
    void areTheRoutesOfThePrefix() {
        assertEquals(Set.of("echo", "fails", "throws"), providers.names());
        assertTrue(providers.isDropIn(entry("echo")));
        assertFalse(providers.isDropIn(entry("build-kubeconfig")));
        assertFalse(providers.isDropIn(entry("echo?timeout=1")));
    }

    @Test
    void areAlsoThoseThatAreAddedOrRemovedLater() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:access-provider-later").routeId("later").setBody(constant("x"));
            }
        });
        assertTrue(providers.isDropIn(entry("later")));

        context.getRouteController().stopRoute("later");
        context.removeRoute("later");

        assertFalse(providers.isDropIn(entry("later")));
    }

    @Test
    void giveTheRouteTheEntry() {
        AccessProvider entry = new AccessProvider("echo", Map.of("server", "https://one"));

        assertEquals(Map.of("name", "echo", "cluster", Map.of("server", "https://one")), providers.entry(entry));
    }

    @Test
    void callTheRouteOfTheEntry() {
        assertEquals("echo in", called("echo").getMessage().getBody(String.class));
    }

    @Test
    void sayThatTheRouteFailedAndNothingOfTheMessage() {
        Exception failure = called("fails").getException();

        assertEquals(Reason.ExecPluginFailed, ((TerminalException) failure).getReason());
        assertEquals(
                "The route of the access provider fails failed by IllegalStateException: see that what it calls is there"
                        + " and lets it in",
                failure.getMessage());
        assertNull(failure.getCause(), "its message would be in a stack trace");
    }

    @Test
    void handOnWhatTheRouteSaysItself() {
        TerminalException own = new TerminalException(Reason.InvalidAccessProvider, "mend it");

        assertSame(own, calledWith(own).getException());
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
                        "HttpOperationFailedException with HTTP status 503"),
                arguments(Refusals.of(404, "s3cr3t"), "NotFoundException with HTTP status 404"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void sayOfWhatKindAFailureIs(Exception failure, String kind) {
        String told = calledWith(failure).getException().getMessage();

        assertTrue(told.contains(" failed by " + kind + ": "), told);
        assertFalse(told.contains("s3cr3t"), told);
    }

    private Exchange calledWith(Exception failure) {
        thrown = failure;
        return called("throws");
    }

    private Exchange called(String name) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setProperty("accessProvider", entry(name));
        exchange.getMessage().setBody("in");
        providers.process(exchange);
        return exchange;
    }

    private static AccessProvider entry(String name) {
        return new AccessProvider(name, Map.of());
    }
}
