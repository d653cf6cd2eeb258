package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class WatchHealthCheckTest {

    private Optional<String> problem = Optional.empty();
    private Duration sinceLastCheck = Duration.ZERO;
    private final WatchHealthCheck check =
            new WatchHealthCheck(new DefaultCamelContext(), () -> problem, () -> sinceLastCheck);

    @Test
    void isReadyAndAliveWhileTheCacheIsInSync() {
        assertTrue(check.isReadiness() && check.isLiveness());
        assertEquals("UP", call(HealthCheck.Kind.READINESS));
        assertEquals("UP", call(HealthCheck.Kind.LIVENESS));
    }

    @Test
    void isNotReadyButAliveWithoutAWatch() {
        problem = Optional.of("No watch of secrets");

        assertEquals("DOWN: No watch of secrets", call(HealthCheck.Kind.READINESS));
        assertEquals("UP", call(HealthCheck.Kind.LIVENESS));
    }

    @Test
    void isNotAliveWhenTheSupervisorHasNotRunForTwoMinutes() {
        sinceLastCheck = Duration.ofMinutes(2);
        assertEquals("UP", call(HealthCheck.Kind.LIVENESS));

        sinceLastCheck = Duration.ofMinutes(2).plusMillis(1);

        assertEquals("DOWN: The watch supervisor has not run for 120 s", call(HealthCheck.Kind.LIVENESS));
        assertEquals("UP", call(HealthCheck.Kind.READINESS));
    }

    @Test
    void checksReadinessByDefault() {
        problem = Optional.of("No first list yet of secrets");

        assertEquals(HealthCheck.State.DOWN, check.call(Map.of()).getState());
    }

    private String call(HealthCheck.Kind kind) {
        HealthCheck.Result result = check.call(Map.of(HealthCheck.CHECK_KIND, kind));
        return result.getState()
                + result.getMessage().map(message -> ": " + message).orElse("");
    }
}
