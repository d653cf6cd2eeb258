package io.projectsveltos.clusterinventory.component.workqueue;

import org.apache.camel.spi.Metadata;

/** Headers and the exchange property of the {@code workqueue:} component. */
public final class WorkqueueConstants {

    /** The key. A producer adds it to the queue, and uses the body as the key if this header is missing. */
    @Metadata(javaType = "String")
    public static final String KEY = "CamelWorkqueueKey";

    /**
     * The group that an added key belongs to. If a queue has several groups, each may use at most half of the workers that
     * the others leave free. Without this header the key keeps its current group.
     */
    @Metadata(label = "producer", javaType = "String")
    public static final String GROUP = "CamelWorkqueueGroup";

    /** How many times in a row the key has failed, 0 on the first attempt. */
    @Metadata(label = "consumer", javaType = "int")
    public static final String REQUEUES = "CamelWorkqueueRequeues";

    /** Delay before the key is queued, a Duration or milliseconds. Overrides the option delay. */
    @Metadata(label = "producer", javaType = "java.time.Duration")
    public static final String DELAY = "CamelWorkqueueDelay";

    /**
     * Exchange property that a route sets to have its key queued again after this time, a Duration or milliseconds. It is
     * used only if the exchange ends without an exception; zero and negative values are ignored. This is the
     * {@code RequeueAfter} of controller-runtime's {@code reconcile.Result}.
     */
    public static final String REQUEUE_AFTER = "CamelWorkqueueRequeueAfter";

    /**
     * Exchange property that a failing route sets: the shortest time until the key is retried, a Duration or milliseconds.
     * The key waits longer if its backoff is longer.
     */
    public static final String RETRY_AFTER = "CamelWorkqueueRetryAfter";

    /**
     * Exchange property that a failing route sets: the time until the key is retried, a Duration, in place of its backoff.
     */
    public static final String RETRY_IN = "CamelWorkqueueRetryIn";

    private WorkqueueConstants() {}
}
