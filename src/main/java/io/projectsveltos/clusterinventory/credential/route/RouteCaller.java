package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.UnitOfWorkHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Calls routes that integrators have written, so that nothing in them affects the caller: each call has an exchange, a unit
 * of work, a daemon thread and a time limit of its own. The caller waits for no longer than the time limit. A call that
 * exceeds it is interrupted; if it does not end nevertheless, it keeps its thread but not its caller, and after a few of
 * them the route is not called any more until one has ended. Thread-safe.
 */
public final class RouteCaller extends ServiceSupport implements CamelContextAware {

    /** How many calls of a route may be stuck before it is not called any more. */
    static final int MAX_STUCK = 5;

    private static final Logger LOG = LoggerFactory.getLogger(RouteCaller.class);

    private final Set<Running> calls = ConcurrentHashMap.newKeySet();
    private final boolean logsMessages;
    private CamelContext context;
    private ProducerTemplate template;

    /** Calls routes and logs none of their exceptions. */
    public RouteCaller() {
        this(false);
    }

    /**
     * Calls routes.
     *
     * @param logsMessages whether the exceptions of routes are logged, although their messages may contain a credential
     */
    public RouteCaller(boolean logsMessages) {
        this.logsMessages = logsMessages;
    }

    /**
     * Finds a route from {@code direct:NAME}, with or without options. No endpoint is created.
     *
     * @param name without {@code direct:}
     * @return what to call; empty if there is no such route
     */
    public Optional<Endpoint> find(String name) {
        return context.getRoutes().stream()
                .map(Route::getEndpoint)
                .filter(endpoint -> RouteInput.of(endpoint.getEndpointUri()).equals("direct://" + name))
                .findFirst();
    }

    /**
     * Calls a route, and waits until it has ended or its time is over.
     *
     * @param call what to call
     * @param output reads what the route returns
     * @param <T> what is read
     * @return how the call ended; no failure of the route is thrown
     * @throws IllegalStateException if the controller stops
     */
    public <T> RouteResult<T> call(RouteCall call, RouteOutput<T> output) {
        long stuck = stuck(call.route());
        if (stuck >= MAX_STUCK) {
            return failed(new RouteTimeoutException("was not called: " + stuck
                    + " calls of it have not ended, although they were interrupted after " + text(call.timeout())));
        }
        Exchange exchange = new DefaultExchange(context);
        FutureTask<RouteResult<T>> task = new FutureTask<>(inContext(() -> run(exchange, call, output)));
        Running running = start(call.route(), task);
        try {
            return task.get(call.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            running.cancel(exchange);
            StepPlace last = CallTrace.of(exchange).last();
            return failed(new RouteTimeoutException(
                    "did not end within " + text(call.timeout()) + (last == null ? "" : ", in step " + last)));
        } catch (InterruptedException e) {
            running.cancel(exchange);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the controller stopped while a route ran");
        } catch (ExecutionException e) {
            // run() returns all exceptions
            return failed(new RuntimeCamelException(e.getCause()));
        }
    }

    private static String text(Duration timeout) {
        return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + "s" : timeout.toMillis() + "ms";
    }

    private static <T> RouteResult<T> failed(Exception failure) {
        return new RouteResult<>(null, Map.of(), failure, FailureDescription.of(failure, null));
    }

    private long stuck(Endpoint route) {
        return calls.stream().filter(call -> call.isStuckIn(route)).count();
    }

    /** With the caller's logging context, so that the route's log lines show the profile too. */
    private static <T> Callable<T> inContext(Callable<T> task) {
        Map<String, String> logging = MDC.getCopyOfContextMap();
        return () -> {
            if (logging != null) {
                MDC.setContextMap(logging);
            }
            return task.call();
        };
    }

    private Running start(Endpoint route, FutureTask<?> task) {
        Running running = new Running(route, task);
        calls.add(running);
        // stops between the check and add are seen by one of both
        if (isStoppingOrStopped()) {
            calls.remove(running);
            throw new IllegalStateException("the controller is stopping and does not call routes any more");
        }
        running.thread.start();
        return running;
    }

    private <T> RouteResult<T> run(Exchange exchange, RouteCall call, RouteOutput<T> output) {
        CallTrace trace = CallTrace.start(exchange);
        call.variables().forEach(exchange::setVariable);
        exchange.getMessage().setBody(call.body());
        UnitOfWork work = PluginHelper.getUnitOfWorkFactory(context).createUnitOfWork(exchange);
        exchange.getExchangeExtension().setUnitOfWork(work);
        T value = null;
        Exception failure = null;
        try {
            template.send(call.route(), exchange);
            failure = unwrapped(exchange.getException());
            if (failure == null) {
                value = output.read(exchange);
            }
        } catch (Exception e) {
            failure = unwrapped(e);
        } finally {
            UnitOfWorkHelper.doneUow(work, exchange);
        }
        if (failure != null && logsMessages) {
            LOG.warn("{} failed", call.route(), failure);
        }
        return new RouteResult<>(
                value,
                headers(exchange, call.headers()),
                failure,
                failure == null ? null : FailureDescription.of(failure, trace.placeOf(failure)));
    }

    /** Camel wraps what a bean in an expression throws, but ours says what to do. */
    private static Exception unwrapped(Exception failure) {
        ReconcileFailure own = ObjectHelper.getException(ReconcileFailure.class, failure);
        return own == null ? failure : own;
    }

    private static Map<String, Object> headers(Exchange exchange, Set<String> names) {
        Map<String, Object> found = new HashMap<>();
        for (String name : names) {
            Object value = exchange.getMessage().getHeader(name);
            if (value != null) {
                found.put(name, value);
            }
        }
        return Map.copyOf(found);
    }

    @Override
    protected void doStart() {
        if (logsMessages) {
            LOG.warn("access-provider.log-messages is true: exceptions of custom routes are logged with their messages,"
                    + " which may contain credentials. Set it to false when the failure is found.");
        }
        template = context.createProducerTemplate();
    }

    /** Camel stops services after routes, so what still runs does not end in time. */
    @Override
    protected void doStop() {
        calls.forEach(call -> call.thread.interrupt());
        // null in a process that did not start it
        ServiceHelper.stopService(template);
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    /** A call whose thread has not ended. */
    private final class Running {

        private final Endpoint route;
        private final Thread thread;
        private volatile boolean isCancelled;

        Running(Endpoint route, FutureTask<?> task) {
            this.route = route;
            this.thread = new Thread(() -> end(task), "route " + RouteInput.of(route.getEndpointUri()));
            thread.setDaemon(true);
        }

        private void end(FutureTask<?> task) {
            try {
                task.run();
            } finally {
                calls.remove(this);
            }
        }

        boolean isStuckIn(Endpoint other) {
            return isCancelled && route.equals(other);
        }

        void cancel(Exchange exchange) {
            isCancelled = true;
            // no further step or redelivery
            exchange.setRouteStop(true);
            exchange.getExchangeExtension().setInterrupted(true);
            thread.interrupt();
        }
    }
}
