package io.projectsveltos.clusterinventory.events;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.Reason.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventCorrelatorTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration REFRESH = Duration.ofMinutes(30);

    private final SetClock clock = new SetClock(START);
    private final EventCorrelator told = new EventCorrelator(clock, EventLimits.DEFAULT);
    private final ClusterProfile profile = profile().build();

    // how often

    @Test
    void createsTheEventFirst() {
        fail("why");

        EventRequest telling = next(Type.Warning);

        assertEquals(Verb.CREATE, telling.verb());
        assertEquals(1, telling.count());
        assertEquals("why", telling.message());
        assertEquals(START, telling.since());
        assertEquals(profile.getKey(), telling.regarding().key());
    }

    @Test
    void handsAWriteOutAgainUntilTheApiHasIt() {
        fail("why");
        assertNotNull(next(Type.Warning));

        EventRequest again = next(Type.Warning);

        told.told(again);
        assertNull(next(Type.Warning));
    }

    @Test
    void onlyCountsAStateThatLasts() {
        tell(fail("why"));

        assertNull(fail("why"));
        assertNull(next(Type.Warning));
        assertNull(untilNext(Type.Warning));
    }

    @Test
    void countsUpAStateThatLastsEveryHalfHour() {
        tell(fail("why"));
        clock.advance(REFRESH.minusMillis(1));
        assertNull(fail("why"));
        clock.advance(Duration.ofMillis(1));

        ProfileEvent event = fail("why");

        assertFalse(event.news());
        EventRequest telling = next(Type.Warning);
        assertEquals(Verb.PATCH, telling.verb());
        assertEquals(3, telling.count());
        assertEquals(START.plus(REFRESH), telling.seen());
        told.told(telling);
        assertNull(fail("why"));
    }

    @Test
    void countsUpAtOnceAStateThatIsBack() {
        tell(fail("why"));
        told.end(profile, reason -> true);

        ProfileEvent event = fail("why");

        assertTrue(event.news());
        assertEquals(2, next(Type.Warning).count());
    }

    @Test
    void countsUpAtOnceEachTimeThatOutputsAreMade() {
        tell(synced());

        synced();
        synced();

        assertEquals(3, next(Type.Normal).count());
        told.told(next(Type.Normal));
        assertNull(next(Type.Normal));
    }

    @Test
    void writesAgainWhatOccurredDuringTheWrite() {
        synced();
        EventRequest writing = next(Type.Normal);
        synced();

        told.told(writing);

        assertEquals(2, next(Type.Normal).count());
        assertEquals(Verb.PATCH, next(Type.Normal).verb());
    }

    @Test
    void createsAsASeriesWhatOccurredOftenBeforeItsTurn() {
        synced();
        synced();

        assertEquals(Verb.CREATE, next(Type.Normal).verb());
        assertEquals(2, next(Type.Normal).count());
    }

    @Test
    void keepsWarningsAndNoticesApart() {
        fail("why");
        synced();

        assertEquals(Reason.NotOwned, next(Type.Warning).reason());
        assertEquals(Reason.Synced, next(Type.Normal).reason());
    }

    // what became of a write

    @Test
    void startsAnewWhenTheApiServerHasForgottenTheEvent() {
        tell(synced());
        clock.advance(Duration.ofHours(2));
        synced();

        told.missing(next(Type.Normal));

        EventRequest anew = next(Type.Normal);
        assertEquals(Verb.CREATE, anew.verb());
        assertEquals(1, anew.count());
        assertEquals(START.plus(Duration.ofHours(2)), anew.since());
    }

    @Test
    void repeatsNothingOfAStateThatLastsAfterARestart() {
        fail("why");

        told.found(there(Type.Warning), event("2025-12-31T23:50:00.000001Z", null));

        assertNull(next(Type.Warning));
        assertNull(fail("why"));
    }

    @Test
    void goesOnFromTheCountOfBeforeARestart() {
        fail("why");
        told.found(there(Type.Warning), event("2025-12-31T20:00:00.000001Z", series(7, "2025-12-31T23:50:00.000001Z")));
        clock.advance(Duration.ofMinutes(21));

        fail("why");

        EventRequest telling = next(Type.Warning);
        assertEquals(Verb.PATCH, telling.verb());
        assertEquals(9, telling.count());
    }

    @Test
    void countsUpAtOnceWhatWasMadeBeforeARestartAndIsMadeAgain() {
        synced();

        told.found(there(Type.Normal), event("2025-12-31T23:50:00.000001Z", null));

        assertEquals(Verb.PATCH, next(Type.Normal).verb());
        assertEquals(2, next(Type.Normal).count());
    }

    @Test
    void countsOnceWhatWasCreatedThoughTheAnswerWasLost() {
        synced();

        told.found(there(Type.Normal), event("2026-01-01T00:00:00.000000Z", null));

        assertNull(next(Type.Normal));
    }

    @Test
    void createsTheEventAfterAllWhenItWentBeforeItWasRead() {
        fail("why");

        told.found(there(Type.Warning), null);

        assertEquals(Verb.CREATE, next(Type.Warning).verb());
    }

    @Test
    void givesUpWhatTheApiServerRefusesUntilARefreshIsDue() {
        fail("why");

        told.giveUp(next(Type.Warning));

        assertNull(fail("why"));
        assertNull(next(Type.Warning));
        clock.advance(REFRESH);
        assertNotNull(fail("why"));
        assertEquals(Verb.CREATE, next(Type.Warning).verb());
    }

    @Test
    void takesNoOutcomeForAProfileMadeAgainMeanwhile() {
        fail("why");
        EventRequest writing = next(Type.Warning);
        ClusterProfile again = profile().uid("another").build();
        told.occurred(again, Reason.NotOwned, "why");

        told.told(writing);

        assertEquals("another", next(Type.Warning).regarding().uid());
    }

    // limits

    @Test
    void writes25OfAProfileAtOnceAndOneMoreEvery5Minutes() {
        assertEquals(25, writesOfVaryingMessages(40));
        assertEquals(Duration.ofMinutes(5), untilNext(Type.Warning));

        clock.advance(Duration.ofMinutes(5).minusSeconds(1));
        assertEquals(Duration.ofSeconds(1), untilNext(Type.Warning));
        assertNull(next(Type.Warning));
        clock.advance(Duration.ofSeconds(1));

        assertNotNull(next(Type.Warning));
        assertNull(next(Type.Warning));
        clock.advance(Duration.ofHours(3));
        assertEquals(25, writesOfVaryingMessages(40));
    }

    @Test
    void countsOnWhileAProfileHasUsedUpItsWrites() {
        IntStream.range(0, 40).forEach(i -> {
            synced();
            tellNext(Type.Normal);
        });
        clock.advance(Duration.ofMinutes(5));

        assertEquals(40, next(Type.Normal).count());
    }

    @Test
    void warnsThoughRotationsHaveUsedUpTheirWrites() {
        IntStream.range(0, 40).forEach(i -> {
            synced();
            tellNext(Type.Normal);
        });

        fail("why");

        assertEquals("why", next(Type.Warning).message());
        assertNull(next(Type.Normal));
    }

    @Test
    void doesNotWaitForTheOldTimeWhenTheClockIsSetBack() {
        writesOfVaryingMessages(25);
        clock.advance(Duration.ofDays(-1));
        fail("more");

        assertEquals(Duration.ofMinutes(5), untilNext(Type.Warning));
    }

    @Test
    void letsEachProfileHaveItsOwnWrites() {
        writesOfVaryingMessages(40);
        ClusterProfile other = profile().named("other").uid("other").build();

        told.occurred(other, Reason.NotOwned, "why");

        assertNotNull(told.next(other.getKey(), Type.Warning));
    }

    @Test
    void tellsTheLatestMessagesWhenTheyDifferEachTime() {
        IntStream.range(0, 1000).forEach(i -> fail("request " + i));

        assertEquals(
                List.of("request 995", "request 996", "request 997", "request 998", "request 999"), toldMessages());
    }

    @Test
    void forgetsRatherWhatIsTold() {
        fail("first");
        tell(synced());
        IntStream.range(0, 4).forEach(i -> fail("request " + i));

        assertTrue(toldMessages().contains("first"));
    }

    @Test
    void tellsAllOfManyProfiles() {
        for (int i = 0; i < 10_000; i++) {
            told.occurred(profile().named("p" + i).uid("u" + i).build(), Reason.NotOwned, "why");
        }

        for (int i = 0; i < 10_000; i++) {
            assertNotNull(told.next(profile().named("p" + i).build().getKey(), Type.Warning));
        }
    }

    @Test
    void forgetsRatherAProfileOfWhichAllIsTold() {
        EventCorrelator two = new EventCorrelator(clock, new EventLimits(2, 5, REFRESH, 25, Duration.ofMinutes(5)));
        ClusterProfile waiting = profile().named("waiting").uid("waiting").build();
        two.occurred(waiting, Reason.NotOwned, "why");
        two.occurred(profile, Reason.NotOwned, "why");
        two.told(two.next(profile.getKey(), Type.Warning));

        two.occurred(profile().named("third").uid("third").build(), Reason.NotOwned, "why");

        assertNotNull(two.next(waiting.getKey(), Type.Warning));
        assertTrue(two.occurred(profile, Reason.NotOwned, "why").news(), "forgotten");
    }

    @Test
    void remembersNothingOfProfilesThatAreWell() {
        told.end(profile, reason -> true);

        assertNull(next(Type.Warning));
        assertNull(untilNext(Type.Normal));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m", "\u00fc", "\u6771", "\uD83D\uDE80"})
    void cutsTheNoteAtTheApisLimitWhichIsInBytes(String letter) {
        fail(letter.repeat(2000));

        String note = next(Type.Warning).message();

        int bytes = note.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes <= 1024 && bytes > 1020, () -> bytes + " bytes");
        assertEquals("", note.replace(letter, ""), "no half letters");
    }

    /** As plugins and admission webhooks write them: line breaks, colours, and text from right to left. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n\t", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029", "\u202e", "\ufeff"})
    void writesANoteInOneLineThatATerminalShowsAsItIs(String characters) {
        fail("one" + characters + "two");

        assertEquals("one two", next(Type.Warning).message());
    }

    @Test
    void tellsLongMessagesApartWhereverTheNoteStillShowsIt() {
        fail("1" + "m".repeat(2000));
        fail("2" + "m".repeat(2000));

        List<String> messages = toldMessages();

        assertEquals(2, messages.size());
        assertNotEquals(messages.get(0), messages.get(1));
    }

    private ProfileEvent fail(String message) {
        return told.occurred(profile, Reason.NotOwned, message);
    }

    private ProfileEvent synced() {
        return told.occurred(profile, Reason.Synced, "made");
    }

    private EventRequest next(Type type) {
        return told.next(profile.getKey(), type);
    }

    private Duration untilNext(Type type) {
        return told.untilNext(profile.getKey(), type);
    }

    /** Has the API have it from before, and reads it. */
    private EventRequest there(Type type) {
        told.there(next(type));
        EventRequest reading = next(type);
        assertEquals(Verb.GET, reading.verb());
        return reading;
    }

    /** Has the API have it. */
    private void tell(ProfileEvent event) {
        assertNotNull(event);
        tellNext(event.reason().type());
    }

    private boolean tellNext(Type type) {
        EventRequest telling = next(type);
        if (telling != null) {
            told.told(telling);
        }
        return telling != null;
    }

    private int writesOfVaryingMessages(int failures) {
        return (int) IntStream.range(0, failures)
                .filter(i -> {
                    fail("at " + clock.instant() + " request " + i);
                    return tellNext(Type.Warning);
                })
                .count();
    }

    private List<String> toldMessages() {
        List<String> messages = new ArrayList<>();
        for (EventRequest telling = next(Type.Warning); telling != null; telling = next(Type.Warning)) {
            messages.add(telling.message());
            told.told(telling);
        }
        return messages;
    }

    private static Map<String, Object> series(int count, String lastObservedTime) {
        return Map.of("count", count, "lastObservedTime", lastObservedTime);
    }

    private static GenericKubernetesResource event(String eventTime, Map<String, Object> series) {
        GenericKubernetesResource event = new GenericKubernetesResource();
        event.setAdditionalProperty("eventTime", eventTime);
        if (series != null) {
            event.setAdditionalProperty("series", series);
        }
        return event;
    }
}
