package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import io.projectsveltos.clusterinventory.testing.RunningController;
import io.projectsveltos.clusterinventory.testing.Scraper;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An overloaded API server gets few requests, and the log two lines, however many profiles wait. */
@Timeout(120)
class OverloadIT {

    private static final int PROFILES = 40;
    private static final Duration OVERLOAD = Duration.ofSeconds(6);

    /** One request of each busy worker, then single ones after pauses of 1, 2 and 4 s. */
    private static final int FEW = 20;

    /** In all writes of the controller, including Events. Those of the test have another field manager or none. */
    private static final String ITS_WRITES = "fieldManager=clusterinventory-camel";

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    private final MockApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @AutoClose
    private final LogCapture log = LogCapture.started(Level.INFO);

    private RunningController controller;

    @BeforeEach
    void start() {
        // keys wait longer than a worker may be busy
        controller = env.start(Map.of("health-addr", "127.0.0.1:0", "reconcile.stuck-after", "2s"));
    }

    @ParameterizedTest
    @CsvSource({"429, 1", "503,", "401,"})
    void sendsFewRequestsAndLogsTwoLinesDuringAnOverload(int code, String retryAfter) {
        fleet.createProfile("offers-nothing-known");
        server.overload(ITS_WRITES, code, retryAfter);
        fleet.report("offers-nothing-known", List.of(ClusterFixtures.accessProvider("unknown", List.of())));
        IntStream.range(0, PROFILES).forEach(i -> fleet.createProfileAndSource("spoke-" + i));

        Set<Integer> liveness = new HashSet<>();
        await().during(OVERLOAD).atMost(OVERLOAD.multipliedBy(2)).until(() -> {
            liveness.add(liveness());
            return true;
        });
        assertEquals(Set.of(200), liveness);
        long requests = itsWrites();
        assertTrue(requests <= FEW, () -> requests + " requests: " + server.requests());
        assertEquals(1, ofTheServer().size(), () -> ofTheServer().toString());
        assertTrue(ofTheServer().get(0).startsWith("WARN "), () -> ofTheServer().get(0));

        server.recover();
        IntStream.range(0, PROFILES).forEach(i -> fleet.awaitServed("spoke-" + i));
        fleet.awaitEvent("offers-nothing-known", "NoAccessProvider");
        eventually(
                () -> assertEquals(2, ofTheServer().size(), () -> ofTheServer().toString()));
        assertTrue(ofTheServer().get(1).startsWith("INFO "), () -> ofTheServer().get(1));
        assertEquals(200, liveness());
    }

    private int liveness() {
        return Scraper.get(controller, "/healthz").status();
    }

    private long itsWrites() {
        return server.requests().stream()
                .filter(request -> request.contains(ITS_WRITES))
                .count();
    }

    /** Lines about the API server, and all warnings and errors except those of a profile and of the client of this test. */
    private List<String> ofTheServer() {
        return log.lines().stream()
                .filter(line -> line.contains("API server") || !line.startsWith("INFO "))
                .filter(line -> !line.contains("NoAccessProvider") && !line.contains("unstable version"))
                .toList();
    }
}
