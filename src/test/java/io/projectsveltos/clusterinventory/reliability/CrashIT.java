package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;

import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A controller that is killed at random points, while profiles, sources and outputs change, finishes its work after it starts. */
class CrashIT {

    /** A start takes a few seconds, and as long again where the machine has one core for it. */
    private static final Duration BOUND = Duration.ofSeconds(90);

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final Random random = new Random(Scale.seed());

    @Test
    void finishesAfterCrashes() {
        Fleet fleet = new Fleet(env.server(), random, directory);
        fleet.create(Scale.profiles());
        Judgement judgement = new Judgement("kill -9 at a random point", fleet, BOUND);
        TestedController controller = start(fleet);
        try {
            for (int kill = 0; kill < Scale.kills(); kill++) {
                fleet.change(random.nextInt(Scale.profiles() / 5));
                // every fourth one while it still starts, or soon after
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1_000)).toNanos());
                controller.kill();
                fleet.change(random.nextInt(10));
                controller = start(fleet);
                if (random.nextInt(4) > 0) {
                    judgement.awaitRecovery();
                }
            }
            judgement.awaitRecovery();
        } finally {
            controller.close();
        }
        judgement.conclude(Scale.kills(), Scale.kills() * Judgement.CREDENTIALS_AT_A_TIME, FIRST);
    }

    private TestedController start(Fleet fleet) {
        return TestedController.start(env.server().kubeconfigOf(FIRST), fleet.providerFile(), directory);
    }
}
