package io.projectsveltos.clusterinventory.component.kubernetes;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Not ready while the cache is not filled or its watch is not connected, which pings find out. Dead only when nobody sees
 * to the watch any more: a start of the process does not bring back an API server, a type or a right.
 */
final class WatchHealthCheck extends AbstractHealthCheck {

    /** A look every 10 s, and an attempt to start may take as long as some requests that run into their timeout. */
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
        Optional<String> wrong = options.get(CHECK_KIND) == Kind.LIVENESS ? livenessFailure() : notReadyReason.get();
        builder.state(wrong.isPresent() ? State.DOWN : State.UP);
        wrong.ifPresent(builder::message);
    }

    private Optional<String> livenessFailure() {
        Duration time = sinceLastCheck.get();
        return time.compareTo(DEAD_AFTER) > 0
                ? Optional.of("Nobody has looked after the watch for " + time.toSeconds() + " s")
                : Optional.empty();
    }
}
