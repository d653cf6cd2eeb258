package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each change of the watched objects into its route, one at a time and in order. An informer stands behind it: it
 * lists and watches again after a lost connection, a 410 or a refusal, for as long as the route runs. Until the server is
 * reachable and has the type, it says so once and keeps trying.
 *
 * @param <T> the objects
 */
final class InformerConsumer<T extends HasMetadata> extends DefaultConsumer implements HealthCheckAware {

    private static final Logger LOG = LoggerFactory.getLogger(InformerConsumer.class);
    private static final long MAX_RETRY_SECONDS = 16;
    private static final long CHECK_SECONDS = 10;

    /** What readiness does not wait for lets the others connect first. */
    private static final long OPTIONAL_AFTER_SECONDS = 1;

    private final ResourceContext<T> resources;
    private final InformerStore<T, ?> store;
    private final String actionHeader;
    // Held while a change is in the route: an informer that was stopped may still be at it when the next one begins.
    private final Lock dispatching = new ReentrantLock();
    private volatile ScheduledExecutorService starter;
    private volatile List<Filling<T>> fillings = List.of();
    private volatile String problem;
    private volatile boolean synced;
    private volatile int failedChecks;
    private volatile long lastLookNanos = System.nanoTime();
    private int attempts;
    private HealthCheck healthCheck;

    InformerConsumer(Endpoint endpoint, Processor processor, ResourceContext<T> resources, String actionHeader) {
        super(endpoint, processor);
        this.resources = resources;
        // or a start would not know what has changed since the one before
        this.store = resources.store() == null ? InformerStore.ofObjects() : resources.store();
        this.actionHeader = actionHeader;
        this.healthCheck =
                new WatchHealthCheck(getEndpoint().getCamelContext(), this::notReadyReason, this::sinceLastCheck);
    }

    @Override
    public HealthCheck getHealthCheck() {
        return healthCheck;
    }

    @Override
    public void setHealthCheck(HealthCheck healthCheck) {
        this.healthCheck = healthCheck;
    }

    private Optional<String> notReadyReason() {
        if (resources.options().isOptional() || synced && failedChecks == 0) {
            return Optional.empty();
        }
        String known = problem;
        return Optional.of(known != null ? known : (synced ? "No watch of " : "No first list yet of ") + what());
    }

    private Duration sinceLastCheck() {
        return Duration.ofNanos(System.nanoTime() - lastLookNanos);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        starter = getEndpoint()
                .getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadScheduledExecutor(this, "informer-start");
        ScheduledExecutorService mine = starter;
        lastLookNanos = System.nanoTime();
        long delay = resources.options().isOptional() ? OPTIONAL_AFTER_SECONDS : 0;
        mine.schedule(() -> startInformers(mine), delay, TimeUnit.SECONDS);
        mine.scheduleWithFixedDelay(() -> checkWatches(mine), CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    protected void doStop() throws Exception {
        getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(starter);
        stopInformers();
        super.doStop();
    }

    private void startInformers(ScheduledExecutorService executor) {
        stopInformers();
        try {
            ResourceType type = resources.served();
            List<Filling<T>> made = newFillings(type, executor);
            if (made.isEmpty()) {
                return;
            }
            // the first death is enough: a start stops them all, and each of them would lead to one
            CompletableFuture.anyOf(futures(made, filling -> filling.informer().stopped()))
                    .whenComplete((v, death) -> restartAfter(death, executor));
            CompletableFuture.allOf(futures(made, filling -> filling.informer().start()))
                    .thenRun(() -> synced(type, made));
        } catch (RuntimeException e) {
            report(e);
            restartAfter(e, executor);
        }
    }

    private CompletableFuture<?>[] futures(List<Filling<T>> of, Function<Filling<T>, CompletionStage<Void>> future) {
        return of.stream().map(future).map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new);
    }

    /**
     * None when the route was stopped while the server was asked. It may even have been started again, and the writers of
     * that start must stay the current ones.
     */
    private synchronized List<Filling<T>> newFillings(ResourceType type, ScheduledExecutorService executor) {
        if (executor.isShutdown()) {
            return List.of();
        }
        fillings = (resources.namespaces().isEmpty() ? Stream.of((String) null) : resources.namespaces().stream())
                .map(namespace -> filling(type, namespace))
                .toList();
        return fillings;
    }

    private Filling<T> filling(ResourceType type, String namespace) {
        InformerStore.Writer<T> writer = store.newWriter(namespace);
        SharedIndexInformer<T> informer = resources
                .informer(type, namespace)
                // nobody looks objects up by it, and it holds every key once more
                .removeIndexer(Cache.NAMESPACE_INDEX)
                .exceptionHandler((started, failure) -> retries(writer, failure))
                // before the store: of what is there already only the differences are news
                .addEventHandler(new Dispatcher(writer))
                .itemStore(writer);
        return new Filling<>(informer, writer);
    }

    /**
     * Starts anew when a watch is not there at two looks in a row: the client connects one that it once had again for ever,
     * and says nothing even when the type is gone, comes back in another version, or may no longer be watched.
     */
    private void checkWatches(ScheduledExecutorService executor) {
        lastLookNanos = System.nanoTime();
        boolean fine = !synced || fillings.stream().allMatch(Filling::isWatching);
        failedChecks = fine ? 0 : failedChecks + 1;
        if (fine && synced) {
            // over; it is not the reason of what may go wrong next
            problem = null;
        }
        if (failedChecks > 1) {
            failedChecks = 0;
            startInformers(executor);
        }
    }

    private synchronized void stopInformers() {
        synced = false;
        fillings.forEach(Filling::stop);
        fillings = List.of();
    }

    /** The informer lists again by itself, but for a type that is gone: it may come back in another version. */
    private boolean retries(InformerStore.Writer<T> writer, Throwable failure) {
        if (!writer.isCurrent()) {
            // what a stop cuts off fails too
            return true;
        }
        report(failure);
        return !typeIsGone(failure);
    }

    private static boolean typeIsGone(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof NotFoundException
                        || cause instanceof KubernetesClientException e && e.getCode() == 404);
    }

    private void restartAfter(Throwable death, ScheduledExecutorService executor) {
        if (death == null || executor.isShutdown()) {
            return;
        }
        long delay = Math.min(MAX_RETRY_SECONDS, 1L << Math.min(attempts++, 10));
        try {
            executor.schedule(() -> startInformers(executor), delay, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopped meanwhile", e);
        }
    }

    private synchronized void synced(ResourceType type, List<Filling<T>> complete) {
        if (fillings != complete) {
            // stopped just now: what comes next has to be complete too
            return;
        }
        synced = true;
        attempts = 0;
        problem = null;
        LOG.info("Watching {} in {}", type.qualifiedName() + "/" + type.version(), where());
        store.synced().complete(null);
    }

    private void report(Throwable failure) {
        if (starter.isShutdown()) {
            // what a stop cuts off fails too
            return;
        }
        String now = "Cannot watch " + what() + ": " + reason(failure) + "; trying again until it works";
        if (now.equals(problem)) {
            LOG.debug(now);
        } else {
            LOG.warn(now);
        }
        problem = now;
    }

    private String what() {
        return resources.types().get(0).qualifiedName() + " in " + where();
    }

    private String where() {
        return resources.namespaces().isEmpty() ? "all namespaces" : "namespaces " + resources.namespaces();
    }

    /** What an operator needs; never a watch event's text, which the client puts into its messages. */
    private static String reason(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof KubernetesClientException e && e.getStatus() != null) {
                return e.getCode() + " " + e.getStatus().getMessage();
            }
            if (t instanceof KubernetesApiException e) {
                return e.reason();
            }
            if (t instanceof IOException) {
                return KubernetesApiException.connectionFailure(t);
            }
        }
        return failure.getClass().getSimpleName();
    }

    /** An informer and what it writes through, which end together. */
    private record Filling<T extends HasMetadata>(SharedIndexInformer<T> informer, InformerStore.Writer<T> writer) {

        boolean isWatching() {
            return informer.isWatching();
        }

        void stop() {
            writer.end();
            informer.stop();
        }
    }

    private final class Dispatcher implements ResourceEventHandler<T> {

        private final InformerStore.Writer<T> writer;

        Dispatcher(InformerStore.Writer<T> writer) {
            this.writer = writer;
        }

        @Override
        public void onAdd(T object) {
            dispatch(writer, Action.ADDED, object);
        }

        @Override
        public void onUpdate(T before, T object) {
            dispatch(writer, Action.MODIFIED, object);
        }

        @Override
        public void onDelete(T object, boolean lastStateUnknown) {
            dispatch(writer, Action.DELETED, object);
        }
    }

    private void dispatch(InformerStore.Writer<T> writer, Action action, T object) {
        dispatching.lock();
        try {
            if (writer.isCurrent()) {
                send(action, object);
                writer.reported(ObjectKey.of(object).toString(), action == Action.DELETED ? null : object);
            }
        } finally {
            dispatching.unlock();
        }
    }

    private void send(Action action, T object) {
        if (synced) {
            problem = null;
        }
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(object);
        exchange.getMessage().setHeader(actionHeader, action);
        exchange.getMessage().setHeader(KubernetesConstants.KUBERNETES_EVENT_TIMESTAMP, System.currentTimeMillis());
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            getExceptionHandler()
                    .handleException("Cannot take " + action + " of " + ObjectKey.of(object), exchange.getException());
        }
        releaseExchange(exchange, false);
    }
}
