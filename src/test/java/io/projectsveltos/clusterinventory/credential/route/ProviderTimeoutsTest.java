package io.projectsveltos.clusterinventory.credential.route;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.projectsveltos.clusterinventory.settings.Settings;
import java.time.Duration;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderTimeoutsTest {

    @AutoClose
    private final CamelContext context = new DefaultCamelContext();

    private final Properties settings = new Properties();
    private final ProviderTimeouts timeouts = new ProviderTimeouts(new Settings(context));

    private void given(String timeout, String ofVault) {
        settings.setProperty("access-provider.timeout", timeout);
        settings.setProperty("access-provider.timeout.vault", ofVault);
        settings.setProperty("credentials.stuck-after", "10m");
        context.getPropertiesComponent().setInitialProperties(settings);
    }

    @Test
    void isThatOfTheAccessProviderOrElseOfAll() {
        given("30s", "2m");

        assertEquals(Duration.ofMinutes(2), timeouts.of("vault"));
        assertEquals(Duration.ofSeconds(30), timeouts.of("other"));
        assertDoesNotThrow(() -> timeouts.validate("vault"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'access-provider.timeout.vault is 0, expected a duration of at least 1ms'",
        "soon, 'access-provider.timeout.vault is soon, expected a duration such as 30s or 10m'",
        "10m, 'access-provider.timeout.vault is 10m, expected less than credentials.stuck-after, which is 10m'"
    })
    void refusesATimeLimitWithWhichNothingWouldEndInTime(String timeout, String message) {
        given("30s", timeout);

        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> timeouts.validate("vault"))
                        .getMessage());
        assertDoesNotThrow(() -> timeouts.validate("other"));
    }

    @Test
    void doesNotCompareItWhenNoWorkerIsEverStuck() {
        given("30s", "1h");
        settings.setProperty("credentials.stuck-after", "0");

        assertDoesNotThrow(() -> timeouts.validate("vault"));
    }
}
