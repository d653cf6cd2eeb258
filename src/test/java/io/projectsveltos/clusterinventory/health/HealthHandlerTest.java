package io.projectsveltos.clusterinventory.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.http.HttpHandler.Request;
import io.projectsveltos.clusterinventory.http.HttpHandler.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthHandlerTest {

    @AutoClose("stop")
    private final DefaultCamelContext context = new DefaultCamelContext();

    private final Check good = new Check("good", true);
    private final Check bad = new Check("bad", true);
    private final Check readinessOnly = new Check("readiness-only", false);

    @BeforeEach
    void start() {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        registry.register(good);
        registry.register(bad);
        registry.register(readinessOnly);
        context.start();
    }

    @Test
    void listsNoChecksWhenAllAreUp() throws IOException {
        Response answer = get(HealthHandler.readiness(context), null);

        assertEquals(200, answer.status());
        assertEquals("application/json", answer.contentType());
        assertEquals(json("{\"status\":\"UP\",\"checks\":[]}"), json(answer.body()));
    }

    @Test
    void listsTheFailedChecksWithTheirReasons() throws IOException {
        bad.reason = "the watch is away";

        Response answer = get(HealthHandler.readiness(context), null);

        assertEquals(503, answer.status());
        assertEquals(json("""
                        {"status":"DOWN","checks":[
                        {"name":"bad","status":"DOWN","reason":"the watch is away"}]}"""), json(answer.body()));
    }

    @Test
    void listsEveryCheckWithItsDetailsWhenVerbose() throws IOException {
        JsonNode checks =
                json(get(HealthHandler.readiness(context), "verbose").body()).path("checks");

        assertTrue(checks.findValuesAsText("name").containsAll(List.of("good", "bad", "readiness-only")));
        assertEquals("7", checks.findValue("queue.depth").asText());
    }

    @Test
    void writesDetailsThatAreNotJsonAsText() throws IOException {
        good.detail = new Object() {
            @Override
            public String toString() {
                return "something";
            }
        };

        Response answer = get(HealthHandler.readiness(context), "verbose");

        assertEquals(200, answer.status());
        assertEquals("something", json(answer.body()).findValue("queue.depth").asText());
    }

    @Test
    void checksLivenessOnlyWhereItIsReported() {
        readinessOnly.reason = "still filling";

        assertEquals(503, get(HealthHandler.readiness(context), null).status());
        assertEquals(200, get(HealthHandler.liveness(context), null).status());

        bad.reason = "stuck";
        assertEquals(503, get(HealthHandler.liveness(context), null).status());
    }

    @Test
    void isUpAgainWhenTheCheckRecovers() {
        bad.reason = "for now";
        assertEquals(503, get(HealthHandler.liveness(context), null).status());

        bad.reason = null;

        assertEquals(200, get(HealthHandler.liveness(context), null).status());
    }

    @Test
    void containsNoStackTrace() {
        bad.error = new IllegalStateException("inner affairs");

        Response answer = get(HealthHandler.readiness(context), "verbose");

        assertEquals(503, answer.status());
        assertFalse(answer.body().contains("HealthHandlerTest"), answer.body());
    }

    private static Response get(HealthHandler handler, String query) {
        return handler.handle(new Request("/readyz", query, null));
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private static final class Check extends AbstractHealthCheck {

        private final boolean liveness;
        private String reason;
        private RuntimeException error;
        private Object detail = 7;

        Check(String name, boolean liveness) {
            super("test", name);
            this.liveness = liveness;
        }

        @Override
        public boolean isLiveness() {
            return liveness;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            builder.detail("queue.depth", detail);
            builder.state(reason == null && error == null ? HealthCheck.State.UP : HealthCheck.State.DOWN);
            if (reason != null) {
                builder.message(reason);
            }
            if (error != null) {
                builder.error(error);
            }
        }
    }
}
