package io.projectsveltos.clusterinventory.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.http.HttpHandler.Request;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsumerLivenessCheckTest {

    @AutoClose("stop")
    private final DefaultCamelContext context = new DefaultCamelContext();

    private final Check health = new Check();
    private final Watches watches = new Watches(health);

    @BeforeEach
    void prepare() {
        context.addComponent("watches", watches);
    }

    @Test
    void isUpWithoutAnyRoute() {
        context.start();

        assertEquals("UP", liveness());
    }

    @Test
    void isUpWhileAllConsumersAre() throws Exception {
        start(true);

        assertEquals("UP", liveness());
    }

    @Test
    void isDownWithTheReasonOfAConsumerThatIsDown() throws Exception {
        start(true);
        health.dead = "stuck on fleet/a";

        assertEquals("DOWN: stuck on fleet/a", liveness());
    }

    @Test
    void checksTheLivenessOfConsumersAndNotTheirReadiness() throws Exception {
        start(true);
        liveness();

        assertEquals(HealthCheck.Kind.LIVENESS, health.asked);
    }

    @Test
    void skipsConsumersThatReportReadinessOnly() throws Exception {
        start(true);
        health.liveness = false;
        health.dead = "not ready";

        assertEquals("UP", liveness());
    }

    @Test
    void skipsConsumersWithoutACheck() throws Exception {
        watches.health = null;

        start(true);

        assertEquals("UP", liveness());
    }

    @Test
    void isServedToLivenessProbes() throws Exception {
        HealthCheckRegistry.get(context).register(new ConsumerLivenessCheck(context));
        start(true);
        HealthHandler handler = HealthHandler.liveness(context);
        assertEquals(200, handler.handle(new Request("/healthz", null, null)).status());

        health.dead = "stuck on fleet/a";

        assertEquals(503, handler.handle(new Request("/healthz", null, null)).status());
    }

    @Test
    void isDownWhenARouteWasStopped() throws Exception {
        start(true);

        context.getRouteController().stopRoute("watch");

        assertEquals("DOWN: route watch was stopped", liveness());
    }

    @Test
    void isUpWithARouteThatDoesNotStartAutomatically() throws Exception {
        start(false);

        assertEquals("UP", liveness());
    }

    @Test
    void isUpWhileRoutesAreStarting() throws Exception {
        CompletableFuture<String> whileStarting = new CompletableFuture<>();
        watches.onStart = () -> whileStarting.complete(liveness());

        start(true);

        assertEquals("UP", whileStarting.join());
    }

    private void start(boolean autoStartup) throws Exception {
        RouteBuilder.addRoutes(context, routes -> {
            routes.from("watches:a").routeId("watch").autoStartup(autoStartup).to("log:seen");
            routes.from("watches:b").routeId("second").autoStartup(autoStartup).to("log:seen");
            routes.from("direct:plain").routeId("plain").to("log:seen");
        });
        context.start();
    }

    private String liveness() {
        HealthCheck.Result result =
                new ConsumerLivenessCheck(context).call(Map.of(HealthCheck.CHECK_KIND, HealthCheck.Kind.LIVENESS));
        return result.getState()
                + result.getMessage().map(message -> ": " + message).orElse("");
    }

    private static final class Check extends AbstractHealthCheck {

        private boolean liveness = true;
        private String dead;
        private Object asked;

        Check() {
            super("test", "watch");
        }

        @Override
        public boolean isLiveness() {
            return liveness;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            asked = options.get(CHECK_KIND);
            builder.state(dead == null ? State.UP : State.DOWN);
            if (dead != null) {
                builder.message(dead);
            }
        }
    }

    private static final class Watches extends DefaultComponent {

        private HealthCheck health;
        private Runnable onStart = () -> {};

        Watches(HealthCheck health) {
            this.health = health;
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException("watches are consumed only");
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new Watch(this, processor);
                }
            };
        }

        private final class Watch extends DefaultConsumer implements HealthCheckAware {

            Watch(Endpoint endpoint, Processor processor) {
                super(endpoint, processor);
            }

            @Override
            protected void doStart() {
                onStart.run();
            }

            @Override
            public HealthCheck getHealthCheck() {
                return health;
            }

            @Override
            public void setHealthCheck(HealthCheck healthCheck) {
                health = healthCheck;
            }
        }
    }
}
