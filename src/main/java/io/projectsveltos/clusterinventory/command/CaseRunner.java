package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.command.RouteCase.When;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.Credential;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;

/**
 * Runs cases: each on a Camel context of its own, through the routes of the controller, with stand-ins for the management
 * cluster and for all that the case names. Settings and environment of the process do not count, and the clock stands still.
 *
 * @param routes route files
 */
public record CaseRunner(List<String> routes) {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            // otherwise an absent JsonNode would come back as a null node
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /**
     * A case that was run.
     *
     * @param outcome what the call did
     * @param differences what is not as expected, one line each
     */
    record Verified(Outcome outcome, List<String> differences) {}

    /**
     * Runs a case.
     *
     * @param given the case
     * @param customizer called before the routes start, for example to bind beans
     * @return what the call did; it is not compared with what the case expects
     * @throws Exception with a message for the user if the case is not valid or the routes do not start
     */
    public Outcome run(RouteCase given, Consumer<CamelContext> customizer) throws Exception {
        return verify(given, customizer).outcome();
    }

    /** Like {@link #run}, and compares what the call did with what the case expects. */
    Verified verify(RouteCase given, Consumer<CamelContext> customizer) throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (StandIns standIns = new StandIns(now)) {
            RouteCase filled = YAML.treeToValue(filled(YAML.valueToTree(given), standIns), RouteCase.class);
            prepare(filled, standIns);
            try (CommandContext context =
                    CommandContext.isolated(settings(filled, standIns), Clock.fixed(now, ZoneOffset.UTC))) {
                EndpointStandIns.add(context.camel(), filled.given().endpoints());
                customizer.accept(context.camel());
                Outcome outcome = call(context, filled.when(), standIns, now);
                return new Verified(outcome, outcome.differences(filled.then()));
            }
        }
    }

    private static void prepare(RouteCase filled, StandIns standIns) throws Exception {
        for (var file : filled.given().files().entrySet()) {
            standIns.write(file.getKey(), file.getValue());
        }
        for (var secret : filled.given().secrets().entrySet()) {
            standIns.addSecret(secret.getKey(), secret.getValue());
        }
        standIns.add(filled.given().answers());
    }

    private Map<String, String> settings(RouteCase filled, StandIns standIns) throws Exception {
        Map<String, String> settings = new TreeMap<>(filled.settings());
        settings.put("routes", String.join(",", routes));
        settings.put("kubeconfig", standIns.kubeconfig().toString());
        return settings;
    }

    private static Outcome call(CommandContext context, When when, StandIns standIns, Instant now) throws Exception {
        if (when == null) {
            throw new IllegalArgumentException("it has no 'when:', the call of an access provider or of a hook");
        }
        ObjectNode profile = profile(when);
        if (when.hook() != null) {
            HookTrial.Trial trial = new HookTrial(context, when.hook()).call(profile, when.body());
            return outcome(null, trial.body(), trial.report(), standIns, now);
        }
        JsonNode metadata = profile.path("metadata");
        ObjectKey key = new ObjectKey(
                metadata.path("namespace").asText(), metadata.path("name").asText());
        ObjectNode entry = entry(profile, when);
        Trier.Trial trial = new Trier(context, entry.path("name").asText()).call(key, object(profile), object(entry));
        return outcome(trial.credential(), null, trial.report(), standIns, now);
    }

    private static Map<String, Object> object(JsonNode node) {
        return YAML.convertValue(node, OBJECT);
    }

    private static Outcome outcome(
            Credential credential, JsonNode body, TryReport report, StandIns standIns, Instant now) {
        return new Outcome(
                credential == null ? null : new String(credential.kubeconfig(), StandardCharsets.UTF_8),
                body,
                report.reason(),
                report.message(),
                now,
                credential == null || credential.validity() == null
                        ? null
                        : credential.validity().expiry(),
                standIns.requests(),
                standIns.unanswered(),
                report.steps().stream().map(TryReport.Step::text).toList());
    }

    private static ObjectNode profile(When when) {
        ObjectNode profile = YAML.createObjectNode()
                .put("apiVersion", ClusterProfile.GROUP + "/v1alpha1")
                .put("kind", "ClusterProfile");
        ObjectNode metadata = profile.putObject("metadata")
                .put("namespace", "fleet")
                .put("name", "edge-1")
                .put("uid", "case")
                .put("resourceVersion", "1");
        if (when.profile() != null) {
            when.profile().properties().forEach(field -> {
                if (field.getKey().equals("metadata")) {
                    metadata.setAll((ObjectNode) field.getValue());
                } else {
                    profile.set(field.getKey(), field.getValue());
                }
            });
        }
        return profile;
    }

    /** The entry of the access provider, which the profile gets if it does not have one. */
    private static ObjectNode entry(ObjectNode profile, When when) {
        ArrayNode entries = profile.withObject("/status").withArray("accessProviders");
        ObjectNode entry = StreamSupport.stream(entries.spliterator(), false)
                .filter(candidate -> when.accessProvider() == null
                        || candidate.path("name").asText().equals(when.accessProvider()))
                .findFirst()
                .map(ObjectNode.class::cast)
                .orElse(null);
        if (entry == null && when.accessProvider() == null) {
            throw new IllegalArgumentException("when: names no accessProvider, and its profile does not offer one");
        }
        if (entry == null) {
            entry = entries.addObject().put("name", when.accessProvider());
            entry.putObject("cluster").put("server", "https://edge-1.example:6443");
        }
        if (when.cluster() != null) {
            entry.set("cluster", when.cluster());
        }
        return entry;
    }

    private static JsonNode filled(JsonNode tree, StandIns standIns) {
        if (tree.isTextual()) {
            return TextNode.valueOf(standIns.fill(tree.asText()));
        }
        if (tree instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(filled(field.getValue(), standIns)));
        } else if (tree instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, filled(array.get(i), standIns));
            }
        }
        return tree;
    }
}
