package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/** Java and the process, from the first scrape on: to find and listen to all that would be a part of each start. */
public final class ProcessMetrics {

    private final MeterRegistry registry;
    private boolean registered;

    /**
     * Registers nothing yet.
     *
     * @param registry where the meters go
     */
    public ProcessMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Registers the meters, once. */
    public synchronized void register() {
        if (registered) {
            return;
        }
        registered = true;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }
}
