package io.projectsveltos.clusterinventory.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.Consumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @AutoClose("stop")
    private final DefaultCamelContext context = new DefaultCamelContext();

    private final Settings settings = new Settings(context);

    @Test
    void stripsTextAndReturnsAnEmptyTextForWhatIsNotSet() {
        set("health-addr", " :9440 ");

        assertEquals(":9440", settings.text("health-addr"));
        assertEquals("", settings.text("diagnostics-address"));
    }

    @Test
    void readsFlagsNumbersAndDurations() {
        set("on", "true");
        set("off", "false");
        set("workers", "10");
        set("resync", "10m");

        assertTrue(settings.flag("on"));
        assertFalse(settings.flag("off"));
        assertEquals(10, settings.number("workers"));
        assertEquals(Duration.ofMinutes(10), settings.duration("resync"));
    }

    @Test
    void namesTheSettingThatIsNotAFlagNumberOrDuration() {
        assertRefuses("insecure-diagnostics", "yes", settings::flag, "expected true or false");
        assertRefuses("concurrent-reconciles", "many", settings::number, "expected a number");
        assertRefuses("sync-period", "soon", settings::duration, "expected a duration such as 30s or 10m");
    }

    private void assertRefuses(String name, String value, Consumer<String> read, String expected) {
        set(name, value);

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> read.accept(name));

        assertEquals(name + " is " + value + ", " + expected, refused.getMessage());
    }

    private void set(String name, String value) {
        context.getPropertiesComponent().addOverrideProperty(name, value);
    }
}
