package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.projectsveltos.clusterinventory.reliability.HostileOracle.Outcome;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile statuses, plugin outputs and kubeconfigs on a real API server, with plugins that are processes. What the API server
 * refuses is counted; whatever else the input, the controller does with it what {@link HostileInputTest} expects, and serves
 * the same profile again once its input is good.
 */
class HostileInputIT {

    private static final int BATCH = 100;

    /** Characters of an input that a reader may work on for a while. */
    private static final int LARGE = 50_000;

    /** Deeper than any reader follows, but not too deep for the API server. */
    private static final int MAX_DEPTH = 5_000;

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final HostileInputs inputs = new HostileInputs(Scale.seed(), MAX_DEPTH);
    private Duration dearest = Duration.ZERO;
    private int refused;

    @TempDir
    private Path directory;

    private HostileFleet fleet;
    private TestedController controller;

    @BeforeEach
    void start() {
        assumeTrue(TestedController.isOurs(), "another controller is not held to this one's Events and log");
        fleet = new HostileFleet(env.server(), directory, inputs, BATCH);
        controller = TestedController.start(
                env.server().kubeconfigOf(FIRST), fleet.providerFile(), directory, "--sync-period=1h");
        controller.awaitReady();
        fleet.attach(controller);
        // compiles most of the code, so that its time is not counted
        for (int i = 0; i < 3; i++) {
            fleet.heal();
        }
    }

    @AfterEach
    void stop() {
        if (controller != null) {
            controller.close();
        }
    }

    @Test
    void servesOrRefusesEachInOneLine() {
        int statuses = run("status", Scale.hostileInputs(), fleet::heal, this::writeStatus, this::faultOfStatus);
        int outputs =
                run("plugin output", Scale.hostileInputs() / 2, fleet::fetch, this::printOutput, this::faultOfOutput);
        int kubeconfigs = run(
                "kubeconfig", Scale.hostileInputs() / 2, fleet::heal, this::writeKubeconfig, this::faultOfKubeconfig);

        fleet.checkWrites();
        fleet.checkEvents();
        fleet.checkCanary();
        Figures.addInputs(
                "statuses (%d), plugin outputs (%d) and kubeconfigs (%d)".formatted(statuses, outputs, kubeconfigs),
                statuses + outputs + kubeconfigs,
                refused,
                "%d ms for %d".formatted(dearest.toMillis(), BATCH));
    }

    private interface Writer {

        /** Whether it was stored. */
        boolean write(int index, String profile);
    }

    private interface Oracle {

        Optional<String> faultOf(int index, String profile, Outcome outcome);
    }

    /**
     * Gives each profile of the fleet an input at a time; returns how many were stored. All of them together may cost twice
     * what good inputs cost, and a CPU second more, as well as for each large one.
     */
    private int run(String kind, int count, Runnable good, Writer writer, Oracle oracle) {
        Duration usual = cpuOf(good);
        int stored = 0;
        for (int first = 0; first < count; first += BATCH) {
            int size = Math.min(BATCH, count - first);
            Duration before = fleet.cpu();
            fleet.begin();
            TreeSet<Integer> written = fleet.writeAll(first, size, writer::write);
            fleet.awaitQuiet();
            Duration cpu = fleet.cpu().minus(before);
            dearest = cpu.compareTo(dearest) > 0 ? cpu : dearest;
            Duration most = usual.multipliedBy(2).plusSeconds(1 + large(kind, written));
            assertTrue(cpu.compareTo(most) < 0, kind + " " + first + " and those after it cost " + cpu);
            fleet.checkLog();
            written.forEach(index -> judge(kind, index, oracle));
            stored += written.size();
            refused += size - written.size();
            fleet.heal();
            fleet.awaitHealthy();
        }
        return stored;
    }

    private void judge(String kind, int index, Oracle oracle) {
        String profile = fleet.profile(index);
        if (fleet.isNameTooLong(profile)) {
            // one line for all of its inputs
            return;
        }
        oracle.faultOf(index, profile, fleet.outcome(profile)).ifPresent(fault -> {
            throw new AssertionError("seed %d, %s %d: %s%n%s"
                    .formatted(
                            Scale.seed(),
                            kind,
                            index,
                            HostileInputs.excerpt(fault),
                            HostileInputs.excerpt(input(kind, index, profile))));
        });
    }

    private long large(String kind, Set<Integer> indexes) {
        return indexes.stream()
                .filter(index -> input(kind, index, fleet.profile(index)).length() > LARGE)
                .count();
    }

    private Duration cpuOf(Runnable action) {
        Duration before = fleet.cpu();
        action.run();
        return fleet.cpu().minus(before);
    }

    private String input(String kind, int index, String profile) {
        return switch (kind) {
            case "status" -> inputs.profile(index, profile, fleet.namespace()).toString();
            case "kubeconfig" -> new String(inputs.kubeconfig(index), StandardCharsets.UTF_8);
            default -> new String(inputs.pluginOutput(index), StandardCharsets.UTF_8);
        };
    }

    private boolean writeStatus(int index, String profile) {
        return fleet.write(profile, inputs.profile(index, profile, fleet.namespace()));
    }

    private Optional<String> faultOfStatus(int index, String profile, Outcome outcome) {
        return HostileOracle.faultOfProfile(fleet.status(profile), fleet.namespace(), fleet::source, outcome);
    }

    private boolean printOutput(int index, String profile) {
        return fleet.print(profile, inputs.pluginOutput(index), server(index));
    }

    private Optional<String> faultOfOutput(int index, String profile, Outcome outcome) {
        return HostileOracle.faultOfCredential(inputs.pluginOutput(index), server(index), outcome);
    }

    private static String server(int index) {
        return "https://member-" + index + ".example";
    }

    private boolean writeKubeconfig(int index, String profile) {
        return fleet.writeSource(profile, inputs.kubeconfig(index));
    }

    private Optional<String> faultOfKubeconfig(int index, String profile, Outcome outcome) {
        return HostileOracle.faultOfKubeconfig(inputs.kubeconfig(index), outcome);
    }
}
