package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--no-such-flag",
                "--sync",
                "--sync-period=10",
                "--sync-period=0",
                "--sync-period=-5m",
                "--sync-period",
                "--concurrent-reconciles=0",
                "--concurrent-reconciles=-1",
                "--concurrent-reconciles=many",
                "--kubeconfig=no/such/file",
                "--routes=no/such/file.yaml",
                "--leader-elect=maybe",
                "--log-format=xml",
                "-v=-1",
                "left-over",
                "--help=left-over"
            })
    void refusesABadFlagOnOneLine(String flag) {
        assertEquals(2, execute(flag));
        assertTrue(text(err).startsWith("clusterinventory-camel: "), text(err));
        assertEquals(1, text(err).lines().count(), text(err));
    }

    @Test
    void namesTheBadFlag() {
        execute("--sync-period=10");

        assertEquals(
                "clusterinventory-camel: --sync-period: '10' is not a duration (for example 10m, 90s or 1h10m)",
                text(err).strip());
    }

    @Test
    void printsItsFlags() {
        assertEquals(0, execute("--help"));
        assertTrue(text(out).contains("--sync-period"), text(out));
        assertTrue(text(out).lines().allMatch(line -> line.length() <= 120), text(out));
    }

    @Test
    void printsItsVersion() {
        assertEquals(0, execute("--version"));
        assertTrue(text(out).startsWith("clusterinventory-camel "), text(out));
    }

    private int execute(String... args) {
        return Main.execute(new PrintStream(out, true), new PrintStream(err, true), args);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
