package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.testing.Monitoring;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboard and the alerts query only this controller. DiagnosticsIT checks that the metrics exist. */
class MonitoringTest {

    private static final Set<String> WORDS = Set.of(
            "absent",
            "and",
            "by",
            "controller",
            "histogram_quantile",
            "id",
            "increase",
            "le",
            "max",
            "min",
            "min_over_time",
            "name",
            "namespace",
            "on",
            "pod",
            "provider",
            "rate",
            "result",
            "routeId",
            "state",
            "sum",
            "topk",
            "unless");

    private static final Pattern WORD = Pattern.compile("[a-zA-Z_]\\w*");

    static Stream<String> queries() {
        return Monitoring.queries().stream();
    }

    static Stream<JsonNode> alerts() {
        return Monitoring.alerts().stream();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void namesNoMetricWithoutLabels(String query) {
        Set<String> words = new TreeSet<>();
        WORD.matcher(Monitoring.skeleton(query)).results().forEach(found -> words.add(found.group()));
        words.removeAll(WORDS);

        assertEquals(Set.of(), words);
    }

    @ParameterizedTest
    @MethodSource("queries")
    void queriesOnlyThisController(String query) {
        assertFalse(Monitoring.selectors(query).isEmpty());
        Monitoring.selectors(query)
                .forEach(selector -> assertTrue(
                        selector.contains("job=\"clusterinventory-camel\"")
                                || selector.contains("deployment=\"clusterinventory-camel\""),
                        selector));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void describesEachAlertAndWhatToDo(JsonNode alert) {
        for (String annotation : Set.of("summary", "description", "runbook")) {
            assertFalse(alert.at("/annotations/" + annotation).asText().isBlank(), annotation);
        }
        assertTrue(Set.of("critical", "warning")
                .contains(alert.at("/labels/severity").asText()));
        assertTrue(alert.has("for"));
    }

    /** {@link ManifestsIT} runs the commands that it finds by their quotes. */
    @ParameterizedTest
    @MethodSource("alerts")
    void quotesTheCommandsOfItsRunbooks(JsonNode alert) {
        String runbook = alert.at("/annotations/runbook").asText();

        assertFalse(runbook.replaceAll("`[^`]*`", "").contains("kubectl"), runbook);
    }
}
