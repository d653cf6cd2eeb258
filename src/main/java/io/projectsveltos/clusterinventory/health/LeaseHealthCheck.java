package io.projectsveltos.clusterinventory.health;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Not ready while the API server refuses this process its Lease: it would never lead, so a rollout must not proceed. A
 * standby is ready. An API server that does not answer is left to the health checks of the watches.
 */
public final class LeaseHealthCheck extends AbstractHealthCheck {

    private final Supplier<Optional<String>> refusal;

    /**
     * @param refusal why the API server refuses the Lease now, empty if it does not
     */
    public LeaseHealthCheck(Supplier<Optional<String>> refusal) {
        super("clusterinventory", "lease");
        this.refusal = refusal;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Optional<String> reason = refusal.get();
        builder.state(reason.isPresent() ? State.DOWN : State.UP);
        reason.ifPresent(builder::message);
    }
}
