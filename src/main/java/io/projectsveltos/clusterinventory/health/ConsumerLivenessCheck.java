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
 * Whether the process has to be started anew: a watch or a worker is beyond help from within. Camel asks consumers for
 * their readiness alone, so this asks those that know about their liveness, too.
 */
public final class ConsumerLivenessCheck extends AbstractHealthCheck {

    private final CamelContext context;

    /**
     * Makes the check.
     *
     * @param context whose consumers are asked
     */
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
        Optional<String> dead = context.getRoutes().stream()
                .map(route -> livenessFailure(route, options))
                .flatMap(Optional::stream)
                .findFirst();
        builder.state(dead.isPresent() ? State.DOWN : State.UP);
        dead.ifPresent(builder::message);
    }

    private Optional<String> livenessFailure(Route route, Map<String, Object> options) {
        // a consumer of Camel's own, such as the timer's, may have none
        HealthCheck check = route.getConsumer() instanceof HealthCheckAware aware ? aware.getHealthCheck() : null;
        if (check == null || !check.isLiveness()) {
            return Optional.empty();
        }
        ServiceStatus status = context.getRouteController().getRouteStatus(route.getRouteId());
        // one that was not started yet is stopped, too; and there is none when it was removed meanwhile
        if (context.isStarted() && status != null && status.isStopped() && route.isAutoStartup()) {
            return Optional.of("route " + route.getRouteId() + " was stopped");
        }
        HealthCheck.Result result = check.call(options);
        return result.getState() == State.DOWN ? result.getMessage() : Optional.empty();
    }
}
