package io.projectsveltos.clusterinventory.component.workqueue;

/**
 * Observes how long keys wait and how long they are processed, as client-go's {@code workqueue_queue_duration_seconds} and
 * {@code workqueue_work_duration_seconds} measure it. Called on the worker's thread, without holding the queue's lock. An
 * exception that it throws is logged and has no other effect.
 */
public interface WorkQueueObserver {

    /** How the work on a key ended: the results of controller-runtime's {@code controller_runtime_reconcile_total}. */
    enum Outcome {
        /** Done. */
        SUCCESS,
        /** Done, and the key is queued again after a delay. */
        REQUEUE_AFTER,
        /** Failed, whether or not it is retried. */
        ERROR
    }

    /**
     * A worker took the key.
     *
     * @param queuedNanos nanoseconds since the key was added, or since its delay ended
     */
    default void taken(String key, long queuedNanos) {}

    /**
     * A worker is done with the key.
     *
     * @param workedNanos nanoseconds since the worker took the key
     * @param outcome how it ended
     */
    default void done(String key, long workedNanos, Outcome outcome) {}
}
