package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueueObserver;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Meters of a queue and its workers, named as in client-go and controller-runtime, so that existing dashboards work. */
public final class QueueMetrics implements WorkQueueObserver {

    /** From 1 ms to 1000 s: client-go's, without those below a millisecond. */
    private static final Duration[] BUCKETS = IntStream.rangeClosed(0, 6)
            .mapToObj(exponent -> Duration.ofMillis((long) Math.pow(10, exponent)))
            .toArray(Duration[]::new);

    private static final Duration[] RECONCILE_BUCKETS = IntStream.of(
                    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Timer waited;
    private final Timer worked;
    private final Timer reconciled;
    private final Counter errors;
    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);

    private QueueMetrics(MeterRegistry registry, String name) {
        Tags queue = Tags.of("name", name, "controller", name);
        Tags controller = Tags.of("controller", name);
        waited = timer(registry, "workqueue.queue.duration", queue, BUCKETS);
        worked = timer(registry, "workqueue.work.duration", queue, BUCKETS);
        reconciled = timer(registry, "controller.runtime.reconcile.time", controller, RECONCILE_BUCKETS);
        errors = registry.counter("controller.runtime.reconcile.errors", controller);
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(
                    outcome,
                    registry.counter(
                            "controller.runtime.reconcile",
                            controller.and("result", outcome.name().toLowerCase(Locale.ROOT))));
        }
    }

    /**
     * Registers the meters and observes the queue from now on.
     *
     * @param name the queue's name, which becomes the labels {@code name} and {@code controller}
     * @param workers the maximum number of workers
     */
    public static void register(MeterRegistry registry, String name, WorkQueue queue, int workers) {
        Tags tags = Tags.of("name", name, "controller", name);
        FunctionCounter.builder("workqueue.adds", queue, WorkQueue::adds)
                .tags(tags)
                .register(registry);
        FunctionCounter.builder("workqueue.retries", queue, WorkQueue::retries)
                .tags(tags)
                .register(registry);
        gauge(registry, "workqueue.depth", null, tags, queue, WorkQueue::depth);
        gauge(registry, "workqueue.unfinished.work", "seconds", tags, queue, WorkQueue::unfinishedSeconds);
        gauge(
                registry,
                "workqueue.longest.running.processor",
                "seconds",
                tags,
                queue,
                WorkQueue::longestRunningSeconds);
        Tags controller = Tags.of("controller", name);
        gauge(registry, "controller.runtime.active.workers", null, controller, queue, WorkQueue::inFlight);
        gauge(registry, "controller.runtime.max.concurrent.reconciles", null, controller, queue, any -> workers);
        queue.observe(new QueueMetrics(registry, name));
    }

    @Override
    public void taken(String key, long queuedNanos) {
        waited.record(Duration.ofNanos(queuedNanos));
    }

    @Override
    public void done(String key, long workedNanos, Outcome outcome) {
        Duration time = Duration.ofNanos(workedNanos);
        worked.record(time);
        reconciled.record(time);
        outcomes.get(outcome).increment();
        if (outcome == Outcome.ERROR) {
            errors.increment();
        }
    }

    private static Timer timer(MeterRegistry registry, String name, Tags tags, Duration[] buckets) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(buckets).register(registry);
    }

    private static void gauge(
            MeterRegistry registry,
            String name,
            String unit,
            Tags tags,
            WorkQueue queue,
            ToDoubleFunction<WorkQueue> value) {
        Gauge.builder(name, queue, value)
                .baseUnit(unit)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
