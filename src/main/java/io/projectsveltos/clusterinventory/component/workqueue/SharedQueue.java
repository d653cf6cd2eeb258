package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What the endpoints of the same name share: the queue, its backoff and its only consumer. */
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

    /** Sets the delays that an endpoint configures; null keeps the value of the other endpoints. */
    synchronized void configure(Duration base, Duration max) {
        Duration newBase = merge("baseDelay", baseDelay, base);
        Duration newMax = merge("maxDelay", maxDelay, max);
        queue.useBackoff(new Backoff(
                newBase == null ? Backoff.DEFAULT.base() : newBase, newMax == null ? Backoff.DEFAULT.max() : newMax));
        baseDelay = newBase;
        maxDelay = newMax;
    }

    /**
     * Registers the consumer of the queue. There is only one, as in controller-runtime, where each controller has a queue
     * of its own: with two, stopping one would have to wait for the keys of the other.
     *
     * @throws IllegalStateException if another consumer is attached
     */
    synchronized void attach(WorkqueueConsumer newConsumer) {
        if (consumer != null && consumer != newConsumer) {
            throw new IllegalStateException("route " + consumer.getRouteId()
                    + " already consumes this queue; for more workers, raise its concurrency");
        }
        consumer = newConsumer;
    }

    synchronized void detach(WorkqueueConsumer oldConsumer) {
        if (consumer == oldConsumer) {
            consumer = null;
        }
    }

    private static Duration merge(String option, Duration current, Duration requested) {
        if (current != null && requested != null && !current.equals(requested)) {
            throw new IllegalArgumentException(option + " " + requested + " conflicts with " + current
                    + ", set by another endpoint of this queue");
        }
        return requested == null ? current : requested;
    }
}
