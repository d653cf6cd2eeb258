package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Queue keys of objects to reconcile: each key is in the queue at most once and processed by at most one worker at a time;
 * failed keys are retried with backoff.
 *
 * <p>An exchange that ends without an exception clears the failures of its key. One that ends with an exception that the
 * route does not handle has its key queued again after its backoff. A producer only adds the key and never waits.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "workqueue",
        title = "Work Queue",
        syntax = "workqueue:name",
        remote = false,
        category = {Category.CORE, Category.SCHEDULING},
        headersClass = WorkqueueConstants.class)
public class WorkqueueEndpoint extends DefaultEndpoint {

    /** Name of the queue. Endpoints of the same name share the queue; only one route at a time may consume it. */
    @UriPath
    @Metadata(required = true)
    private final String name;

    /** Number of workers, which is how many keys are processed at the same time. At least 1. */
    @UriParam(label = "consumer", defaultValue = "10")
    private int concurrency = 10;

    /** How many keys are handed out per second at most, at equal intervals. At least 1. Not limited by default. */
    @UriParam(label = "consumer")
    private Integer maxPerSecond;

    /**
     * Delay of a key after its first failure, in milliseconds or as a duration such as 5s. Doubles with each further
     * failure in a row. All endpoints of the queue that set it must agree.
     */
    @UriParam(label = "consumer", defaultValue = "5", javaType = "java.time.Duration")
    private Duration baseDelay;

    /**
     * Longest delay of a key after a failure, in milliseconds or as a duration such as 5m. All endpoints of the queue that
     * set it must agree.
     */
    @UriParam(label = "consumer", defaultValue = "1000000", javaType = "java.time.Duration")
    private Duration maxDelay;

    /**
     * Bean that the workers wait for before they take their first key, after each start and resume: for example until the
     * informer caches are synced.
     */
    @UriParam(label = "consumer")
    private Gate gate = () -> {};

    /**
     * Bean that holds back all keys while the server that the work depends on is overloaded or does not respond. Queues that
     * depend on the same server share one.
     */
    @UriParam(label = "consumer")
    private CircuitBreaker circuitBreaker = CircuitBreaker.alwaysClosed();

    /**
     * Time after which a worker that still processes the same key is considered stuck, as is a queue that hands out no keys
     * although workers are free: the consumer's health check is then down. In milliseconds or as a duration such as 5m; 0
     * disables the check.
     */
    @UriParam(label = "consumer", defaultValue = "0", javaType = "java.time.Duration")
    private Duration stuckAfter = Duration.ZERO;

    /**
     * Name under which the key is put into the logging context (MDC) while it is processed, so that each log line shows the
     * key it is about. Not set by default.
     */
    @UriParam(label = "consumer")
    private String mdcKey;

    /** Delay before an added key is queued, in milliseconds or as a duration such as 10m. */
    @UriParam(label = "producer", defaultValue = "0", javaType = "java.time.Duration")
    private Duration delay = Duration.ZERO;

    private final SharedQueue shared;

    public WorkqueueEndpoint(String uri, WorkqueueComponent component, String name) {
        super(uri, component);
        this.name = name;
        this.shared = component.shared(name);
    }

    @Override
    public Producer createProducer() {
        return new WorkqueueProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Consumer consumer = new WorkqueueConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be at least 1, not " + concurrency);
        }
        if (maxPerSecond != null && maxPerSecond < 1) {
            throw new IllegalArgumentException("maxPerSecond must be at least 1, not " + maxPerSecond);
        }
        shared.configure(baseDelay, maxDelay);
    }

    /** The queue behind this endpoint. */
    public WorkQueue queue() {
        return shared.queue();
    }

    SharedQueue shared() {
        return shared;
    }

    /** The shortest time between two keys, zero for no limit. */
    Duration interval() {
        return maxPerSecond == null ? Duration.ZERO : Duration.ofSeconds(1).dividedBy(maxPerSecond);
    }

    /** Converts a header or property: a Duration, milliseconds or text such as 5s. */
    Duration toDuration(Object value) throws Exception {
        return value instanceof Number millis
                ? Duration.ofMillis(millis.longValue())
                : getCamelContext().getTypeConverter().mandatoryConvertTo(Duration.class, value);
    }

    public String getName() {
        return name;
    }

    public int getConcurrency() {
        return concurrency;
    }

    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }

    public Integer getMaxPerSecond() {
        return maxPerSecond;
    }

    public void setMaxPerSecond(Integer maxPerSecond) {
        this.maxPerSecond = maxPerSecond;
    }

    public Duration getBaseDelay() {
        return baseDelay;
    }

    public void setBaseDelay(Duration baseDelay) {
        this.baseDelay = baseDelay;
    }

    public Duration getMaxDelay() {
        return maxDelay;
    }

    public void setMaxDelay(Duration maxDelay) {
        this.maxDelay = maxDelay;
    }

    public Gate getGate() {
        return gate;
    }

    public void setGate(Gate gate) {
        this.gate = gate;
    }

    public CircuitBreaker getCircuitBreaker() {
        return circuitBreaker;
    }

    public void setCircuitBreaker(CircuitBreaker circuitBreaker) {
        this.circuitBreaker = circuitBreaker;
    }

    public Duration getStuckAfter() {
        return stuckAfter;
    }

    public void setStuckAfter(Duration stuckAfter) {
        this.stuckAfter = stuckAfter;
    }

    public String getMdcKey() {
        return mdcKey;
    }

    public void setMdcKey(String mdcKey) {
        this.mdcKey = mdcKey;
    }

    public Duration getDelay() {
        return delay;
    }

    public void setDelay(Duration delay) {
        this.delay = delay;
    }
}
