package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.sveltos.HealthGate;
import io.projectsveltos.clusterinventory.sveltos.Outputs;
import java.util.function.Supplier;

/**
 * How many clusters the setting {@code health-gate} keeps from being served, counted from the informers' caches at each
 * scrape.
 *
 * @param profiles the informer's ClusterProfiles
 * @param clusters the informer's SveltosClusters
 * @param gate the setting
 * @param outputs knows which profiles are registered
 */
public record HealthGateMetrics(
        InformerStore<ClusterProfile, ClusterProfile> profiles,
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters,
        HealthGate gate,
        Outputs outputs) {

    /**
     * Registers them, unless the setting is off.
     *
     * @param registry where to
     */
    public void register(MeterRegistry registry) {
        if (gate.isOn()) {
            gauge(registry, "held_back", this::heldBack);
            gauge(registry, "paused", this::paused);
        }
    }

    private static void gauge(MeterRegistry registry, String state, Supplier<Number> count) {
        Gauge.builder("projectsveltos.clusterinventory.health.gate", count)
                .description("Clusters that are not registered yet or are paused because of their control plane")
                .tag("state", state)
                .register(registry);
    }

    private long heldBack() {
        return profiles.values().stream()
                .filter(profile -> !profile.isBeingDeleted())
                .filter(profile -> gate.isHoldingBack(profile, outputs.hasAny(profile.getKey())))
                .count();
    }

    private long paused() {
        return clusters.values().stream().filter(gate::isPaused).count();
    }
}
