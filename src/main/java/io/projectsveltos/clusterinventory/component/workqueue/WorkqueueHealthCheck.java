package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down, for liveness and readiness, if a worker is stuck or if keys wait although workers are free. */
final class WorkqueueHealthCheck extends AbstractHealthCheck {

    private final WorkqueueEndpoint endpoint;
    private final BooleanSupplier workersRunning;

    WorkqueueHealthCheck(WorkqueueEndpoint endpoint, BooleanSupplier workersRunning) {
        super("workqueue", "workqueue:" + endpoint.getName());
        this.endpoint = endpoint;
        this.workersRunning = workersRunning;
        setCamelContext(endpoint.getCamelContext());
    }

    @Override
    public boolean isLiveness() {
        return true;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        WorkQueue queue = endpoint.queue();
        builder.detail("queue.depth", queue.depth());
        builder.detail("queue.in.flight", queue.inFlight());
        Optional<String> stuck = endpoint.getStuckAfter().isZero() ? Optional.empty() : stuck(queue);
        builder.state(stuck.isPresent() ? State.DOWN : State.UP);
        stuck.ifPresent(builder::message);
    }

    private Optional<String> stuck(WorkQueue queue) {
        double limit = endpoint.getStuckAfter().toMillis() / 1e3;
        String key = queue.longestRunning();
        double running = queue.longestRunningSeconds();
        // null if the last one has just ended
        if (key != null && running > limit) {
            return Optional.of("A worker of queue %s has been processing %s for %.0f s, longer than %.0f s"
                    .formatted(endpoint.getName(), key, running, limit));
        }
        boolean workerFree = workersRunning.getAsBoolean() && queue.inFlight() < endpoint.getConcurrency();
        // not the wait of the first key: it is long in a long queue, and a worker is free for a moment between two keys
        double standstill = queue.standstillSeconds();
        return workerFree && standstill > limit
                ? Optional.of("Queue %s has free workers, but has handed out none of its keys for %.0f s"
                        .formatted(endpoint.getName(), standstill))
                : Optional.empty();
    }
}
