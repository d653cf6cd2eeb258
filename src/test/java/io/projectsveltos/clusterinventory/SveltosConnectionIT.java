package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.RunningController;
import io.projectsveltos.clusterinventory.testing.Scraper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the controller does when Sveltos cannot connect to a cluster. */
class SveltosConnectionIT {

    private static final String PLUGIN = "plugin";
    private static final Duration INTERVAL = Duration.ofSeconds(3);
    private static final Map<String, Object> HEALTHY = Map.of("ready", true, "connectionStatus", "Healthy");
    private static final Map<String, Object> REJECTED = Map.of(
            "ready",
            true,
            "connectionStatus",
            "Down",
            "failureMessage",
            "the server has asked for the client to provide credentials, Bearer eyJhbGciOiJSUzI1NiJ9.e30");

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = env.fleet();
    private Plugins plugins;

    @BeforeEach
    void prepare() {
        plugins = new Plugins(directory).add(PLUGIN, Plugins.returnsTokens(PLUGIN));
    }

    @Test
    void replacesARejectedCredentialAtMostOnceInTheInterval() {
        start(Map.of("sveltosclusters.metadata-only", "false", "refresh.min-interval", INTERVAL.toSeconds() + "s"));
        fleet.createProfileOffering("spoke", PLUGIN);
        fleet.awaitToken("spoke", "token-1");
        fleet.reportConnection("spoke", HEALTHY);
        Instant first = fleet.fetched("spoke");

        fleet.reportConnection("spoke", REJECTED);

        fleet.awaitToken("spoke", "token-2");
        Instant second = fleet.fetched("spoke");
        assertFalse(second.isBefore(first.plus(INTERVAL)), first + " and " + second);
        fleet.awaitToken("spoke", "token-3");
        Instant third = fleet.fetched("spoke");
        assertFalse(third.isBefore(second.plus(INTERVAL)), second + " and " + third);

        fleet.reportConnection("spoke", HEALTHY);
        fleet.awaitEvent("spoke", "SveltosConnected");
        int runs = plugins.runs(PLUGIN).size();
        await().during(INTERVAL.plusSeconds(1))
                .atMost(Duration.ofMinutes(1))
                .until(() -> plugins.runs(PLUGIN).size() == runs);
    }

    @Test
    void reportsAConnectionThatIsDownWithoutTheCredentialInItsMessage() {
        RunningController controller = start(Map.of(
                "sveltosclusters.metadata-only", "false",
                "insecure-diagnostics", "true",
                "diagnostics-address", "127.0.0.1:0"));
        fleet.createServedProfile("spoke");
        fleet.createServedProfile("other");
        fleet.reportConnection("other", HEALTHY);
        fleet.reportConnection("spoke", REJECTED);
        fleet.awaitEvent("spoke", "SveltosCannotConnect");

        assertEquals(
                "Sveltos cannot connect to the cluster: the server has asked for the client to provide credentials,"
                        + " Bearer ***; check that the cluster accepts what its access provider offers",
                fleet.events("spoke", "SveltosCannotConnect").get(0).getNote());
        eventually(() -> assertEquals(
                List.of("down\"} 1.0", "ready\"} 1.0", "unknown\"} 0.0"),
                Scraper.get(controller, "/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("projectsveltos_clusterinventory_sveltosclusters{"))
                        .map(line -> line.substring(line.indexOf('"') + 1))
                        .sorted()
                        .toList()));
        env.stop();
        fleet.reportConnection("other", REJECTED);
        start(Map.of("sveltosclusters.metadata-only", "false"));
        fleet.awaitEvent("other", "SveltosCannotConnect");
        assertEquals(1, fleet.events("spoke", "SveltosCannotConnect").size());
        assertEquals(List.of(), fleet.events("spoke", "SveltosConnected"));
    }

    @Test
    void ignoresTheStatusByDefault() {
        start(Map.of("refresh.min-interval", "1s"));
        fleet.createProfileOffering("spoke", PLUGIN);
        fleet.awaitToken("spoke", "token-1");

        fleet.reportConnection("spoke", REJECTED);

        steadily(() -> {
            assertEquals("token-1", fleet.token("spoke"));
            assertTrue(fleet.events("spoke", "SveltosCannotConnect").isEmpty());
        });
    }

    private RunningController start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("clusterprofile-provider-file", plugins.file().toString());
        all.put("refresh.check-interval", "200ms");
        return env.start(all);
    }
}
