package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down, dead and not ready alike, when a worker is stuck or keys wait though workers are free. */
final class WorkqueueHealthCheck extends AbstractHealthCheck {

    private final WorkqueueEndpoint endpoint;
    private final BooleanSupplier working;

    WorkqueueHealthCheck(WorkqueueEndpoint endpoint, BooleanSupplier working) {
        super("workqueue", "workqueue:" + endpoint.getName());
        this.endpoint = endpoint;
        this.working = working;
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
        // none, if the last one was done just then
        if (key != null && running > limit) {
            return Optional.of("%s has been with a worker of queue %s for %.0f s, longer than %.0f s"
                    .formatted(key, endpoint.getName(), running, limit));
        }
        boolean workerFree = working.getAsBoolean() && queue.inFlight() < endpoint.getConcurrency();
        // not how long the first key waits: in a long queue that is long, and a worker is free for a moment between two
        double standstill = queue.standstillSeconds();
        return workerFree && standstill > limit
                ? Optional.of("queue %s has free workers, but keys have waited for %.0f s and none was handed out"
                        .formatted(endpoint.getName(), standstill))
                : Optional.empty();
    }
}
