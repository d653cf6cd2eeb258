package io.projectsveltos.clusterinventory.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "0s, PT0S",
        "10m, PT10M",
        "90s, PT90S",
        "1h10m, PT1H10M",
        "1h0m0.5s, PT1H0.5S",
        "1.5h, PT1H30M",
        ".5s, PT0.5S",
        "1.s, PT1S",
        "250ms, PT0.25S",
        "3us, PT0.000003S",
        "3µs, PT0.000003S",
        "7ns, PT0.000000007S",
        "1s1s, PT2S",
        "2540400h, PT2540400H"
    })
    void parsesWhatGoParses(String text, Duration expected) {
        assertEquals(expected, GoDuration.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "m", "-1s", "1d", "10 m", " 10m", "1,5h", ".s", "1e3s", "10M"})
    void refusesWhatIsNotADuration(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> GoDuration.parse(text));

        assertTrue(refusal.getMessage().startsWith("'" + text + "'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999h", "2562048h"})
    void refusesWhatIsLongerThanTheMaximumOfGo(String text) {
        assertThrows(IllegalArgumentException.class, () -> GoDuration.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0.1ns, PT0S", "1.9ns, PT0.000000001S"})
    void truncatesToNanoseconds(String text, Duration expected) {
        assertEquals(expected, GoDuration.parse(text));
    }
}
