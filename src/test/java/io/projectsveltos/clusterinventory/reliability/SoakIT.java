package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.benchmark.MeasuredProcess;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Under a steady mixed load, a controller does not use more and more of anything: profiles, sources and outputs change,
 * profiles are deleted and created again, tokens are renewed all the time, and probes and scrapes come each second.
 */
class SoakIT {

    /** After this, the JVM has compiled what is used often, and pools and the heap have their size. */
    private static final double WARM_UP = 0.4;

    private static final Duration CONVERGED_WITHIN = Duration.ofMinutes(3);

    /** How long samples are taken, of which the least counts. */
    private static final Duration SAMPLING = Duration.ofSeconds(20);

    private static final int SAMPLES = 10;

    /** Tokens are renewed at 80 % of their life, but not more than once a minute. */
    private static final Fleet.Mix MIX = new Fleet.Mix(80, Duration.ofSeconds(90));

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final Duration time = Duration.ofMinutes(Scale.soakMinutes());
    private final Duration warmUp = Duration.ofSeconds((long) (time.toSeconds() * WARM_UP));

    private TestedController controller;
    private MeasuredProcess process;

    @Test
    void usesNoMoreAtTheEndThanAfterItsWarmUp() throws IOException {
        Fleet fleet = new Fleet(env.server(), new Random(Scale.seed()), directory, MIX);
        controller = TestedController.start(env.server().kubeconfigOf(FIRST), fleet.providerFile(), directory);
        try (TestedController closed = controller) {
            process = new MeasuredProcess(
                    "the controller", ProcessHandle.of(closed.pid()).orElseThrow());
            closed.awaitReady();
            fleet.create(Scale.soakProfiles());
            // as many are deleted, or offer nothing, as later on average
            fleet.change(2 * Scale.soakProfiles());
            fleet.awaitEqual(CONVERGED_WITHIN);
            soak(fleet);
        }
    }

    private void soak(Fleet fleet) throws IOException {
        Duration half = time.minus(warmUp).minus(SAMPLING.multipliedBy(2)).dividedBy(2);
        Load load = Load.start(fleet);
        Probes probes = Probes.start(controller);
        Usage first;
        Usage last;
        try (load;
                probes) {
            process.runFor(warmUp);
            Usage heldFirst = sample();
            Counters begin = Counters.of(controller);
            process.runFor(half);
            Counters middle = Counters.of(controller);
            process.runFor(half);
            last = Counters.of(controller).since(middle).and(sample());
            first = middle.since(begin).and(heldFirst);
        }
        Recovery end = fleet.awaitEqual(CONVERGED_WITHIN);
        List<String> foreign = fleet.foreignWrites(FIRST);
        Figures.add(
                "%d minutes of mixed load on %d profiles".formatted(time.toMinutes(), Scale.soakProfiles()),
                load.changes(),
                end.count(Difference.Kind.LOST),
                end.count(Difference.Kind.WRONG) + foreign.size(),
                end.time(),
                probes.toString());
        new SoakReport(first, last).write(time, warmUp, probes);
        if (TestedController.isOurs()) {
            assertAll(
                    () -> assertEquals(List.of(), end.left()),
                    () -> assertEquals(List.of(), foreign),
                    () -> assertEquals(0, probes.notLive.get(), probes::toString),
                    () -> assertEquals(List.of(), first.grownUntil(last), () -> first + " became " + last));
        }
    }

    private Usage sample() throws IOException {
        Usage least = Usage.of(controller);
        for (int i = 1; i < SAMPLES; i++) {
            process.runFor(SAMPLING.dividedBy(SAMPLES));
            least = least.least(Usage.of(controller));
        }
        return least;
    }
}
