package io.projectsveltos.clusterinventory.events;

import static io.projectsveltos.clusterinventory.testing.Fixtures.KEY;
import static io.projectsveltos.clusterinventory.testing.Fixtures.NAMESPACE;
import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
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
    private final EventCorrelator correlator = new EventCorrelator(clock, EventLimits.DEFAULT);
    private final ClusterProfile profile = profile().build();

    // how often

    @Test
    void createsTheEventFirst() {
        fail("why");

        EventRequest request = next(Type.Warning);

        assertEquals(Verb.CREATE, request.verb());
        assertEquals(1, request.count());
        assertEquals("why", request.message());
        assertEquals(START, request.firstSeen());
        assertEquals(profile.getKey(), request.regarding().key());
    }

    @Test
    void returnsARequestAgainUntilItIsRecorded() {
        fail("why");
        assertNotNull(next(Type.Warning));

        EventRequest again = next(Type.Warning);

        markRecorded(again);
        assertNull(next(Type.Warning));
    }

    @Test
    void onlyCountsAnOngoingState() {
        record(fail("why"));

        assertNull(fail("why"));
        assertNull(next(Type.Warning));
        assertNull(nextRequestDelay(Type.Warning));
    }

    @Test
    void refreshesTheEventOfAnOngoingStateEveryHalfHour() {
        record(fail("why"));
        clock.advance(REFRESH.minusMillis(1));
        assertNull(fail("why"));
        clock.advance(Duration.ofMillis(1));

        ProfileEvent event = fail("why");

        assertFalse(event.isNew());
        EventRequest request = next(Type.Warning);
        assertEquals(Verb.PATCH, request.verb());
        assertEquals(3, request.count());
        assertEquals(START.plus(REFRESH), request.lastSeen());
        markRecorded(request);
        assertNull(fail("why"));
    }

    @Test
    void recordsAStateThatReturnsImmediately() {
        record(fail("why"));
        correlator.resolve(profile, reason -> true);

        ProfileEvent event = fail("why");

        assertTrue(event.isNew());
        assertEquals(2, next(Type.Warning).count());
    }

    @Test
    void recordsEachCreationOfOutputsImmediately() {
        record(synced());

        synced();
        synced();

        assertEquals(3, next(Type.Normal).count());
        markRecorded(next(Type.Normal));
        assertNull(next(Type.Normal));
    }

    @Test
    void recordsWhatOccurredDuringARequest() {
        synced();
        EventRequest writing = next(Type.Normal);
        synced();

        markRecorded(writing);

        assertEquals(2, next(Type.Normal).count());
        assertEquals(Verb.PATCH, next(Type.Normal).verb());
    }

    @Test
    void createsASeriesForWhatOccurredRepeatedlyBeforeItsTurn() {
        synced();
        synced();

        assertEquals(Verb.CREATE, next(Type.Normal).verb());
        assertEquals(2, next(Type.Normal).count());
    }

    @Test
    void separatesWarningAndNormalEvents() {
        fail("why");
        synced();

        assertEquals(Reason.NotOwned, next(Type.Warning).reason());
        assertEquals(Reason.Synced, next(Type.Normal).reason());
    }

    // what the API server answered

    @Test
    void createsAnExpiredEventAgain() {
        record(synced());
        clock.advance(Duration.ofHours(2));
        synced();

        correlator.markRefusedOrRethrow(next(Type.Normal), Refusals.of(404, "not found"));

        EventRequest again = next(Type.Normal);
        assertEquals(Verb.CREATE, again.verb());
        assertEquals(1, again.count());
        assertEquals(START.plus(Duration.ofHours(2)), again.firstSeen());
    }

    @Test
    void doesNotRepeatAnOngoingStateAfterARestart() {
        fail("why");

        correlator.markRecorded(alreadyExisting(Type.Warning), event("2025-12-31T23:50:00.000001Z", null));

        assertNull(next(Type.Warning));
        assertNull(fail("why"));
    }

    @Test
    void continuesTheCountFromBeforeARestart() {
        fail("why");
        correlator.markRecorded(
                alreadyExisting(Type.Warning),
                event("2025-12-31T20:00:00.000001Z", series(7, "2025-12-31T23:50:00.000001Z")));
        clock.advance(Duration.ofMinutes(21));

        fail("why");

        EventRequest request = next(Type.Warning);
        assertEquals(Verb.PATCH, request.verb());
        assertEquals(9, request.count());
    }

    @Test
    void recordsAnotherCreationAfterARestartImmediately() {
        synced();

        correlator.markRecorded(alreadyExisting(Type.Normal), event("2025-12-31T23:50:00.000001Z", null));

        assertEquals(Verb.PATCH, next(Type.Normal).verb());
        assertEquals(2, next(Type.Normal).count());
    }

    @Test
    void countsAnEventOnceWhoseAnswerWasLost() {
        synced();

        correlator.markRecorded(alreadyExisting(Type.Normal), event("2026-01-01T00:00:00.000000Z", null));

        assertNull(next(Type.Normal));
    }

    @Test
    void createsAnEventThatExpiredBeforeItWasRead() {
        fail("why");

        correlator.markRecorded(alreadyExisting(Type.Warning), null);

        assertEquals(Verb.CREATE, next(Type.Warning).verb());
    }

    @Test
    void dropsARejectedEventUntilARefreshIsDue() {
        fail("why");

        correlator.markRefusedOrRethrow(next(Type.Warning), Refusals.of(403, "forbidden"));

        assertNull(fail("why"));
        assertNull(next(Type.Warning));
        clock.advance(REFRESH);
        assertNotNull(fail("why"));
        assertEquals(Verb.CREATE, next(Type.Warning).verb());
    }

    @Test
    void ignoresTheAnswerAboutAProfileThatWasDeletedAndCreatedAgain() {
        fail("why");
        EventRequest writing = next(Type.Warning);
        ClusterProfile again = profile().uid("another").build();
        correlator.observe(again, Reason.NotOwned, "why");

        markRecorded(writing);

        assertEquals("another", next(Type.Warning).regarding().uid());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 422})
    void dropsAnEventThatWouldBeRejectedAgain(int code) {
        fail("why");

        correlator.markRefusedOrRethrow(next(Type.Warning), Refusals.of(code, "no"));

        assertNull(next(Type.Warning));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 429, 500, 503})
    void rethrowsAnErrorThatARetryMayFix(int code) {
        fail("why");
        KubernetesApiException error = Refusals.of(code, "not now");

        EventRequest request = next(Type.Warning);

        assertSame(
                error,
                assertThrows(KubernetesApiException.class, () -> correlator.markRefusedOrRethrow(request, error)));
        assertEquals(request, next(Type.Warning));
    }

    @Test
    void rethrowsAConflictUnlessTheEventWasToBeCreated() {
        record(fail("why"));
        clock.advance(REFRESH);
        fail("why");

        assertThrows(
                KubernetesApiException.class,
                () -> correlator.markRefusedOrRethrow(next(Type.Warning), Refusals.of(409, "conflict")));
    }

    // limits

    @Test
    void records25EventsPerProfileAndOneMoreEvery5Minutes() {
        assertEquals(25, recordDifferentMessages(40));
        assertEquals(Duration.ofMinutes(5), nextRequestDelay(Type.Warning));

        clock.advance(Duration.ofMinutes(5).minusSeconds(1));
        assertEquals(Duration.ofSeconds(1), nextRequestDelay(Type.Warning));
        assertNull(next(Type.Warning));
        clock.advance(Duration.ofSeconds(1));

        assertNotNull(next(Type.Warning));
        assertNull(next(Type.Warning));
        clock.advance(Duration.ofHours(3));
        assertEquals(25, recordDifferentMessages(40));
    }

    @Test
    void keepsCountingWhenTheBudgetIsUsedUp() {
        IntStream.range(0, 40).forEach(i -> {
            synced();
            recordNext(Type.Normal);
        });
        clock.advance(Duration.ofMinutes(5));

        assertEquals(40, next(Type.Normal).count());
    }

    @Test
    void recordsWarningsWhenNormalEventsHaveUsedUpTheirBudget() {
        IntStream.range(0, 40).forEach(i -> {
            synced();
            recordNext(Type.Normal);
        });

        fail("why");

        assertEquals("why", next(Type.Warning).message());
        assertNull(next(Type.Normal));
    }

    @Test
    void doesNotWaitForTheOldTimeWhenTheClockIsSetBack() {
        recordDifferentMessages(25);
        clock.advance(Duration.ofDays(-1));
        fail("more");

        assertEquals(Duration.ofMinutes(5), nextRequestDelay(Type.Warning));
    }

    @Test
    void givesEachProfileItsOwnBudget() {
        recordDifferentMessages(40);
        ClusterProfile other = profile().named("other").uid("other").build();

        correlator.observe(other, Reason.NotOwned, "why");

        assertNotNull(correlator.nextRequest(other.getKey().toString(), Type.Warning));
    }

    @Test
    void recordsTheLatestMessagesWhenEachIsDifferent() {
        IntStream.range(0, 1000).forEach(i -> fail("request " + i));

        assertEquals(
                List.of("request 995", "request 996", "request 997", "request 998", "request 999"), recordedMessages());
    }

    @Test
    void evictsRecordedMessagesFirst() {
        fail("first");
        record(synced());
        IntStream.range(0, 4).forEach(i -> fail("request " + i));

        assertTrue(recordedMessages().contains("first"));
    }

    @Test
    void recordsEventsOfManyProfiles() {
        for (int i = 0; i < 10_000; i++) {
            correlator.observe(profile().named("p" + i).uid("u" + i).build(), Reason.NotOwned, "why");
        }

        for (int i = 0; i < 10_000; i++) {
            assertNotNull(correlator.nextRequest(NAMESPACE + "/p" + i, Type.Warning));
        }
    }

    @Test
    void evictsProfilesWithoutPendingEventsFirst() {
        EventCorrelator two = new EventCorrelator(clock, new EventLimits(2, 5, REFRESH, 25, Duration.ofMinutes(5)));
        ClusterProfile waiting = profile().named("waiting").uid("waiting").build();
        two.observe(waiting, Reason.NotOwned, "why");
        two.observe(profile, Reason.NotOwned, "why");
        two.markRecorded(two.nextRequest(KEY, Type.Warning), null);

        two.observe(profile().named("third").uid("third").build(), Reason.NotOwned, "why");

        assertNotNull(two.nextRequest(waiting.getKey().toString(), Type.Warning));
        assertTrue(two.observe(profile, Reason.NotOwned, "why").isNew(), "evicted");
    }

    @Test
    void remembersNothingAboutHealthyProfiles() {
        correlator.resolve(profile, reason -> true);

        assertNull(next(Type.Warning));
        assertNull(nextRequestDelay(Type.Normal));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m", "\u00fc", "\u6771", "\uD83D\uDE80"})
    void truncatesTheNoteToTheLimitOfTheApiInBytes(String letter) {
        fail(letter.repeat(2000));

        String note = next(Type.Warning).message();

        int bytes = note.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes <= 1024 && bytes > 1020, () -> bytes + " bytes");
        assertEquals("", note.replace(letter, ""), "no partial characters");
    }

    /** From plugins and admission webhooks: line breaks, colours, and text from right to left. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n\t", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029", "\u202e", "\ufeff"})
    void writesANoteAsOneLineWithoutControlCharacters(String characters) {
        fail("one" + characters + "two");

        assertEquals("one two", next(Type.Warning).message());
    }

    @Test
    void distinguishesLongMessagesWithinTheLimitOfTheNote() {
        fail("1" + "m".repeat(2000));
        fail("2" + "m".repeat(2000));

        List<String> messages = recordedMessages();

        assertEquals(2, messages.size());
        assertNotEquals(messages.get(0), messages.get(1));
    }

    private ProfileEvent fail(String message) {
        return correlator.observe(profile, Reason.NotOwned, message);
    }

    private ProfileEvent synced() {
        return correlator.observe(profile, Reason.Synced, "made");
    }

    private void markRecorded(EventRequest request) {
        correlator.markRecorded(request, null);
    }

    private EventRequest next(Type type) {
        return correlator.nextRequest(KEY, type);
    }

    private Duration nextRequestDelay(Type type) {
        return correlator.nextRequestDelay(KEY, type);
    }

    /** The request that reads an Event from before a restart. */
    private EventRequest alreadyExisting(Type type) {
        correlator.markRefusedOrRethrow(next(type), Refusals.of(409, "already exists"));
        EventRequest reading = next(type);
        assertEquals(Verb.GET, reading.verb());
        return reading;
    }

    private void record(ProfileEvent event) {
        assertNotNull(event);
        recordNext(event.reason().type());
    }

    private boolean recordNext(Type type) {
        EventRequest request = next(type);
        if (request != null) {
            markRecorded(request);
        }
        return request != null;
    }

    private int recordDifferentMessages(int failures) {
        return (int) IntStream.range(0, failures)
                .filter(i -> {
                    fail("at " + clock.instant() + " request " + i);
                    return recordNext(Type.Warning);
                })
                .count();
    }

    private List<String> recordedMessages() {
        List<String> messages = new ArrayList<>();
        for (EventRequest request = next(Type.Warning); request != null; request = next(Type.Warning)) {
            messages.add(request.message());
            markRecorded(request);
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
