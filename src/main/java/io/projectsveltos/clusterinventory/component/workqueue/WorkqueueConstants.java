package io.projectsveltos.clusterinventory.component.workqueue;

import org.apache.camel.spi.Metadata;

/** Headers and the exchange property of the {@code workqueue:} component. */
public final class WorkqueueConstants {

    /** The key. A producer adds it, and takes the body as the key where this header is missing. */
    @Metadata(javaType = "String")
    public static final String KEY = "CamelWorkqueueKey";

    /**
     * The group that an added key belongs to. Where a queue has several groups, each may have at most half of the workers
     * that the others leave. Without it the key keeps the group that the queue knows it with.
     */
    @Metadata(label = "producer", javaType = "String")
    public static final String GROUP = "CamelWorkqueueGroup";

    /** How often in a row the key has failed so far, 0 on the first attempt. */
    @Metadata(label = "consumer", javaType = "int")
    public static final String REQUEUES = "CamelWorkqueueRequeues";

    /** Time to wait before the key is queued, a Duration or milliseconds. Wins over the option delay. */
    @Metadata(label = "producer", javaType = "java.time.Duration")
    public static final String DELAY = "CamelWorkqueueDelay";

    /**
     * Exchange property that a route sets to have its key queued again this much later, a Duration or milliseconds.
     * Counts only when the exchange ends without an exception; zero and less count as not set. The {@code RequeueAfter}
     * of controller-runtime.
     */
    public static final String REQUEUE_AFTER = "CamelWorkqueueRequeueAfter";

    /**
     * Exchange property of a key that failed: it waits at least this long, a Duration or milliseconds, and longer where its
     * backoff is.
     */
    public static final String RETRY_AFTER = "CamelWorkqueueRetryAfter";

    private WorkqueueConstants() {}
}
