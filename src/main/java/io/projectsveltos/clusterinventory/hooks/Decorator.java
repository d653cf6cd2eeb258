package io.projectsveltos.clusterinventory.hooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.credential.route.RouteResult;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/** Asks the hooks that change outputs, and accepts only what they may change. */
public final class Decorator {

    private static final ObjectMapper YAML = new YAMLMapper();
    private static final String LABELS = "labels";
    private static final String ANNOTATIONS = "annotations";
    private static final String SPEC = "spec";
    private static final String DATA = "data";

    private final Hooks hooks;
    private final Duration timeout;

    /**
     * Asks hooks.
     *
     * @param hooks the hooks
     * @param timeout how long a call may take: a worker of the reconciles waits for it
     */
    public Decorator(Hooks hooks, Duration timeout) {
        this.hooks = hooks;
        this.timeout = timeout;
    }

    /** Whether a hook has a route. */
    public boolean isPresent(Hook hook) {
        return hooks.isPresent(hook);
    }

    /** Whether hooks can be asked: not by a command that only looks at what a controller would do. */
    public boolean isRunning() {
        return hooks.isRunning();
    }

    /**
     * Asks a hook that has a route.
     *
     * @param hook the hook
     * @param profile the profile of the output
     * @param output the output as it would be
     * @return what the hook changes
     * @throws ReconcileFailure if its route fails, or changes what it may not change
     */
    public Decoration decorate(Hook hook, ClusterProfile profile, Decorable output) {
        Map<String, Object> body = body(output);
        RouteResult<Map<?, ?>> result =
                hooks.call(new HookCall(hook, profile, body), timeout, exchange -> read(exchange, hook));
        if (result.failure() instanceof ReconcileFailure refused && refused.getReason() == Reason.HookFailed) {
            throw refused;
        }
        if (result.isFailed()) {
            throw failure(hook, result.describe());
        }
        return new DecorationReader(hook, output).read(result.value(), body);
    }

    /**
     * What is reported of a hook that failed.
     *
     * @param hook the hook
     * @param what happened, to be put after the name of the route
     */
    public static ReconcileFailure failure(Hook hook, String what) {
        return new ReconcileFailure(
                Reason.HookFailed,
                "The route of direct:" + hook.route() + " " + what + "; what it has set before stays until it works");
    }

    /** With maps that the route may change. */
    private static Map<String, Object> body(Decorable output) {
        Map<String, Object> body = new HashMap<>();
        body.put(LABELS, new HashMap<>(output.labels()));
        body.put(ANNOTATIONS, new HashMap<>(output.annotations()));
        if (output.data() != null) {
            Map<String, Object> spec = new HashMap<>();
            if (!output.data().isEmpty()) {
                spec.put(DATA, new HashMap<>(output.data()));
            }
            body.put(SPEC, spec);
        }
        return body;
    }

    private static Map<?, ?> read(Exchange exchange, Hook hook) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Map<?, ?> map) {
            return map;
        }
        byte[] text = body instanceof String string
                ? string.getBytes(StandardCharsets.UTF_8)
                : exchange.getMessage().getBody(byte[].class);
        Map<?, ?> map = parsed(text == null ? new byte[0] : text);
        if (map == null) {
            throw failure(hook, "returned neither a Map nor an object in JSON or YAML");
        }
        return map;
    }

    /** Null if it is not an object. */
    private static Map<?, ?> parsed(byte[] text) {
        try {
            return YAML.readValue(text, Map.class);
        } catch (IOException e) {
            // it quotes the text
            return null;
        }
    }

    /** Reads what one call has returned. */
    private static final class DecorationReader {

        private static final Set<String> FIELDS = Set.of(LABELS, ANNOTATIONS, SPEC);

        private final Hook hook;
        private final Decorable output;

        DecorationReader(Hook hook, Decorable output) {
            this.hook = hook;
            this.output = output;
        }

        Decoration read(Map<?, ?> returned, Map<String, Object> given) {
            requireFields("", returned, FIELDS);
            Map<String, String> labels = changes(LABELS, returned, given, output.labels());
            Map<String, String> annotations = changes(ANNOTATIONS, returned, given, output.annotations());
            Map<?, ?> spec = section(SPEC, returned);
            if (output.data() == null || spec.isEmpty()) {
                requireFields("spec.", spec, Set.of());
                return new Decoration(labels, annotations, Map.of(), Map.of());
            }
            requireFields("spec.", spec, DecorationRules.SPEC_FIELDS);
            Map<String, String> data = changes(DATA, spec, section(SPEC, given), output.data());
            data.values().removeIf(value -> value == null);
            Map<String, Object> rest = new HashMap<>();
            spec.forEach((field, value) -> {
                // the API server keeps nothing of an empty map
                if (!DATA.equals(field) && value != null && !Map.of().equals(value)) {
                    rest.put((String) field, json((String) field, value));
                }
            });
            return new Decoration(labels, annotations, data, rest);
        }

        private Object json(String field, Object value) {
            try {
                return YAML.convertValue(value, Object.class);
            } catch (IllegalArgumentException e) {
                // its message may quote the value
                throw failure(hook, "returned spec." + field + " with a value that JSON cannot have");
            }
        }

        private void requireFields(String prefix, Map<?, ?> map, Set<String> known) {
            for (Object field : map.keySet()) {
                if (!known.contains(field)) {
                    throw failure(hook, "returned " + prefix + DecorationRules.shown(field) + ", which it may not set");
                }
            }
        }

        private Map<?, ?> section(String name, Map<?, ?> in) {
            Object section = in.get(name);
            if (section != null && !(section instanceof Map)) {
                throw failure(hook, "returned " + name + " that are not a map");
            }
            return section == null ? Map.of() : (Map<?, ?>) section;
        }

        /** Against what was given. If the given map itself was changed, what it lacks is removed; another one is merged. */
        private Map<String, String> changes(
                String section, Map<?, ?> returned, Map<?, ?> given, Map<String, String> before) {
            Map<?, ?> values = section(section, returned);
            Map<String, String> changes = new HashMap<>();
            values.forEach((name, value) -> {
                String text = DecorationRules.text(hook, section, name, value);
                if (text == null ? before.containsKey(name) : !text.equals(before.get(name))) {
                    changes.put((String) name, text);
                }
            });
            if (given.containsKey(section) && values == given.get(section)) {
                Set<String> removed = new HashSet<>(before.keySet());
                removed.removeAll(values.keySet());
                removed.forEach(name -> changes.put(name, null));
            }
            changes.keySet().forEach(name -> requireFree(section, name));
            return changes;
        }

        private void requireFree(String section, String name) {
            if (DecorationRules.isOurs(name) || output.fixed().contains(section + "/" + name)) {
                throw failure(
                        hook,
                        "changes " + section + " " + DecorationRules.shown(name) + ", which "
                                + (DecorationRules.isOurs(name)
                                        ? "is this controller's own"
                                        : "a rule of the registration file sets"));
            }
        }
    }
}
