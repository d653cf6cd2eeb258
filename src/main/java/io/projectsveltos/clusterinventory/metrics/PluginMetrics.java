package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.projectsveltos.clusterinventory.credential.exec.PluginRunListener;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.IntStream;

/** Durations and results of exec plugins. */
public final class PluginMetrics implements PluginRunListener {

    private static final Duration[] BUCKETS = IntStream.of(
                    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;

    /**
     * @param registry receives one meter for each provider and result
     */
    public PluginMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onPluginExit(String provider, Result result, Duration time) {
        Timer.builder("projectsveltos.clusterinventory.exec.plugin")
                .tag("provider", provider)
                .tag("result", result.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(time);
    }
}
