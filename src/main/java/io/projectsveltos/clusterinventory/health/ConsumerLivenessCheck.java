package io.projectsveltos.clusterinventory.health;

import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Down when the process has to be restarted, because a watch or a worker cannot recover. Camel only checks the readiness of
 * consumers; this check covers those that report their liveness too.
 */
public final class ConsumerLivenessCheck extends AbstractHealthCheck {

    private final CamelContext context;

    public ConsumerLivenessCheck(CamelContext context) {
        super("clusterinventory", "consumers-alive");
        this.context = context;
    }

    @Override
    public boolean isReadiness() {
        return false;
    }

    @Override
    public boolean isLiveness() {
        return true;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Optional<String> failure = context.getRoutes().stream()
                .map(route -> livenessFailure(route, options))
                .flatMap(Optional::stream)
                .findFirst();
        builder.state(failure.isPresent() ? State.DOWN : State.UP);
        failure.ifPresent(builder::message);
    }

    private Optional<String> livenessFailure(Route route, Map<String, Object> options) {
        // some of Camel's consumers, such as the timer's, have none
        HealthCheck check = route.getConsumer() instanceof HealthCheckAware aware ? aware.getHealthCheck() : null;
        if (check == null || !check.isLiveness()) {
            return Optional.empty();
        }
        ServiceStatus status = context.getRouteController().getRouteStatus(route.getRouteId());
        // a route that has not been started yet is stopped too, and one that is being removed has no status
        if (context.isStarted() && status != null && status.isStopped() && route.isAutoStartup()) {
            return Optional.of("route " + route.getRouteId() + " was stopped");
        }
        HealthCheck.Result result = check.call(options);
        return result.getState() == State.DOWN ? result.getMessage() : Optional.empty();
    }
}
