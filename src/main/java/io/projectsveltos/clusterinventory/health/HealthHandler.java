package io.projectsveltos.clusterinventory.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.http.HttpHandler;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;

/**
 * Serves Camel's health checks, including the controller's own, to probes: 200 or 503, with the failed checks and their
 * reasons in the body; with {@code ?verbose} all checks with their details.
 */
public final class HealthHandler implements HttpHandler {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<String, Collection<HealthCheck.Result>> checks;

    private HealthHandler(Function<String, Collection<HealthCheck.Result>> checks) {
        this.checks = checks;
    }

    /** Fails when the process should be restarted. */
    public static HealthHandler liveness(CamelContext context) {
        return new HealthHandler(exposure -> HealthCheckHelper.invokeLiveness(context, exposure));
    }

    /** Fails while a cache is not synced or out of date, or the API server refuses the Lease. */
    public static HealthHandler readiness(CamelContext context) {
        return new HealthHandler(exposure -> HealthCheckHelper.invokeReadiness(context, exposure));
    }

    @Override
    public Response handle(Request request) {
        boolean verbose = request.query() != null && request.query().contains("verbose");
        Collection<HealthCheck.Result> results = checks.apply(verbose ? "full" : "default");
        boolean up = results.stream().noneMatch(result -> result.getState() == HealthCheck.State.DOWN);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", up ? "UP" : "DOWN");
        body.put("checks", checks(results, verbose));
        return new Response(up ? 200 : 503, "application/json", json(body));
    }

    private static List<Map<String, Object>> checks(Collection<HealthCheck.Result> results, boolean verbose) {
        return results.stream()
                .filter(result -> verbose || result.getState() == HealthCheck.State.DOWN)
                .map(result -> check(result, verbose))
                .toList();
    }

    private static Map<String, Object> check(HealthCheck.Result result, boolean verbose) {
        Map<String, Object> check = new LinkedHashMap<>();
        check.put("name", result.getCheck().getId());
        check.put("status", result.getState().name());
        result.getMessage().ifPresent(message -> check.put("reason", message));
        if (verbose) {
            check.put("details", details(result));
        }
        return check;
    }

    /** Everything but numbers and booleans becomes text: a check's details may be any object. */
    private static Map<String, Object> details(HealthCheck.Result result) {
        Map<String, Object> details = new LinkedHashMap<>();
        result.getDetails().forEach((name, value) -> {
            boolean plain = value == null || value instanceof Number || value instanceof Boolean;
            details.put(name, plain ? value : value.toString());
        });
        return details;
    }

    private static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
