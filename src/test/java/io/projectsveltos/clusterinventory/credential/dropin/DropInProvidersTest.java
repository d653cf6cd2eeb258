package io.projectsveltos.clusterinventory.credential.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DropInProvidersTest {

    private final CamelContext context = new DefaultCamelContext();
    private final DropInProviders providers = new DropInProviders();

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
        assertEquals(Set.of("echo", "fails"), providers.names());
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
    void handOnWhatTheRouteThrows() {
        assertNotNull(called("fails").getException(IllegalStateException.class));
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
