package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine line =
            Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--no-such-flag",
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
                "left-over"
            })
    void refusesABadFlagOnOneLine(String flag) {
        assertEquals(2, line.execute(flag));
        assertTrue(err.toString().startsWith("clusterinventory-camel: "), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void namesTheFlagThatIsBad() {
        line.execute("--sync-period=10");

        assertTrue(err.toString().contains("--sync-period"), err.toString());
        assertTrue(err.toString().contains("10"), err.toString());
    }

    @Test
    void explainsItsFlags() {
        assertEquals(0, line.execute("--help"));
        assertTrue(out.toString().contains("--sync-period"), out.toString());
    }

    @Test
    void tellsItsVersion() {
        assertEquals(0, line.execute("--version"));
        assertTrue(out.toString().startsWith("clusterinventory-camel "), out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--clusterprofile-provider-file=/etc/providers.json",
                "--sync-period=1h10m",
                "--sync-period=90s",
                "--concurrent-reconciles=10",
                "--kube-api-qps=0",
                "--kube-api-burst=0",
                "--health-addr=:9440",
                "--diagnostics-address=:8443",
                "--insecure-diagnostics",
                "--insecure-diagnostics=true",
                "--insecure-diagnostics=false",
                "--profiler-address=",
                "--webhook-port=9443",
                "--leader-elect",
                "--leader-elect=false",
                "-v=5",
                "--v=0",
                "--selector=shard=one,tier!=gold",
                "--selector=tier in (gold, silver)",
                "--watch-namespaces=a,b"
            })
    void takesTheArgumentsOfTheGoController(String argument) {
        line.parseArgs(argument);
    }

    @Test
    void takesAllOfTheGoControllersArgumentsTogether() {
        line.parseArgs(
                "--diagnostics-address=:8443",
                "--insecure-diagnostics=false",
                "--leader-elect",
                "--v=5",
                "--sync-period=10m",
                "--concurrent-reconciles=10");
    }

    @Test
    void hasTheLastOfTwoWin() {
        line.parseArgs("--concurrent-reconciles=10", "--concurrent-reconciles=20");
    }

    @Test
    void takesAFileThatIsThere(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("more.yaml"));

        line.parseArgs("--routes=" + file, "--kubeconfig=" + file);
    }
}
