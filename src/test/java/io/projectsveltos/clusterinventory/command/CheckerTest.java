package io.projectsveltos.clusterinventory.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.routefile.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Settings that have no flag: they come from the environment. */
class CheckerTest {

    @Test
    void findsEachSettingThatIsInvalid() throws Exception {
        assertEquals(
                List.of(
                        "debugging-configuration.watch is maybe, expected true or false, such as true",
                        "outputs.repair-burst is many, expected a number such as 5",
                        "refresh.min-interval is soon, expected a duration such as 30s or 10m"),
                messages(Map.of(
                        "outputs.repair-burst", "many",
                        "debugging-configuration.watch", "maybe",
                        "refresh.min-interval", "soon")));
    }

    @Test
    void findsASettingThatOnlyItsBeanUnderstands() throws Exception {
        assertEquals(
                List.of("secretreader.unsafe-kubeconfig is perhaps, expected copy or refuse"),
                messages(Map.of("secretreader.unsafe-kubeconfig", "perhaps")));
    }

    private static List<String> messages(Map<String, String> settings) throws Exception {
        return new Checker(settings, defaults(), Clock.systemUTC())
                .check().findings().stream().map(Finding::message).sorted().toList();
    }

    private static Properties defaults() throws IOException {
        Properties defaults = new Properties();
        try (InputStream file = CheckerTest.class.getResourceAsStream("/application.properties")) {
            defaults.load(file);
        }
        return defaults;
    }
}
