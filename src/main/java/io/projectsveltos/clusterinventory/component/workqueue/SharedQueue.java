package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What the endpoints of one name have in common: the queue, its backoff and the one consumer. */
final class SharedQueue {

    private final WorkQueue queue;
    private Duration baseDelay;
    private Duration maxDelay;
    private WorkqueueConsumer consumer;

    SharedQueue(LongSupplier nanoClock) {
        queue = new WorkQueue(Backoff.DEFAULT, nanoClock);
    }

    WorkQueue queue() {
        return queue;
    }

    /** Sets what an endpoint asks for; null leaves it to the other endpoints of the name. */
    synchronized void configure(Duration wantedBase, Duration wantedMax) {
        Duration newBase = merge("baseDelay", baseDelay, wantedBase);
        Duration newMax = merge("maxDelay", maxDelay, wantedMax);
        queue.useBackoff(new Backoff(
                newBase == null ? Backoff.DEFAULT.base() : newBase, newMax == null ? Backoff.DEFAULT.max() : newMax));
        baseDelay = newBase;
        maxDelay = newMax;
    }

    /**
     * Makes this the consumer of the queue. There is only one, as a controller is alone on its queue: with two of them,
     * stopping one would have to wait for the keys of the other.
     */
    synchronized void attach(WorkqueueConsumer newConsumer) {
        if (consumer != null && consumer != newConsumer) {
            throw new IllegalStateException("route " + consumer.getRouteId()
                    + " consumes this queue already; for more workers raise its concurrency");
        }
        consumer = newConsumer;
    }

    synchronized void detach(WorkqueueConsumer oldConsumer) {
        if (consumer == oldConsumer) {
            consumer = null;
        }
    }

    private static Duration merge(String option, Duration known, Duration wanted) {
        if (known != null && wanted != null && !known.equals(wanted)) {
            throw new IllegalArgumentException(
                    option + " " + wanted + " conflicts with " + known + " of another endpoint of this queue");
        }
        return wanted == null ? known : wanted;
    }
}
