package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.route.RouteCall;
import io.projectsveltos.clusterinventory.credential.route.RouteCaller;
import io.projectsveltos.clusterinventory.credential.route.RouteResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;

/** Calls the route of a hook once, in the way of the controller: with the same variables, and a time limit. */
final class HookTrial {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final CommandContext context;
    private final StepRecorder recorder = new StepRecorder();

    /**
     * What a call did.
     *
     * @param report without a value
     * @param body what the route left, or null if that is not a Map
     */
    record Trial(TryReport report, JsonNode body) {}

    HookTrial(CommandContext context) {
        this.context = context;
    }

    /**
     * Calls a hook.
     *
     * @param hook its name, without {@code direct:}
     * @param key of the profile
     * @param profile the profile
     * @param body what the route gets, in maps that it may change
     * @throws IllegalArgumentException if no route is from it
     */
    Trial call(String hook, ObjectKey key, Map<String, Object> profile, Map<String, Object> body) throws Exception {
        Trier.startCalledRoutes(context.camel(), recorder);
        RouteCaller caller = context.camel().hasService(RouteCaller.class);
        Endpoint route = caller.find(hook)
                .orElseThrow(() -> new IllegalArgumentException("there is no route from direct:" + hook));
        Map<String, Object> variables = Map.of(
                "clusterProfile",
                profile,
                "clusterProfileNamespace",
                key.namespace(),
                "clusterProfileName",
                key.name());
        RouteResult<JsonNode> result = caller.call(
                new RouteCall(route, variables, new LinkedHashMap<>(body), Set.of(), LONGEST), HookTrial::body);
        String message = result.isFailed()
                ? "The route of direct:" + hook + " failed with "
                        + result.failure().getClass().getSimpleName()
                : null;
        return new Trial(
                new TryReport(hook, "hook", key.toString(), !result.isFailed(), null, message, recorder.steps(), null),
                result.value());
    }

    private static JsonNode body(Exchange exchange) throws JsonProcessingException {
        Object body = exchange.getMessage().getBody();
        return body instanceof String text ? YAML.readTree(text) : body instanceof Map ? YAML.valueToTree(body) : null;
    }
}
