package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboard and the alerts: they ask for what there is, of this controller alone. */
class MonitoringTest {

    /** What a scrape has: to be had from one. */
    private static final Set<String> EXPOSED = Set.of(
            "camel_exchanges_failed_total",
            "camel_exchanges_total",
            "controller_runtime_active_workers",
            "controller_runtime_max_concurrent_reconciles",
            "controller_runtime_reconcile_errors_total",
            "controller_runtime_reconcile_time_seconds_bucket",
            "controller_runtime_reconcile_total",
            "jvm_gc_pause_seconds_sum",
            "jvm_memory_max_bytes",
            "jvm_memory_used_bytes",
            "jvm_threads_live_threads",
            "leader_election_master_status",
            "process_cpu_usage",
            "projectsveltos_clusterinventory_credential_expiry_seconds",
            "projectsveltos_clusterinventory_credentials_expired",
            "projectsveltos_clusterinventory_exec_plugin_seconds_bucket",
            "projectsveltos_clusterinventory_exec_plugin_seconds_count",
            "projectsveltos_clusterinventory_profiles",
            "workqueue_adds_total",
            "workqueue_depth",
            "workqueue_longest_running_processor_seconds",
            "workqueue_queue_duration_seconds_bucket",
            "workqueue_retries_total",
            "workqueue_unfinished_work_seconds",
            "workqueue_work_duration_seconds_bucket");

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

    @Test
    void asksForNoMetricThatThereIsNot() {
        assertEquals(Set.of(), unknown(EXPOSED));
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
    void asksForTheMetricsOfThisControllerAlone(String query) {
        assertFalse(Monitoring.selectors(query).isEmpty());
        Monitoring.selectors(query)
                .forEach(selector -> assertTrue(
                        selector.contains("job=\"clusterinventory-camel\"")
                                || selector.contains("deployment=\"clusterinventory-camel\""),
                        selector));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void saysWithEachAlertWhatItIsAndWhatToDo(JsonNode alert) {
        for (String annotation : Set.of("summary", "description", "runbook")) {
            assertFalse(alert.at("/annotations/" + annotation).asText().isBlank(), annotation);
        }
        assertTrue(Set.of("critical", "warning")
                .contains(alert.at("/labels/severity").asText()));
        assertTrue(alert.has("for"));
    }

    /** What is asked for and not exposed. */
    private static Set<String> unknown(Set<String> exposed) {
        Set<String> unknown = new TreeSet<>(Monitoring.metrics());
        unknown.removeAll(exposed);
        return unknown;
    }
}
