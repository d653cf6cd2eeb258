package io.projectsveltos.clusterinventory.reliability;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Changes of a fleet at a steady rate, however long each takes. The fleet belongs to it until it is closed. */
final class Load implements AutoCloseable {

    /** Ten changes a second: with 1,000 profiles, each changes about every two minutes. */
    private static final Duration BETWEEN_CHANGES = Duration.ofMillis(100);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger changes = new AtomicInteger();
    private final ScheduledFuture<?> task;

    private Load(Fleet fleet) {
        task = timer.scheduleAtFixedRate(
                () -> {
                    fleet.change(1);
                    changes.incrementAndGet();
                },
                0,
                BETWEEN_CHANGES.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    static Load start(Fleet fleet) {
        return new Load(fleet);
    }

    int changes() {
        return changes.get();
    }

    /** Ends it; throws if a change has failed. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            if (task.isDone() && !task.isCancelled()) {
                task.get();
            }
            if (!timer.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("a change takes more than a minute");
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a change failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
