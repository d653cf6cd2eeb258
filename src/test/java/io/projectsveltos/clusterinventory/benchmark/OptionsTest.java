package io.projectsveltos.clusterinventory.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    @Test
    void measuresThisProjectsJarByDefault() throws ParseException {
        Options options = Options.parse("");

        assertEquals(1, options.controllers().size());
        assertTrue(options.controllers().get(0).line().contains("target/clusterinventory-camel.jar"));
        assertEquals(EnumSet.allOf(Phase.class), options.phases());
        assertEquals(1000, options.profiles());
        assertEquals(5, options.rounds());
    }

    @Test
    void readsOneArgumentAsMavenPassesIt() throws ParseException {
        Options options = Options.parse("--profiles 50 --idle-seconds=5 --compare"
                + " --controller 'a=one {kubeconfig}' --controller 'b=two {kubeconfig}'");

        assertEquals(50, options.profiles());
        assertEquals(Duration.ofSeconds(5), options.idleTime());
        assertTrue(options.compare());
        assertEquals(
                List.of(new ControllerCommand("a", "one {kubeconfig}"), new ControllerCommand("b", "two {kubeconfig}")),
                options.controllers());
    }

    @Test
    void readsArgumentsAsAShellPassesThem() throws ParseException {
        Options options = Options.parse("--controller", "a=one {kubeconfig}", "--rounds", "2");

        assertEquals("one {kubeconfig}", options.controllers().get(0).line());
        assertEquals(2, options.rounds());
    }

    @Test
    void createsOutputsForThePhasesThatNeedThem() throws ParseException {
        assertEquals(
                Set.of(Phase.CREATE, Phase.DELETE),
                Options.parse("--phases delete").phases());
        assertEquals(Set.of(Phase.EMPTY), Options.parse("--phases empty").phases());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--profiles 0",
                "--profiles many",
                "--rounds",
                "--phases sleep",
                "--unknown 1",
                "left-over word",
                "--controller 'a=x {kubeconfig}' --controller 'a=y {kubeconfig}'",
                "--controller 'a=x"
            })
    void rejectsMistakes(String line) {
        assertThrows(ParseException.class, () -> Options.parse(line));
    }
}
