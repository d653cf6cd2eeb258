package io.projectsveltos.clusterinventory.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--clusterprofile-provider-file=/etc/p.json | clusterprofile-provider-file | /etc/p.json",
                "--sync-period=1h10m                | sync-period           | 4200000",
                "--sync-period=90s                  | sync-period           | 90000",
                "--concurrent-reconciles=20         | concurrent-reconciles | 20",
                "--kube-api-qps=0                   | ignored-flags         | true",
                "--kube-api-burst=0                 | ignored-flags         | true",
                "--profiler-address=                | ignored-flags         | true",
                "--webhook-port=9443                | ignored-flags         | true",
                "--health-addr=:9440                | health-addr           | :9440",
                "--diagnostics-address=:8443        | diagnostics-address   | :8443",
                "--insecure-diagnostics             | insecure-diagnostics  | true",
                "--insecure-diagnostics=true        | insecure-diagnostics  | true",
                "--insecure-diagnostics=false       | insecure-diagnostics  | false",
                "--leader-elect                     | leader-elect          | true",
                "--leader-elect=false               | leader-elect          | false",
                "-v=5                               | log-verbosity         | 5",
                "-v5                                | log-verbosity         | 5",
                "--v=0                              | log-verbosity         | 0",
                "--log-verbosity=10                 | log-verbosity         | 10",
                "--log-format=json                  | log-format            | json",
                "--selector=shard=one,tier!=gold    | selector              | shard=one,tier!=gold",
                "--selector=tier in (gold, silver)  | selector              | tier in (gold, silver)",
                "--selector=                        | selector              | ''",
                "--watch-namespaces=a,b             | watch-namespaces      | a,b"
            })
    void sets(String argument, String setting, String value) throws ParseException {
        assertEquals(Map.of(setting, value), settings(argument));
    }

    @Test
    void acceptsAValueAsASeparateArgument() throws ParseException {
        assertEquals(
                Map.of("sync-period", "600000", "log-verbosity", "5", "leader-elect", "true", "selector", "\"a\""),
                settings("--sync-period", "10m", "-v", "5", "--leader-elect", "--selector", "\"a\""));
    }

    @Test
    void letsTheLastOfTwoWin() throws ParseException {
        assertEquals(
                Map.of("concurrent-reconciles", "20", "log-verbosity", "1"),
                settings("--concurrent-reconciles=10", "-v=5", "--concurrent-reconciles=20", "--log-verbosity=1"));
    }

    @Test
    void addsUpRouteFiles(@TempDir Path directory) throws Exception {
        Path one = Files.createFile(directory.resolve("one.yaml"));
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path two = Files.createFile(folder.resolve("two.yaml"));
        Path three = Files.createFile(directory.resolve("three.yaml"));

        Map<String, String> settings = settings("--routes=" + one + "," + folder + "," + empty, "--routes=" + three);

        assertEquals(Map.of(Flags.ROUTES, one + "," + two + "," + three), settings);
    }

    @Test
    void acceptsRouteFilesFromTheEnvironmentAndNoneForAnEmptyText(@TempDir Path directory) throws Exception {
        Path one = Files.createFile(directory.resolve("one.yaml"));

        assertEquals(one.toString(), Flags.validate(Flags.ROUTES, directory.toString(), "ROUTES"));
        assertEquals("", Flags.validate(Flags.ROUTES, " ", "ROUTES"));
        ParseException bad =
                assertThrows(ParseException.class, () -> Flags.validate(Flags.ROUTES, "no/file", "ROUTES"));
        assertEquals("ROUTES: cannot read no/file", bad.getMessage());
    }

    @Test
    void acceptsAnExistingKubeconfig(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("kubeconfig"));

        assertEquals(Map.of("kubeconfig", file.toString()), settings("--kubeconfig=" + file));
    }

    @Test
    void validatesASettingFromTheEnvironmentAsItsFlag() throws ParseException {
        assertEquals("60000", Flags.validate("sync-period", "1m", "SYNC_PERIOD"));
        assertEquals("anything", Flags.validate("secretreader.namespaces", "anything", "SECRETREADER_NAMESPACES"));
        ParseException bad =
                assertThrows(ParseException.class, () -> Flags.validate("log-format", "xml", "LOG_FORMAT"));
        assertEquals("LOG_FORMAT: 'xml' is neither text nor json", bad.getMessage());
    }

    private static Map<String, String> settings(String... args) throws ParseException {
        return Flags.settings(Flags.parse(args));
    }
}
