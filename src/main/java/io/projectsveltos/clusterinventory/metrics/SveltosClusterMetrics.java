package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.sveltos.SveltosCluster;
import io.projectsveltos.clusterinventory.sveltos.SveltosConnection.State;
import java.util.Locale;

/**
 * Whether Sveltos can connect to the clusters, counted from the informer's cache at each scrape.
 *
 * @param clusters the informer's SveltosClusters, with their status
 */
public record SveltosClusterMetrics(InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters) {

    /**
     * Registers a gauge for each state.
     *
     * @param registry where to
     */
    public void register(MeterRegistry registry) {
        for (State state : State.values()) {
            Gauge.builder("projectsveltos.clusterinventory.sveltosclusters", () -> count(state))
                    .description("SveltosClusters by what Sveltos reports about its connection to the cluster")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private long count(State state) {
        return clusters.values().stream()
                .filter(cluster -> cluster instanceof SveltosCluster known
                        && known.connection().state() == state)
                .count();
    }
}
