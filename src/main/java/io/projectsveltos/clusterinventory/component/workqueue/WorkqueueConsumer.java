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
 * Sends each key of the queue through the route, {@code concurrency} keys at a time. What the outcome means is as in a
 * controller of controller-runtime: an exception has the key retried after its backoff, success ends its failures, and
 * the property {@link WorkqueueConstants#REQUEUE_AFTER} brings it back after success.
 *
 * <p>Stop and suspend let the keys in flight finish and leave the rest in the queue for the next start or resume.
 */
public final class WorkqueueConsumer extends DefaultConsumer
        implements StartupListener, ShutdownAware, Suspendable, HealthCheckAware {

    private static final Logger LOG = LoggerFactory.getLogger(WorkqueueConsumer.class);

    private final WorkqueueEndpoint endpoint;
    private final WorkQueue queue;
    private ExecutorService threads;
    private volatile Workers workers;
    private HealthCheck healthCheck;

    public WorkqueueConsumer(WorkqueueEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.queue = endpoint.queue();
        this.healthCheck = new WorkqueueHealthCheck(endpoint, () -> workers != null && workers.passedGate());
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
        threads = executorServices()
                .newFixedThreadPool(this, "workqueue-" + endpoint.getName(), endpoint.getConcurrency());
        if (endpoint.getCamelContext().isStarted()) {
            startWorkers();
        }
    }

    /** Workers start only now: earlier, the routes that theirs calls need not be up. */
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
        if (threads != null) {
            executorServices().shutdown(threads);
        }
        endpoint.shared().detach(this);
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        interruptWorkers();
        super.doShutdown();
    }

    /** Stopped right away: no other route needs this one to finish its exchanges, a producer only leaves a key here. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    /**
     * The keys with a worker, though Camel counts their exchanges itself: a key that was just taken has none yet. Keys in
     * the queue are not pending, they wait for the next start.
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
            workers.start(endpoint.getConcurrency(), threads);
        }
    }

    private synchronized void stopWorkers() {
        if (workers != null) {
            workers.stop();
            workers = null;
        }
    }

    private void interruptWorkers() {
        if (threads != null) {
            // not by the ExecutorServiceManager, which leaves alone what is shut down already
            threads.shutdownNow();
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
        // a failure that the route has dealt with is not retried, but it is one
        boolean failed = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT) != null;
        return failed ? Outcome.ERROR : requeued ? Outcome.REQUEUE_AFTER : Outcome.SUCCESS;
    }

    private void fail(String key, Exchange exchange, Throwable failure) {
        Duration retryAfter =
                exchange == null ? null : exchange.getProperty(WorkqueueConstants.RETRY_AFTER, Duration.class);
        queue.addRateLimited(key, retryAfter == null ? Duration.ZERO : retryAfter);
        String what =
                "workqueue:" + endpoint.getName() + " failed" + (endpoint.getMdcKey() == null ? " on " + key : "");
        if (exchange != null && exchange.getExchangeExtension().isErrorHandlerHandledSet()) {
            // the route has an error handler, which has said of it what it is meant to say
            LOG.debug(what, failure);
            return;
        }
        getExceptionHandler().handleException(what, exchange, failure);
    }

    private ExecutorServiceManager executorServices() {
        return endpoint.getCamelContext().getExecutorServiceManager();
    }

    /** A key that fails is the route's business and comes back, so one line will do. */
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
