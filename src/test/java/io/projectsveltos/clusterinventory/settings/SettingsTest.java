package io.projectsveltos.clusterinventory.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Settings settings = new Settings(context);

    @AfterEach
    void stop() {
        context.stop();
    }

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
    void namesTheSettingThatIsNotAFlag() {
        set("insecure-diagnostics", "yes");

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> settings.flag("insecure-diagnostics"));

        assertEquals("insecure-diagnostics is yes, expected true or false", refused.getMessage());
    }

    @Test
    void namesTheSettingThatIsNotANumber() {
        set("concurrent-reconciles", "many");

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> settings.number("concurrent-reconciles"));

        assertEquals("concurrent-reconciles is many, expected a number", refused.getMessage());
    }

    @Test
    void namesTheSettingThatIsNotADuration() {
        set("sync-period", "soon");

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> settings.duration("sync-period"));

        assertEquals("sync-period is soon, expected a duration such as 30s or 10m", refused.getMessage());
    }

    private void set(String name, String value) {
        context.getPropertiesComponent().addOverrideProperty(name, value);
    }
}
