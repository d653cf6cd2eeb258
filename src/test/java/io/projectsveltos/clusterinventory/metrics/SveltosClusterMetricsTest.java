package io.projectsveltos.clusterinventory.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.projectsveltos.clusterinventory.component.kubernetes.FilledStore;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SveltosClusterMetricsTest {

    @Test
    void countsSveltosClustersByState() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new SveltosClusterMetrics(FilledStore.of(
                        cluster("a").reporting(Map.of("ready", true)),
                        cluster("b").reporting(Map.of("ready", true)),
                        cluster("c").reporting(Fixtures.REJECTED),
                        cluster("d").reporting(Map.of())))
                .register(registry);

        assertEquals(
                List.of(series("down", 1), series("ready", 2), series("unknown", 1)),
                registry.scrape()
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .sorted()
                        .toList());
    }

    private static Fixtures.Metadata cluster(String name) {
        return Fixtures.metadata(Fixtures.NAMESPACE, name).ours();
    }

    private static String series(String state, int count) {
        return "projectsveltos_clusterinventory_sveltosclusters{state=\"" + state + "\"} " + count + ".0";
    }
}
