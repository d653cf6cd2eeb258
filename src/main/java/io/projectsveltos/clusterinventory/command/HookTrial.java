package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ProfileInputs;
import io.projectsveltos.clusterinventory.credential.route.RouteCall;
import io.projectsveltos.clusterinventory.credential.route.RouteCaller;
import io.projectsveltos.clusterinventory.credential.route.RouteResult;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.hooks.Decorable;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import io.projectsveltos.clusterinventory.hooks.Decorator;
import io.projectsveltos.clusterinventory.hooks.Hook;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;

/** Calls the route of a hook once, in the way of the controller: with the same variables, time limits and checks. */
final class HookTrial {

    private static final ObjectMapper JSON =
            new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_EMPTY);
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final Supplier<ProfileInputs> ALL = () -> ProfileInputs.ALL;

    private final CommandContext context;
    private final Hook hook;
    private final StepRecorder recorder = new StepRecorder();

    /**
     * What a call did.
     *
     * @param report without a value
     * @param body what the hook changes in an output, or null
     */
    record Trial(TryReport report, JsonNode body) {}

    /**
     * Prepares a call.
     *
     * @param name the hook's name, without {@code direct:}
     * @throws IllegalArgumentException if there is no such hook
     */
    HookTrial(CommandContext context, String name) {
        this.context = context;
        this.hook = Stream.of(Hook.values())
                .filter(candidate -> candidate.route().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is not one of the hooks "
                        + Stream.of(Hook.values()).map(Hook::route).toList()));
    }

    /**
     * Calls it.
     *
     * @param profile the profile
     * @param body what the route gets, or null
     * @throws IllegalArgumentException if no route is from it
     */
    Trial call(JsonNode profile, JsonNode body) throws Exception {
        Trier.startCalledRoutes(context.camel(), recorder);
        if (!context.bean(Decorator.class).isPresent(hook)) {
            throw new IllegalArgumentException("there is no route from direct:" + hook.route());
        }
        JsonNode given = body == null ? JSON.createObjectNode() : body;
        ClusterProfile read = JSON.readerFor(ClusterProfile.class)
                .withAttribute(ProfileInputs.ATTRIBUTE, ALL)
                .readValue(profile);
        return switch (hook) {
            case DECORATE_SVELTOSCLUSTER -> decorate(read, given, texts(given.at("/spec/data")));
            case DECORATE_SECRET -> decorate(read, given, null);
            case ON_SYNCED, ON_EVENT -> notify(read, profile, given);
        };
    }

    private Trial decorate(ClusterProfile profile, JsonNode given, Map<String, String> data) throws IOException {
        Decorable output = new Decorable(texts(given.path("labels")), texts(given.path("annotations")), data, Set.of());
        try {
            Decoration changes = context.bean(Decorator.class).decorate(hook, profile, output);
            Map<String, Object> spec = new TreeMap<>(changes.spec());
            if (!changes.data().isEmpty()) {
                spec.put("data", changes.data());
            }
            return trial(
                    profile, null, null, JSON.valueToTree(new Changes(changes.labels(), changes.annotations(), spec)));
        } catch (ReconcileFailure e) {
            return trial(profile, e.getReason().name(), e.getMessage(), null);
        }
    }

    private record Changes(Map<String, String> labels, Map<String, String> annotations, Map<String, Object> spec) {}

    private Trial notify(ClusterProfile profile, JsonNode document, JsonNode given) {
        RouteCaller caller = context.camel().hasService(RouteCaller.class);
        Endpoint route = caller.find(hook.route()).orElseThrow();
        Map<String, Object> variables = new HashMap<>();
        variables.put("clusterProfile", JSON.convertValue(document, OBJECT));
        variables.put("clusterProfileNamespace", profile.getKey().namespace());
        variables.put("clusterProfileName", profile.getKey().name());
        Duration timeout = context.settings().duration("hooks.notify-timeout");
        RouteResult<Void> result = caller.call(
                new RouteCall(
                        route, variables, new LinkedHashMap<>(JSON.convertValue(given, OBJECT)), Set.of(), timeout),
                exchange -> null);
        String message = result.isFailed() ? "The route of direct:" + hook.route() + " " + result.describe() : null;
        return trial(profile, null, message, null);
    }

    private Trial trial(ClusterProfile profile, String reason, String message, JsonNode body) {
        return new Trial(
                new TryReport(
                        hook.route(),
                        "hook",
                        profile.getKey().toString(),
                        message == null,
                        reason,
                        message,
                        List.copyOf(recorder.steps()),
                        null),
                body);
    }

    private static Map<String, String> texts(JsonNode node) {
        return node.isMissingNode() ? Map.of() : JSON.convertValue(node, TEXTS);
    }
}
