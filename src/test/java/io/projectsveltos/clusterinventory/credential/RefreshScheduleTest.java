package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshScheduleTest {

    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, PT1H, PT48M",
        "1, PT1H, PT43M12S",
        "0.5, PT1H, PT45M36S",
        "0, PT240H, PT192H",
        "0, PT100S, PT80S",
        "0, PT75S, PT1M",
        "1, PT80S, PT1M",
        "0, PT60S, PT1M",
        "0, PT30S, PT32S",
        "1, PT30S, PT32S",
        "0, PT10S, PT12S",
        "0, PT1S, PT3S"
    })
    void refreshesAtFourFifthsOfTheLifetimeOrEarlierButNotBeforeTheMinimumIntervalUnlessItExpires(
            double random, Duration lifetime, Duration after) {
        Instant expiry = NOW.plus(lifetime);

        assertEquals(
                new Validity(NOW, NOW.plus(after), expiry),
                schedule(() -> random).validity(expiry));
    }

    @ParameterizedTest
    @CsvSource({"0, PT10M", "1, PT9M"})
    void refreshesEverySyncPeriodWithoutAnExpiry(double random, Duration after) {
        Validity validity = schedule(() -> random).validity(null);

        assertEquals(NOW.plus(after), validity.refresh());
        assertNull(validity.expiry());
    }

    @Test
    void keepsTheMinimumIntervalWhenTheSyncPeriodIsShorter() {
        RefreshSchedule schedule = new RefreshSchedule(
                Clock.fixed(NOW, ZoneOffset.UTC), () -> 0, Duration.ofSeconds(5), Duration.ofMinutes(1));

        assertEquals(NOW.plusSeconds(60), schedule.validity(null).refresh());
    }

    @Test
    void refreshesAnExpiredCredentialImmediately() {
        assertEquals(
                NOW.plusSeconds(2),
                schedule(() -> 0).validity(NOW.minusSeconds(100)).refresh());
    }

    /** A plugin that caches its token for five minutes, and fetches the next one ten seconds before it expires. */
    @Test
    void aPluginWithACacheNeverLeavesAnExpiredCredentialForLong() {
        Instant now = NOW;
        Instant end = NOW;
        for (int run = 0; run < 1000; run++) {
            if (!now.isBefore(end.minusSeconds(10))) {
                end = now.plusSeconds(300);
            }
            Validity validity = scheduleAt(now, new Random(run)::nextDouble).validity(end);

            assertFalse(validity.refresh().isAfter(end.plusSeconds(3)), "run " + run + ": " + validity);
            now = validity.refresh();
        }
    }

    @Test
    void countsInWholeSeconds() {
        Validity validity = scheduleAt(NOW.plusNanos(999_999_999), () -> 0.123).validity(null);

        assertEquals(NOW, validity.obtained());
        assertEquals(0, validity.refresh().getNano());
    }

    @Test
    void spreadsCredentialsThatExpireTogether() {
        Instant expiry = NOW.plus(Duration.ofHours(1));
        RefreshSchedule schedule = schedule(new Random(1)::nextDouble);

        Map<Instant, Long> refreshes = IntStream.range(0, 10_000)
                .mapToObj(i -> schedule.validity(expiry).refresh())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        assertTrue(refreshes.size() > 280, "spread over " + refreshes.size() + " seconds");
        assertTrue(
                Collections.max(refreshes.values()) < 100, "most in a second: " + Collections.max(refreshes.values()));
        assertFalse(Collections.max(refreshes.keySet()).isAfter(NOW.plus(Duration.ofMinutes(48))));
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "2879, false", "2880, true", "2881, true", "3600, true", "1000000, true"})
    void refreshIsDueFromItsTimeOn(long seconds, boolean due) {
        Validity validity = schedule(() -> 0).validity(NOW.plus(Duration.ofHours(1)));

        assertEquals(due, validity.isRefreshDue(NOW.plusSeconds(seconds)));
    }

    @Test
    void refreshIsDueWhenTheClockIsSetBackToBeforeTheFetch() {
        assertTrue(schedule(() -> 0).validity(null).isRefreshDue(NOW.minusSeconds(1)));
    }

    private static RefreshSchedule schedule(DoubleSupplier random) {
        return scheduleAt(NOW, random);
    }

    private static RefreshSchedule scheduleAt(Instant now, DoubleSupplier random) {
        return new RefreshSchedule(
                Clock.fixed(now, ZoneOffset.UTC), random, Duration.ofMinutes(10), Duration.ofMinutes(1));
    }
}
