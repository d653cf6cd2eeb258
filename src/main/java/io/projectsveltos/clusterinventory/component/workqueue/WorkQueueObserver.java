package io.projectsveltos.clusterinventory.component.workqueue;

/**
 * Told how long keys wait and how long they are worked on, as client-go's {@code workqueue_queue_duration_seconds} and
 * {@code workqueue_work_duration_seconds} measure it. Called on the worker's thread, outside of the queue's lock; what
 * it throws is logged and goes no further.
 */
public interface WorkQueueObserver {

    /** How the work on a key ended, in the words of controller-runtime. */
    enum Outcome {
        /** Done. */
        SUCCESS,
        /** Done, and the key is to come back after a time. */
        REQUEUE_AFTER,
        /** Failed, whether or not it is retried. */
        ERROR
    }

    /**
     * A worker was given the key.
     *
     * @param queuedNanos nanoseconds since the key was added, or since its delay ended
     */
    default void taken(String key, long queuedNanos) {}

    /**
     * A worker is done with the key.
     *
     * @param workedNanos nanoseconds since the worker was given the key
     * @param outcome how it ended
     */
    default void done(String key, long workedNanos, Outcome outcome) {}
}
