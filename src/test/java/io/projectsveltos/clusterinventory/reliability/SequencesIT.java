package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random sequences of what happens to a profile, each with a seed of its own. When a profile is left alone for a moment, and
 * at the end, everything has to be as the model has it.
 */
class SequencesIT {

    /** A start takes a few seconds, and as long again where the machine has one core for it; a standby waits 17 s. */
    private static final Duration BOUND = Duration.ofSeconds(90);

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final List<TestedController> controllers = new ArrayList<>();
    private Fleet fleet;

    @BeforeEach
    void prepare() {
        fleet = new Fleet(env.server(), new Random(Scale.seed()), directory);
    }

    @AfterEach
    void stop() {
        controllers.forEach(TestedController::close);
    }

    /** The sync period is the default of 10 minutes: no resync comes in time for what was missed. */
    @Test
    void isRightAfterRestarts() {
        controllers.add(start(FIRST));
        check("random sequences, with SIGTERM and SIGKILL", Scale.sequences() / 2, 0, false, times -> {
            String how = end(controllers.remove(0), times);
            controllers.add(start(FIRST));
            return how;
        });
    }

    @Test
    void isRightAfterFailovers() {
        Assumptions.assumeTrue(TestedController.isOurs(), "needs options of this project");
        controllers.add(start(FIRST, "--leader-elect"));
        controllers.add(start(FIRST, "--leader-elect"));
        check("random sequences, two replicas", Scale.sequences() / 4, 1, false, times -> {
            TestedController leader = awaitLeader();
            controllers.remove(leader);
            String how = end(leader, times);
            controllers.add(start(FIRST, "--leader-elect"));
            return how;
        });
    }

    /** The sync period is short: orphans, and deletions that no deployment serves, are searched once in it. */
    @Test
    void isRightWithProfilesThatMoveBetweenDeployments() {
        Assumptions.assumeTrue(TestedController.isOurs(), "needs options of this project");
        controllers.add(start(FIRST, "--selector=shard=a", "--sync-period=3s"));
        controllers.add(start(SECOND, "--selector=shard=b", "--sync-period=3s"));
        check("random sequences, two deployments with selectors", Scale.sequences() / 4, 2, true, times -> {
            String how = end(controllers.remove(0), times);
            controllers.add(0, start(FIRST, "--selector=shard=a", "--sync-period=3s"));
            return how;
        });
    }

    private void check(String fault, int number, int range, boolean isSharded, IntFunction<String> event) {
        controllers.forEach(TestedController::awaitReady);
        Judgement judgement = new Judgement(fault, fleet, BOUND);
        Sequences sequences = new Sequences(fleet, BOUND, isSharded);
        sequences.run(number, Scale.seed() + range * 1_000_000L, event);
        judgement.add(sequences.recovery());
        judgement.awaitRecovery();
        if (TestedController.isOurs()) {
            assertEquals("", sequences.failures());
        }
        judgement.conclude(number, sequences.events() * Judgement.CREDENTIALS_AT_A_TIME, FIRST, SECOND);
    }

    private static String end(TestedController controller, int times) {
        if (times % 2 == 0) {
            controller.kill();
            return "SIGKILL";
        }
        controller.terminate();
        return "SIGTERM";
    }

    private TestedController awaitLeader() {
        return await().atMost(BOUND)
                // it has just ended, or does not listen yet
                .ignoreException(UncheckedIOException.class)
                .until(
                        () -> controllers.stream()
                                .filter(TestedController::isAlive)
                                .filter(SequencesIT::isLeader)
                                .findFirst(),
                        leader -> leader.isPresent())
                .orElseThrow();
    }

    private static boolean isLeader(TestedController controller) {
        return controller.metrics().value("leader_election_master_status").orElse(0) == 1;
    }

    private TestedController start(String user, String... flags) {
        String[] all = Stream.concat(Stream.of("--watch-namespaces=" + fleet.namespace()), Stream.of(flags))
                .toArray(String[]::new);
        return TestedController.start(env.server().kubeconfigOf(user), fleet.providerFile(), directory, all);
    }
}
