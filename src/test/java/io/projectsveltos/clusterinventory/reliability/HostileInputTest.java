package io.projectsveltos.clusterinventory.reliability;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.projectsveltos.clusterinventory.reliability.HostileOracle.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile statuses, plugin outputs and kubeconfigs through the real routes, without processes and without an API server, so
 * that thousands take seconds. Whatever the input, its profile is served or one line says why not, nothing else is written,
 * nothing in it is evaluated, no line is forged, it costs less than a CPU second, and the next profile is served.
 */
class HostileInputTest {

    /** Of each kind. */
    private static final int INPUTS = Integer.getInteger("hostile.inputs", Scale.isFull() ? 10_000 : 1_000);

    /** Where to begin, to repeat the input of a failure. */
    private static final int FIRST = Integer.getInteger("hostile.first", 0);

    private static final String SERVER = "https://member.example:6443";

    private final HostileInputs inputs = new HostileInputs(Scale.seed(), HostileProfiles.MAX_DEPTH);

    @TempDir
    private Path directory;

    @AutoClose
    private HostileBench bench;

    @BeforeEach
    void start() {
        bench = new HostileBench(directory);
    }

    @Test
    void statusesAreServedOrRefusedInOneLine() {
        int refused = 0;
        for (int index = FIRST; index < FIRST + INPUTS; index++) {
            String name = inputs.name(index, "status-" + index);
            HostileInputs.Profile input = inputs.profile(index, name, HostileBench.NAMESPACE);
            ObjectNode profile = HostileProfiles.of(name, input);
            if (!ProfileSchema.allows(profile)) {
                refused++;
                checkOlder(index, name, input);
                continue;
            }
            bench.writeSource(name + "-source", HostileBench.kubeconfig(SERVER, "token"));
            check(index, input.toString(), profile, outcome -> faultOfProfile(profile.path("status"), name, outcome));
        }
        assertTrue(refused < INPUTS / 3, refused + " of the statuses would not be stored");
        figure("statuses", refused);
    }

    /** It may have been stored before the definition forbade it; what comes of it does not matter. */
    private void checkOlder(int index, String name, HostileInputs.Profile input) {
        ObjectNode profile =
                HostileProfiles.of(name, new HostileInputs.Profile("{}", input.displayName(), input.status()));
        if (ProfileSchema.isStorable(profile)) {
            check(index, input.toString(), profile, outcome -> Optional.empty());
        }
    }

    private Optional<String> faultOfProfile(JsonNode status, String name, Outcome outcome) {
        return (name + "-sveltos-kubeconfig").length() > 253
                ? HostileOracle.faultOfName(outcome)
                : HostileOracle.faultOfProfile(status, HostileBench.NAMESPACE, bench::source, outcome);
    }

    @Test
    void pluginOutputsAreServedOrRefusedInOneLine() {
        for (int index = FIRST; index < FIRST + INPUTS; index++) {
            byte[] output = inputs.pluginOutput(index);
            bench.setOutput(output);
            check(
                    index,
                    new String(output, StandardCharsets.UTF_8),
                    HostileProfiles.running("plugin-" + index, SERVER),
                    outcome -> HostileOracle.faultOfCredential(output, SERVER, outcome));
        }
        figure("plugin outputs", 0);
    }

    @Test
    void kubeconfigsAreCopiedOrRefusedInOneLine() {
        for (int index = FIRST; index < FIRST + INPUTS; index++) {
            byte[] kubeconfig = inputs.kubeconfig(index);
            String name = "kubeconfig-" + index;
            bench.writeSource(name + "-source", kubeconfig);
            check(
                    index,
                    new String(kubeconfig, StandardCharsets.UTF_8),
                    HostileProfiles.reading(name),
                    outcome -> HostileOracle.faultOfKubeconfig(kubeconfig, outcome));
        }
        figure("kubeconfigs", 0);
    }

    private void figure(String kind, int refused) {
        Figures.addInputs(
                kind + " in memory", INPUTS - refused, refused, bench.slowest().toMillis() + " ms for one");
    }

    private void check(int index, String input, ObjectNode profile, Function<Outcome, Optional<String>> oracle) {
        try {
            bench.check(profile, oracle);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + Scale.seed() + ", input " + index + ": " + HostileInputs.excerpt("" + e.getMessage())
                            + "\n" + HostileInputs.excerpt(input),
                    e);
        }
    }
}
