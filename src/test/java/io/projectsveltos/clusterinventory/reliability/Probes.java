package io.projectsveltos.clusterinventory.reliability;

import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks a controller each second what a kubelet and Prometheus ask. */
final class Probes implements AutoCloseable {

    private final TestedController controller;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    /** How often each was asked. */
    final AtomicInteger times = new AtomicInteger();

    /** How often {@code /healthz} did not answer with 200. */
    final AtomicInteger notLive = new AtomicInteger();

    /** How often {@code /readyz} did not answer with 200. */
    final AtomicInteger notReady = new AtomicInteger();

    /** How often {@code /metrics} did not answer. */
    final AtomicInteger notScraped = new AtomicInteger();

    private Probes(TestedController controller) {
        this.controller = controller;
    }

    static Probes start(TestedController controller) {
        Probes probes = new Probes(controller);
        probes.timer.scheduleAtFixedRate(probes::probe, 0, 1, TimeUnit.SECONDS);
        return probes;
    }

    private void probe() {
        times.incrementAndGet();
        count(notLive, !controller.isLive());
        count(notReady, !controller.isReady());
        try {
            controller.metrics();
        } catch (UncheckedIOException e) {
            notScraped.incrementAndGet();
        }
    }

    private static void count(AtomicInteger counter, boolean failed) {
        if (failed) {
            counter.incrementAndGet();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    @Override
    public String toString() {
        return "probed %d times: /healthz failed %d times, /readyz %d, /metrics %d"
                .formatted(times.get(), notLive.get(), notReady.get(), notScraped.get());
    }
}
