package io.projectsveltos.clusterinventory.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenamedSettingsTest {

    private static final String SHIPPED = "classpath:application.properties";

    @AutoClose("stop")
    private final DefaultCamelContext context = new DefaultCamelContext();

    private final Settings settings = new Settings(context);

    @BeforeEach
    void readTheShippedSettings() {
        context.getPropertiesComponent().setLocation(SHIPPED);
    }

    @ParameterizedTest
    @CsvSource({
        "events.wait-worth-telling, events.slow-deletion-after, PT1M",
        "refresh.minimum, refresh.min-interval, PT1M",
        "refresh.check-period, refresh.check-interval, PT5S"
    })
    void readsTheOldNameUnlessTheNewOneIsSet(String before, String now, Duration byDefault) {
        assertEquals(byDefault, settings.duration(now));

        set(before, "7s");
        assertEquals(Duration.ofSeconds(7), settings.duration(now));
        assertEquals("7s", context.resolvePropertyPlaceholders("{{" + now + "}}"));

        set(now, "9s");
        assertEquals(Duration.ofSeconds(9), settings.duration(now));
        assertEquals("9s", context.resolvePropertyPlaceholders("{{" + now + "}}"));
    }

    @Test
    void readsTheOldNameFromASystemProperty() {
        System.setProperty("refresh.minimum", "7s");
        try {
            assertEquals(Duration.ofSeconds(7), settings.duration("refresh.min-interval"));
        } finally {
            System.clearProperty("refresh.minimum");
        }
    }

    @Test
    void readsTheOldNameFromAnotherFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("application.properties"), "refresh.minimum = 7s\n");
        context.getPropertiesComponent().setLocation(SHIPPED + ",file:" + file);

        assertEquals(Duration.ofSeconds(7), settings.duration("refresh.min-interval"));
    }

    @Test
    void warnsOnceForEachOldName() {
        set("refresh.minimum", "7s");
        set("events.wait-worth-telling", "7s");

        assertEquals(
                List.of(
                        "WARN The setting events.wait-worth-telling is called events.slow-deletion-after now. Rename it where"
                                + " it is set: a later version will not read the old name, and this one reads it only if"
                                + " the new name is not set",
                        "WARN The setting refresh.minimum is called refresh.min-interval now. Rename it where it is set: a"
                                + " later version will not read the old name, and this one reads it only if the new name"
                                + " is not set"),
                warnings());
    }

    @Test
    void warnsOfNothingWithoutOldNames() {
        set("refresh.min-interval", "7s");

        assertEquals(List.of(), warnings());
    }

    private List<String> warnings() {
        try (LogCapture log = LogCapture.started()) {
            RenamedSettings.warn(context.getPropertiesComponent());
            return log.lines();
        }
    }

    private void set(String name, String value) {
        context.getPropertiesComponent().addOverrideProperty(name, value);
    }
}
