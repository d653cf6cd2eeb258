package io.projectsveltos.clusterinventory.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is written down about one kind of fault and, if the controller is this project's, has to be right. */
final class Judgement {

    /** Credentials that are fetched at a time, and lost if the controller ends before they are written. */
    static final int CREDENTIALS_AT_A_TIME = 10;

    private final String fault;
    private final Fleet fleet;
    private final Duration bound;
    private final Map<String, Long> excessRunsBefore;
    private final List<Recovery> recoveries = new ArrayList<>();

    /**
     * Begins with a fault.
     *
     * @param fault for the table
     * @param bound how long a recovery may take
     */
    Judgement(String fault, Fleet fleet, Duration bound) {
        this.fault = fault;
        this.fleet = fleet;
        this.bound = bound;
        this.excessRunsBefore = fleet.excessPluginRuns();
    }

    /** Waits until the outputs are right again after the fault. */
    Recovery awaitRecovery() {
        Recovery recovery = fleet.awaitEqual(bound);
        recoveries.add(recovery);
        return recovery;
    }

    /** Adds a recovery that somebody else has waited for. */
    void add(Recovery recovery) {
        recoveries.add(recovery);
    }

    /**
     * Writes the figures down, and fails if anything is not right.
     *
     * @param times how often the fault was injected
     * @param mostExcessRuns how many runs of the plugin the fault itself causes
     * @param users as whom controllers ran
     */
    void conclude(int times, int mostExcessRuns, String... users) {
        List<Difference> left = recoveries.stream()
                .flatMap(recovery -> recovery.left().stream())
                .toList();
        List<String> foreign = List.of(users).stream()
                .flatMap(user -> fleet.foreignWrites(user).stream())
                .distinct()
                .toList();
        Duration longest =
                recoveries.stream().map(Recovery::time).max(Duration::compareTo).orElse(Duration.ZERO);
        Map<String, Long> excessRuns = fleet.excessPluginRuns();
        excessRunsBefore.forEach((name, before) -> excessRuns.merge(name, -before, Long::sum));
        long excess = excessRuns.values().stream().mapToLong(Long::longValue).sum();
        long lost = count(Difference.Kind.LOST);
        Figures.add(
                fault,
                times,
                lost,
                count(Difference.Kind.WRONG) + foreign.size(),
                longest,
                excess == 0 ? "" : excess + " plugin runs too many");
        if (TestedController.isOurs()) {
            assertTrue(times > 0, "the fault did not happen");
            assertEquals(List.of(), left, fault);
            assertEquals(List.of(), foreign, fault);
            assertTrue(excess <= mostExcessRuns, excessRuns + " plugin runs too many: " + fault);
        }
    }

    private long count(Difference.Kind kind) {
        return recoveries.stream().mapToLong(recovery -> recovery.count(kind)).sum();
    }
}
