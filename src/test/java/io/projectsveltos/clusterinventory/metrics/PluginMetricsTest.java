package io.projectsveltos.clusterinventory.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.projectsveltos.clusterinventory.credential.exec.PluginRunListener.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PluginMetricsTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PluginMetrics metrics = new PluginMetrics(registry);

    @Test
    void countsRunsByProviderAndResult() {
        metrics.onPluginExit("eks", Result.SUCCESS, Duration.ofMillis(80));
        metrics.onPluginExit("eks", Result.SUCCESS, Duration.ofMillis(120));
        metrics.onPluginExit("eks", Result.TIMEOUT, Duration.ofSeconds(60));
        metrics.onPluginExit("gke", Result.FAILURE, Duration.ofMillis(10));

        assertEquals(
                List.of(
                        line("count", "eks", "success", "2"),
                        line("count", "eks", "timeout", "1"),
                        line("count", "gke", "failure", "1")),
                lines("_count"));
        assertEquals(
                List.of(
                        line("sum", "eks", "success", "0.2"),
                        line("sum", "eks", "timeout", "60.0"),
                        line("sum", "gke", "failure", "0.01")),
                lines("_sum"));
    }

    @Test
    void hasBucketsUpToAMinute() {
        metrics.onPluginExit("eks", Result.SUCCESS, Duration.ofMillis(80));

        assertEquals(
                List.of(
                        "0.05 0", "0.1 1", "0.25 1", "0.5 1", "1.0 1", "2.5 1", "5.0 1", "10.0 1", "30.0 1", "60.0 1",
                        "+Inf 1"),
                registry.scrape()
                        .lines()
                        .filter(line -> line.contains("_bucket{"))
                        .map(line -> line.replaceAll(".*le=\"(.*)\"} ", "$1 "))
                        .toList());
    }

    private static String line(String what, String provider, String result, String value) {
        return "projectsveltos_clusterinventory_exec_plugin_seconds_%s{provider=\"%s\",result=\"%s\"} %s"
                .formatted(what, provider, result, value);
    }

    private List<String> lines(String suffix) {
        return registry.scrape()
                .lines()
                .filter(line -> line.contains(suffix + "{"))
                .sorted()
                .toList();
    }
}
