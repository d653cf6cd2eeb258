package io.projectsveltos.clusterinventory.component.kubernetes;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Not ready while the cache is not synced or its watch is not connected, which WebSocket pings detect. Not alive only when
 * the watch supervisor has stopped: a restart would not bring back an API server, a CRD or a permission.
 */
final class WatchHealthCheck extends AbstractHealthCheck {

    /** The supervisor runs every 10 s, but an attempt to start may last as long as several requests that time out. */
    private static final Duration DEAD_AFTER = Duration.ofMinutes(2);

    private final Supplier<Optional<String>> notReadyReason;
    private final Supplier<Duration> sinceLastCheck;

    WatchHealthCheck(
            CamelContext context, Supplier<Optional<String>> notReadyReason, Supplier<Duration> sinceLastCheck) {
        super("kubernetes", "watch");
        this.notReadyReason = notReadyReason;
        this.sinceLastCheck = sinceLastCheck;
        setCamelContext(context);
    }

    @Override
    public boolean isLiveness() {
        return true;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Optional<String> failure = options.get(CHECK_KIND) == Kind.LIVENESS ? livenessFailure() : notReadyReason.get();
        builder.state(failure.isPresent() ? State.DOWN : State.UP);
        failure.ifPresent(builder::message);
    }

    private Optional<String> livenessFailure() {
        Duration elapsed = sinceLastCheck.get();
        return elapsed.compareTo(DEAD_AFTER) > 0
                ? Optional.of("The watch supervisor has not run for " + elapsed.toSeconds() + " s")
                : Optional.empty();
    }
}
