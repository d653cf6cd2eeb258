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
 * Sends each change of the watched objects to its route, one at a time and in order. It runs informers, which list and watch
 * again after a lost connection, a 410 or a refusal. While the API server is not reachable or does not serve the type, it
 * keeps trying and logs each reason once.
 *
 * @param <T> the objects
 */
final class InformerConsumer<T extends HasMetadata> extends DefaultConsumer implements HealthCheckAware {

    private static final Logger LOG = LoggerFactory.getLogger(InformerConsumer.class);
    private static final long MAX_RETRY_SECONDS = 16;
    private static final long CHECK_SECONDS = 10;

    /** Watches that readiness does not depend on start later than the others. */
    private static final long OPTIONAL_START_DELAY_SECONDS = 1;

    private final ResourceContext<T> resources;
    private final InformerStore<T, ?> store;
    private final String actionHeader;
    // held while the route processes a change: a stopped informer may still deliver one when the next informer starts
    private final Lock dispatching = new ReentrantLock();
    private volatile ScheduledExecutorService supervisor;
    private volatile List<RunningInformer<T>> informers = List.of();
    private volatile String problem;
    private volatile boolean synced;
    private volatile int failedChecks;
    private volatile long lastCheckNanos = System.nanoTime();
    private int attempts;
    private HealthCheck healthCheck;

    InformerConsumer(Endpoint endpoint, Processor processor, ResourceContext<T> resources, String actionHeader) {
        super(endpoint, processor);
        this.resources = resources;
        // without a store, a restart could not tell what has changed since the previous run
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
        String reason = problem;
        return Optional.of(
                reason != null
                        ? reason
                        : (synced ? "No connected watch of " : "No complete list yet of ") + watchedType());
    }

    private Duration sinceLastCheck() {
        return Duration.ofNanos(System.nanoTime() - lastCheckNanos);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        supervisor = getEndpoint()
                .getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadScheduledExecutor(this, "informer-supervisor");
        ScheduledExecutorService executor = supervisor;
        lastCheckNanos = System.nanoTime();
        long delay = resources.options().isOptional() ? OPTIONAL_START_DELAY_SECONDS : 0;
        executor.schedule(() -> startInformers(executor), delay, TimeUnit.SECONDS);
        executor.scheduleWithFixedDelay(() -> checkWatches(executor), CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    protected void doStop() throws Exception {
        if (supervisor != null) {
            getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(supervisor);
        }
        stopInformers();
        super.doStop();
    }

    private void startInformers(ScheduledExecutorService executor) {
        stopInformers();
        try {
            ResourceType type = resources.resolveServedVersion();
            List<RunningInformer<T>> created = createInformers(type, executor);
            if (created.isEmpty()) {
                return;
            }
            // only the first failure: it restarts all informers, and each further one would restart them again
            CompletableFuture.anyOf(
                            futures(created, running -> running.informer().stopped()))
                    .whenComplete((v, failure) -> restartAfter(failure, executor));
            CompletableFuture.allOf(
                            futures(created, running -> running.informer().start()))
                    .thenRun(() -> markSynced(type, created));
        } catch (RuntimeException e) {
            report(e);
            restartAfter(e, executor);
        }
    }

    private CompletableFuture<?>[] futures(
            List<RunningInformer<T>> all, Function<RunningInformer<T>, CompletionStage<Void>> future) {
        return all.stream()
                .map(future)
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new);
    }

    /**
     * Empty if the route was stopped during discovery. It may even have been started again, and the writers of that start
     * must stay the current ones.
     */
    private synchronized List<RunningInformer<T>> createInformers(
            ResourceType type, ScheduledExecutorService executor) {
        if (executor.isShutdown()) {
            return List.of();
        }
        informers = (resources.namespaces().isEmpty() ? Stream.of((String) null) : resources.namespaces().stream())
                .map(namespace -> createInformer(type, namespace))
                .toList();
        return informers;
    }

    private RunningInformer<T> createInformer(ResourceType type, String namespace) {
        InformerStore.Writer<T> writer = store.newWriter(namespace);
        SharedIndexInformer<T> informer = resources
                .informer(type, namespace)
                // not used, and it stores every key a second time
                .removeIndexer(Cache.NAMESPACE_INDEX)
                .exceptionHandler((isStarted, failure) -> shouldRetry(writer, failure))
                // before the store is set: for objects that are already in it, only differences are events
                .addEventHandler(new EventHandler(writer))
                .itemStore(writer);
        return new RunningInformer<>(informer, writer);
    }

    /**
     * Restarts the informers if a watch is missing in two checks in a row. fabric8 reconnects a watch that was connected once
     * indefinitely, and does not report that the type is gone, is served in another version, or may no longer be watched.
     */
    private void checkWatches(ScheduledExecutorService executor) {
        lastCheckNanos = System.nanoTime();
        boolean watching = !synced || informers.stream().allMatch(RunningInformer::isWatching);
        failedChecks = watching ? 0 : failedChecks + 1;
        if (watching && synced) {
            // solved, so it must not be reported as the reason of a later failure
            problem = null;
        }
        if (failedChecks > 1) {
            failedChecks = 0;
            startInformers(executor);
        }
    }

    private synchronized void stopInformers() {
        synced = false;
        informers.forEach(RunningInformer::stop);
        informers = List.of();
    }

    /** False only if the type is gone, as it may be served again in another version; else the informer lists again. */
    private boolean shouldRetry(InformerStore.Writer<T> writer, Throwable failure) {
        if (!writer.isCurrent()) {
            // a request that the stop interrupted
            return true;
        }
        report(failure);
        return !isTypeGone(failure);
    }

    private static boolean isTypeGone(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof NotFoundException
                        || cause instanceof KubernetesClientException e && e.getCode() == 404);
    }

    private void restartAfter(Throwable failure, ScheduledExecutorService executor) {
        if (failure == null || executor.isShutdown()) {
            return;
        }
        long delay = Math.min(MAX_RETRY_SECONDS, 1L << Math.min(attempts++, 10));
        try {
            executor.schedule(() -> startInformers(executor), delay, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Not restarting: the route was stopped", e);
        }
    }

    private synchronized void markSynced(ResourceType type, List<RunningInformer<T>> listed) {
        if (informers != listed) {
            // stopped in the meantime: the informers of the next start have to sync first
            return;
        }
        synced = true;
        attempts = 0;
        problem = null;
        // two routes watch Secrets
        LOG.info("Watching {}/{} in {} for {}", type.qualifiedName(), type.version(), scope(), getRouteId());
        store.synced().complete(null);
    }

    private void report(Throwable failure) {
        if (supervisor.isShutdown()) {
            // a request that the stop interrupted
            return;
        }
        String message = "Cannot watch " + watchedType() + ": " + reason(failure) + "; trying again until it works";
        if (message.equals(problem)) {
            LOG.debug(message);
        } else {
            LOG.warn(message);
        }
        problem = message;
    }

    private String watchedType() {
        return resources.types().get(0).qualifiedName() + " in " + scope();
    }

    private String scope() {
        return resources.namespaces().isEmpty() ? "all namespaces" : "namespaces " + resources.namespaces();
    }

    /** Never the message of a fabric8 exception, which may contain the text of a watch event. */
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

    /** An informer and its writer, which are stopped together. */
    private record RunningInformer<T extends HasMetadata>(
            SharedIndexInformer<T> informer, InformerStore.Writer<T> writer) {

        boolean isWatching() {
            return informer.isWatching();
        }

        void stop() {
            writer.stop();
            informer.stop();
        }
    }

    private final class EventHandler implements ResourceEventHandler<T> {

        private final InformerStore.Writer<T> writer;

        EventHandler(InformerStore.Writer<T> writer) {
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
                writer.markDelivered(ObjectKey.of(object).toString(), action == Action.DELETED ? null : object);
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
                    .handleException(
                            "Failed to process " + action + " event of " + ObjectKey.of(object),
                            exchange.getException());
        }
        releaseExchange(exchange, false);
    }
}
