package io.projectsveltos.clusterinventory.health;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Not ready while the API server refuses this process its Lease: it will never lead, so a rollout must not go on with it. A
 * standby is ready, and an API server that does not answer is up to the checks of the watches.
 */
public final class LeaseHealthCheck extends AbstractHealthCheck {

    private final Supplier<Optional<String>> refusal;

    /**
     * Makes the check.
     *
     * @param refusal why the API server refuses the Lease now, empty while it does not
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
