package io.projectsveltos.clusterinventory.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueueObserver.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks the text that Prometheus scrapes: dashboards and alerts depend on the names. */
class QueueMetricsTest {

    private static final String QUEUE = "{controller=\"profiles\",name=\"profiles\"} ";
    private static final String CONTROLLER = "{controller=\"profiles\"} ";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final WorkQueue queue = new WorkQueue();

    @BeforeEach
    void register() {
        QueueMetrics.register(registry, "profiles", queue, 7);
    }

    @Test
    void measuresTheQueueUnderClientGosNames() throws Exception {
        queue.add("a");
        queue.add("b");
        queue.addAfter("c", Duration.ofHours(1));
        queue.take();

        assertHas("workqueue_adds_total" + QUEUE + "2.0");
        assertHas("workqueue_retries_total" + QUEUE + "1.0");
        assertHas("workqueue_depth" + QUEUE + "1.0");
        assertHas("workqueue_queue_duration_seconds_count" + QUEUE + "1");
        assertHas("workqueue_work_duration_seconds_count" + QUEUE + "0");
        assertTrue(value("workqueue_unfinished_work_seconds" + QUEUE) > 0);
        assertTrue(value("workqueue_longest_running_processor_seconds" + QUEUE) > 0);
    }

    @Test
    void measuresTheWorkersUnderControllerRuntimesNames() throws Exception {
        List.of("a", "b", "c", "d", "e").forEach(queue::add);
        queue.done(queue.take(), Outcome.SUCCESS);
        queue.done(queue.take(), Outcome.ERROR);
        queue.done(queue.take(), Outcome.ERROR);
        queue.done(queue.take(), Outcome.REQUEUE_AFTER);
        queue.take();

        assertHas("controller_runtime_reconcile_total{controller=\"profiles\",result=\"success\"} 1.0");
        assertHas("controller_runtime_reconcile_total{controller=\"profiles\",result=\"error\"} 2.0");
        assertHas("controller_runtime_reconcile_total{controller=\"profiles\",result=\"requeue_after\"} 1.0");
        assertHas("controller_runtime_reconcile_errors_total" + CONTROLLER + "2.0");
        assertHas("controller_runtime_reconcile_time_seconds_count" + CONTROLLER + "4");
        assertHas("controller_runtime_active_workers" + CONTROLLER + "1.0");
        assertHas("controller_runtime_max_concurrent_reconciles" + CONTROLLER + "7.0");
        assertHas("workqueue_work_duration_seconds_count" + QUEUE + "4");
    }

    @Test
    void startsEveryOutcomeAtZeroSoThatTheFirstOneIsAnIncrease() {
        for (Outcome outcome : Outcome.values()) {
            assertHas("controller_runtime_reconcile_total{controller=\"profiles\",result=\""
                    + outcome.name().toLowerCase(Locale.ROOT) + "\"} 0.0");
        }
        assertHas("controller_runtime_reconcile_errors_total" + CONTROLLER + "0.0");
    }

    @Test
    void usesClientGosBuckets() throws Exception {
        queue.add("a");
        queue.done(queue.take());

        for (String bound : List.of("0.001", "0.01", "0.1", "1.0", "10.0", "100.0", "1000.0", "+Inf")) {
            assertTrue(
                    registry.scrape()
                            .contains("workqueue_work_duration_seconds_bucket"
                                    + "{controller=\"profiles\",name=\"profiles\",le=\"" + bound + "\"} "),
                    bound);
        }
    }

    @Test
    void keepsQueuesApart() {
        WorkQueue other = new WorkQueue();
        QueueMetrics.register(registry, "credentials", other, 2);

        queue.add("a");

        assertHas("workqueue_depth" + QUEUE + "1.0");
        assertHas("workqueue_depth{controller=\"credentials\",name=\"credentials\"} 0.0");
    }

    @Test
    void containsNoKey() throws Exception {
        queue.add("fleet/secret-name");
        queue.done(queue.take(), Outcome.ERROR);

        assertFalse(registry.scrape().contains("secret-name"));
    }

    private void assertHas(String line) {
        String text = registry.scrape();
        assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
    }

    private double value(String start) {
        List<String> lines =
                registry.scrape().lines().filter(line -> line.startsWith(start)).toList();
        assertEquals(1, lines.size(), start);
        return Double.parseDouble(lines.get(0).substring(start.length()));
    }
}
