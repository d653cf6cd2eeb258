package io.projectsveltos.clusterinventory.component.workqueue;

import io.projectsveltos.clusterinventory.component.workqueue.WorkQueueObserver.Outcome;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.StartupListener;
import org.apache.camel.Suspendable;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Sends each key of the queue through the route, {@code concurrency} keys at a time. The outcome has the same meaning as in
 * controller-runtime: after an exception the key is retried with backoff, success clears its failures, and the property
 * {@link WorkqueueConstants#REQUEUE_AFTER} queues it again after success.
 *
 * <p>Stop and suspend let the keys in progress finish and leave the others in the queue for the next start or resume.
 */
public final class WorkqueueConsumer extends DefaultConsumer
        implements StartupListener, ShutdownAware, Suspendable, HealthCheckAware {

    private static final Logger LOG = LoggerFactory.getLogger(WorkqueueConsumer.class);

    private final WorkqueueEndpoint endpoint;
    private final WorkQueue queue;
    private ExecutorService executor;
    private volatile Workers workers;
    private HealthCheck healthCheck;

    public WorkqueueConsumer(WorkqueueEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.queue = endpoint.queue();
        this.healthCheck = new WorkqueueHealthCheck(endpoint, () -> workers != null && workers.hasPassedGate());
        setExceptionHandler(new OneLineExceptionHandler());
    }

    @Override
    public HealthCheck getHealthCheck() {
        return healthCheck;
    }

    @Override
    public void setHealthCheck(HealthCheck healthCheck) {
        this.healthCheck = healthCheck;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint.shared().attach(this);
        queue.useCircuitBreaker(endpoint.getCircuitBreaker());
        queue.shareAmong(endpoint.getConcurrency());
        queue.handOutEvery(endpoint.interval());
        executor = executorServices()
                .newFixedThreadPool(this, "workqueue-" + endpoint.getName(), endpoint.getConcurrency());
        if (endpoint.getCamelContext().isStarted()) {
            startWorkers();
        }
    }

    /** Workers start only now: before that, the routes that their route calls may not have been started. */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        if (isStarted()) {
            startWorkers();
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        stopWorkers();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        startWorkers();
    }

    @Override
    protected void doStop() throws Exception {
        stopWorkers();
        if (executor != null) {
            executorServices().shutdown(executor);
        }
        endpoint.shared().detach(this);
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        interruptWorkers();
        super.doShutdown();
    }

    /** Stops immediately: no other route needs this one to finish its exchanges, as a producer only adds a key. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    /**
     * The keys in progress. Camel counts their exchanges itself, but a key that was just taken does not have one yet. Keys in
     * the queue are not pending: they wait for the next start.
     */
    @Override
    public int getPendingExchangesSize() {
        return queue.inFlight();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        if (forced) {
            interruptWorkers();
        }
    }

    private synchronized void startWorkers() {
        if (workers == null) {
            workers = new Workers(queue, endpoint.getGate(), this::work);
            workers.start(endpoint.getConcurrency(), executor);
        }
    }

    private synchronized void stopWorkers() {
        if (workers != null) {
            workers.stop();
            workers = null;
        }
    }

    private void interruptWorkers() {
        if (executor != null) {
            // not through the ExecutorServiceManager, which ignores an executor that is already shut down
            executor.shutdownNow();
        }
    }

    /** Sends one key through the route, as a worker does. */
    void work(String key) {
        String mdcKey = endpoint.getMdcKey();
        if (mdcKey == null) {
            process(key);
            return;
        }
        MDC.put(mdcKey, key);
        try {
            process(key);
        } finally {
            MDC.remove(mdcKey);
        }
    }

    private void process(String key) {
        Exchange exchange = null;
        Outcome outcome = Outcome.ERROR;
        try {
            exchange = exchangeFor(key);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            outcome = succeed(key, exchange);
        } catch (Throwable e) {
            fail(key, exchange, e);
        } finally {
            queue.done(key, outcome);
            releaseExchange(exchange, false);
        }
    }

    private Exchange exchangeFor(String key) {
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(key);
        exchange.getMessage().setHeader(WorkqueueConstants.KEY, key);
        exchange.getMessage().setHeader(WorkqueueConstants.REQUEUES, queue.requeues(key));
        return exchange;
    }

    private Outcome succeed(String key, Exchange exchange) throws Exception {
        Object property = exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER);
        Duration requeueAfter = property == null ? Duration.ZERO : endpoint.toDuration(property);
        queue.forget(key);
        boolean requeued = !requeueAfter.isZero() && !requeueAfter.isNegative();
        if (requeued) {
            queue.addAfter(key, requeueAfter);
        }
        // a failure that the route handled is not retried, but it counts as an error
        boolean failed = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT) != null;
        return failed ? Outcome.ERROR : requeued ? Outcome.REQUEUE_AFTER : Outcome.SUCCESS;
    }

    private void fail(String key, Exchange exchange, Throwable failure) {
        Duration retryAfter = duration(exchange, WorkqueueConstants.RETRY_AFTER);
        Duration retryIn = duration(exchange, WorkqueueConstants.RETRY_IN);
        if (retryIn == null) {
            queue.addRateLimited(key, retryAfter == null ? Duration.ZERO : retryAfter);
        } else {
            queue.addFailed(key, retryIn);
        }
        String what =
                "workqueue:" + endpoint.getName() + " failed" + (endpoint.getMdcKey() == null ? " on " + key : "");
        if (exchange != null && exchange.getExchangeExtension().isErrorHandlerHandledSet()) {
            // the error handler of the route has already logged it, if it should be logged
            LOG.debug(what, failure);
            return;
        }
        getExceptionHandler().handleException(what, exchange, failure);
    }

    private static Duration duration(Exchange exchange, String property) {
        return exchange == null ? null : exchange.getProperty(property, Duration.class);
    }

    private ExecutorServiceManager executorServices() {
        return endpoint.getCamelContext().getExecutorServiceManager();
    }

    /** The key is retried, so one line without a stack trace is enough. */
    private static final class OneLineExceptionHandler implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            handleException("Failed", exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            handleException(message, null, exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            LOG.warn("{}: {}", message, exception.toString());
            LOG.debug(message, exception);
        }
    }
}
