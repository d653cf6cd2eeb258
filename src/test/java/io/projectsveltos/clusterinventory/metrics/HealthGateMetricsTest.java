package io.projectsveltos.clusterinventory.metrics;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.FilledStore;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.sveltos.HealthGate;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.Outputs;
import io.projectsveltos.clusterinventory.sveltos.TestOutputs;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthGateMetricsTest {

    private static final String GATE = "projectsveltos_clusterinventory_health_gate";

    private final InformerStore<ClusterProfile, ClusterProfile> profiles = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = FilledStore.of();
    private final Outputs outputs = TestOutputs.of(clusters);

    @Test
    void hasNoSeriesWhileTheGateIsOff() {
        assertEquals(List.of(), scrape("off"));
    }

    @Test
    void countsTheProfilesThatAreNotRegisteredYet() {
        Informers.put(profiles, profile().named("unhealthy").healthy("False").build());
        Informers.put(profiles, profile().named("unknown").build());
        Informers.put(profiles, profile().named("healthy").healthy("True").build());
        Informers.put(profiles, profile().named("registered").healthy("False").build());
        Informers.put(
                profiles,
                profile().named("deleted").deletedAt("2026-01-01T00:00:00Z").build());
        Informers.put(
                clusters,
                Fixtures.metadata(Fixtures.NAMESPACE, "registered").ours().build());

        assertEquals(List.of(GATE + "{state=\"held_back\"} 2.0", GATE + "{state=\"paused\"} 0.0"), scrape("first"));
    }

    @Test
    void countsTheClustersThatTheGateHasPaused() {
        Map<String, Object> paused = Map.of("spec", Map.of("paused", true));
        Informers.put(
                clusters,
                Fixtures.metadata(Fixtures.NAMESPACE, "ours")
                        .ours()
                        .owned(ManagedMetadata.FIELD_MANAGER, "Apply", paused)
                        .build());
        Informers.put(
                clusters,
                Fixtures.metadata(Fixtures.NAMESPACE, "by-a-user")
                        .ours()
                        .owned("kubectl", "Update", paused)
                        .build());

        assertEquals(List.of(GATE + "{state=\"held_back\"} 0.0", GATE + "{state=\"paused\"} 1.0"), scrape("pause"));
    }

    private List<String> scrape(String setting) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new HealthGateMetrics(profiles, clusters, new HealthGate(setting), outputs).register(registry);
        return registry.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .toList();
    }
}
