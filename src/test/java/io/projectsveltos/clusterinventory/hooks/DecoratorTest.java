package io.projectsveltos.clusterinventory.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.credential.route.RouteCaller;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoratorTest {

    private static final String OURS = "clusterinventory.projectsveltos.io/managed-by";
    private static final Decorable CLUSTER = new Decorable(
            Map.of("env", "prod", "region", "eu", OURS, "clusterinventory-controller"),
            Map.of("note", "a"),
            Map.of("tier", "1"),
            Set.of("labels/region", "data/tier"));
    private static final Decorable SECRET =
            new Decorable(Map.of(OURS, "clusterinventory-controller"), Map.of(), null, Set.of());

    @AutoClose
    private final DefaultCamelContext context = new DefaultCamelContext();

    private final ClusterProfile profile = Fixtures.profile().build();
    private volatile Consumer<Exchange> route = exchange -> {};
    private Decorator decorator;

    @BeforeEach
    void start() throws Exception {
        RouteCaller caller = new RouteCaller();
        context.addService(caller);
        Hooks hooks = new Hooks(context, caller);
        context.addStartupListener(hooks);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:decorate-sveltoscluster").process(exchange -> route.accept(exchange));
            }
        });
        context.start();
        decorator = new Decorator(hooks, Duration.ofSeconds(20));
    }

    @Test
    void knowsWhichHooksHaveARoute() {
        assertTrue(decorator.isPresent(Hook.DECORATE_SVELTOSCLUSTER));
        assertEquals(false, decorator.isPresent(Hook.DECORATE_SECRET));
    }

    @Test
    void givesTheProfileAndTheOutput() {
        Map<String, Object> seen = new HashMap<>();
        route = exchange -> {
            seen.putAll(exchange.getVariables());
            seen.put("body", exchange.getMessage().getBody());
            seen.put("headers", exchange.getMessage().getHeaders().size());
        };

        assertEquals(Decoration.NONE, decorate(CLUSTER));

        assertEquals(Fixtures.NAME, seen.get("clusterProfileName"));
        assertEquals(Fixtures.NAMESPACE, seen.get("clusterProfileNamespace"));
        assertEquals(Fixtures.NAME, ((Map<?, ?>) ((Map<?, ?>) seen.get("clusterProfile")).get("metadata")).get("name"));
        assertEquals(
                Map.of(
                        "labels", CLUSTER.labels(),
                        "annotations", CLUSTER.annotations(),
                        "spec", Map.of("data", Map.of("tier", "1"))),
                seen.get("body"));
        assertEquals(0, seen.get("headers"));
    }

    static Stream<Arguments> merged() {
        return Stream.of(
                arguments("{\"labels\": {\"version\": \"v1.33.1+k3s1\"}}", Map.of("version", "v1.33.1_k3s1"), Map.of()),
                arguments("labels: {n: 5}\nannotations: {a: b}", Map.of("n", "5"), Map.of("a", "b")),
                arguments("labels: {env: prod, region: eu}", Map.of(), Map.of()),
                arguments("{}", Map.of(), Map.of()));
    }

    @ParameterizedTest
    @MethodSource("merged")
    void mergesWhatIsReturned(String text, Map<String, String> labels, Map<String, String> annotations) {
        route = exchange -> exchange.getMessage().setBody(text);

        assertEquals(new Decoration(labels, annotations, Map.of(), Map.of()), decorate(CLUSTER));
    }

    @Test
    void removesWhatIsNullOrRemovedFromTheGivenMap() {
        Map<String, String> withoutEnv = new HashMap<>();
        withoutEnv.put("env", null);
        route = exchange -> exchange.getMessage().setBody(Map.of("labels", new HashMap<>(withoutEnv)));
        assertEquals(withoutEnv, decorate(CLUSTER).labels());

        route = exchange -> labels(exchange).remove("env");
        assertEquals(withoutEnv, decorate(CLUSTER).labels());
    }

    @Test
    void setsTheAllowedFieldsOfTheSpec() {
        route = exchange -> exchange.getMessage()
                .setBody(Map.of(
                        "spec", Map.of("data", Map.of("tier", "1", "a", "b"), "consecutiveFailureThreshold", 5)));

        Decoration decoration = decorate(CLUSTER);

        assertEquals(Map.of("a", "b"), decoration.data());
        assertEquals(Map.of("consecutiveFailureThreshold", 5), decoration.spec());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(CLUSTER, "labels: {" + OURS + ": x}", "is this controller's own"),
                arguments(CLUSTER, "labels: {region: us}", "a rule of the registration file sets"),
                arguments(CLUSTER, "spec: {data: {tier: s3cr3t}}", "a rule of the registration file sets"),
                arguments(CLUSTER, "labels: {'a b': x}", "not a valid name"),
                arguments(CLUSTER, "labels: {a: [s3cr3t]}", "a value that is not text"),
                arguments(CLUSTER, "labels: s3cr3t", "not a map"),
                arguments(CLUSTER, "spec: {paused: true}", "spec.'paused', which it may not set"),
                arguments(CLUSTER, "data: {}", "'data', which it may not set"),
                arguments(SECRET, "spec: {data: {a: b}}", "spec.'data', which it may not set"),
                arguments(CLUSTER, "s3cr3t", "neither a Map nor an object in JSON or YAML"),
                arguments(CLUSTER, "null", "neither a Map nor an object in JSON or YAML"),
                arguments(CLUSTER, "", "neither a Map nor an object in JSON or YAML"),
                arguments(CLUSTER, "annotations: {a: " + "x".repeat(4097) + "}", "longer than 4096"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatAHookMayNotChange(Decorable output, String text, String fault) {
        route = exchange -> exchange.getMessage().setBody(text);

        assertFails(output, fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {OURS, "region"})
    void refusesThatSuchALabelIsRemoved(String label) {
        route = exchange -> labels(exchange).remove(label);

        assertFails(CLUSTER, "changes labels '" + label + "'");
    }

    @Test
    void refusesAValueThatJsonCannotHave() {
        route = exchange -> exchange.getMessage().setBody(Map.of("spec", Map.of("activeWindow", Instant.EPOCH)));

        assertFails(CLUSTER, "spec.activeWindow with a value that JSON cannot have");
    }

    @Test
    void leavesOutAnEmptyMapBecauseItCannotBeOwned() {
        route = exchange -> exchange.getMessage().setBody("spec: {activeWindow: {}}");

        assertEquals(Decoration.NONE, decorate(CLUSTER));
    }

    @Test
    void reportsAFailureOfOurBeansAsThatOfTheHook() {
        route = exchange -> {
            throw new ReconcileFailure(Reason.ExecPluginFailed, "the file is missing");
        };

        assertFails(CLUSTER, "failed: the file is missing");
    }

    @Test
    void reportsARouteThatFailsWithoutItsMessage() {
        route = exchange -> {
            throw new IllegalStateException("s3cr3t");
        };

        assertFails(CLUSTER, "with IllegalStateException");
    }

    private void assertFails(Decorable output, String fault) {
        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> decorate(output));

        assertEquals(Reason.HookFailed, failure.getReason());
        assertTrue(failure.getMessage().contains(fault), failure.getMessage());
        List.of("s3cr3t", "\n").forEach(text -> assertTrue(!failure.getMessage().contains(text), failure.getMessage()));
    }

    private Decoration decorate(Decorable output) {
        return decorator.decorate(Hook.DECORATE_SVELTOSCLUSTER, profile, output);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> labels(Exchange exchange) {
        return (Map<String, String>) exchange.getMessage().getBody(Map.class).get("labels");
    }
}
