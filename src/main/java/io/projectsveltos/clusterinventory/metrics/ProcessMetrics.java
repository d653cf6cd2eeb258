package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/** Meters of the JVM and the process. They are registered at the first scrape, which keeps them out of the start-up time. */
public final class ProcessMetrics {

    private final MeterRegistry registry;
    private boolean registered;

    public ProcessMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Does nothing after the first call. */
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
