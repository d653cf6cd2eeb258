package io.projectsveltos.clusterinventory.operations;

import static io.projectsveltos.clusterinventory.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.Fixtures;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.sveltos.Change;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Credential SAFE = new Credential(new byte[] {1}, "provider", "fingerprint", null);
    private static final Credential DOUBTFUL = new Credential(new byte[] {1}, "provider", "fingerprint", "doubtful");

    private final SetClock clock = new SetClock();
    private final Events events = new Events(clock, "pod-1");
    private final ClusterProfile profile = profile().build();

    @ParameterizedTest
    @CsvSource({
        "CREATED, CREATED, Created SveltosCluster fleet/member",
        "CREATED, NONE,    Created SveltosCluster fleet/member",
        "       , CREATED, Created SveltosCluster fleet/member",
        "ROTATED, CREATED, Created SveltosCluster fleet/member",
        "ROTATED, NONE,    Rotated the kubeconfig of SveltosCluster fleet/member"
    })
    void tellsOfWhatWasMadeOrRotated(Change secret, Change cluster, String message) {
        List<ProfileEvent> told = events.outcome(profile, SAFE, secret, cluster);

        assertEquals(List.of(message), messages(told));
        assertEquals(Reason.Synced, told.get(0).reason());
    }

    @ParameterizedTest
    @CsvSource({"NONE, NONE", "UPDATED, UPDATED", ", NONE", ", UPDATED", "UPDATED, NONE"})
    void tellsNothingOfWhatWasMerelyMended(Change secret, Change cluster) {
        assertEquals(List.of(), events.outcome(profile, null, secret, cluster));
    }

    @Test
    void warnsOfADoubtfulKubeconfig() {
        List<ProfileEvent> told = events.outcome(profile, DOUBTFUL, Change.NONE, Change.NONE);

        assertEquals(List.of("doubtful"), messages(told));
        assertEquals(Reason.UnsafeKubeconfig, told.get(0).reason());
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhySomebodyHasToActByTheReasonGiven(Reason reason) {
        List<ProfileEvent> told = events.failure(profile, new TerminalException(reason, "message"));

        assertEquals(List.of(new ProfileEvent(profile, reason, "message", "")), told);
    }

    @Test
    void tellsThatTheApiServerRefused() {
        List<ProfileEvent> told = events.failure(profile, Refusals.of(422, "invalid"));

        assertEquals(List.of(new ProfileEvent(profile, Reason.ApplyRefused, "invalid", "")), told);
    }

    @Test
    void tellsNothingOfWhatARetryMends() {
        assertEquals(List.of(), events.failure(profile, Refusals.of(409, "conflict")));
    }

    @Test
    void tellsAStateThatLastsOnce() {
        fail("same");

        assertEquals(List.of(), fail("same"));
    }

    @Test
    void tellsAStateAgainWhenTheApiServerHasForgottenIt() {
        fail("same");
        clock.advance(Duration.ofMinutes(55).minusMillis(1));
        assertEquals(List.of(), fail("same"));

        clock.advance(Duration.ofMillis(1));

        assertEquals(1, fail("same").size());
    }

    @Test
    void tellsAnotherMessageAtOnce() {
        fail("one");

        assertEquals(1, fail("two").size());
    }

    @Test
    void tellsTheSameOfEachProfile() {
        fail("same");

        assertEquals(
                1,
                events.failure(profile().uid("another").build(), new TerminalException(Reason.NotOwned, "same"))
                        .size());
    }

    @Test
    void tellsAStateThatCameBack() {
        fail("same");
        events.outcome(profile, SAFE, Change.NONE, Change.NONE);

        assertEquals(1, fail("same").size());
    }

    @Test
    void waitsInSilenceForAMinute() {
        clock.advance(Duration.ofSeconds(59));

        assertEquals(List.of(), events.waiting(deleted()));
    }

    @Test
    void tellsThatItWaitsAfterAMinute() {
        clock.advance(Duration.ofSeconds(60));

        List<ProfileEvent> told = events.waiting(deleted());

        assertEquals(Reason.WaitingForSveltosCluster, told.get(0).reason());
        assertEquals(List.of(), events.waiting(deleted()), "once");
    }

    @Test
    void tellsNobodyWhenTheProfileIsGone() {
        assertEquals(List.of(), events.waiting(null));
    }

    @Test
    void writesTheEventAsTheApiWantsIt() {
        clock.advance(Duration.ofNanos(123_456_789));

        Map<String, Object> api = events.toApi(new ProfileEvent(profile, Reason.NotOwned, "message", ""));

        assertEquals("events.k8s.io/v1", api.get("apiVersion"));
        assertEquals("Event", api.get("kind"));
        assertEquals("2026-01-01T00:00:00.123456Z", api.get("eventTime"), "MicroTime has six digits");
        assertEquals("clusterinventory-camel", api.get("reportingController"));
        assertEquals("pod-1", api.get("reportingInstance"));
        assertEquals("Reconcile", api.get("action"));
        assertEquals("NotOwned", api.get("reason"));
        assertEquals("Warning", api.get("type"));
        assertEquals("message", api.get("note"));
        assertEquals(
                Map.of(
                        "apiVersion", "multicluster.x-k8s.io/v1alpha1",
                        "kind", "ClusterProfile",
                        "namespace", Fixtures.NAMESPACE,
                        "name", Fixtures.NAME,
                        "uid", Fixtures.PROFILE_UID),
                api.get("regarding"));
        assertEquals(Fixtures.NAMESPACE, ((Map<?, ?>) api.get("metadata")).get("namespace"));
    }

    @Test
    void namesTheSameEventTheSameAfterARestart() {
        ProfileEvent event = new ProfileEvent(profile, Reason.NotOwned, "message", "");

        assertEquals(name(events, event), name(new Events(new SetClock(), "pod-2"), event));
    }

    @Test
    void namesDifferentEventsDifferently() {
        String name = name(events, new ProfileEvent(profile, Reason.NotOwned, "message", ""));

        List.of(
                        new ProfileEvent(profile, Reason.NotOwned, "another", ""),
                        new ProfileEvent(profile, Reason.ApplyRefused, "message", ""),
                        new ProfileEvent(profile, Reason.NotOwned, "message", "once more"),
                        new ProfileEvent(profile().uid("another").build(), Reason.NotOwned, "message", ""))
                .forEach(other -> assertNotEquals(name, name(events, other), other.toString()));
    }

    @Test
    void namesEachRotationDifferently() {
        ProfileEvent first =
                events.outcome(profile, SAFE, Change.ROTATED, Change.NONE).get(0);
        clock.advance(Duration.ofSeconds(1));
        ProfileEvent second =
                events.outcome(profile, SAFE, Change.ROTATED, Change.NONE).get(0);

        assertNotEquals(name(events, first), name(events, second));
    }

    @Test
    void startsTheNameWithTheProfiles() {
        assertTrue(name(events, new ProfileEvent(profile, Reason.NotOwned, "message", ""))
                .startsWith("member."));
    }

    @ParameterizedTest
    @CsvSource({"1, 38", "200, 237", "253, 237"})
    void keepsTheNameWithinTheApisLimit(int length, int expected) {
        ClusterProfile named = profile().named("n".repeat(length)).build();

        assertEquals(
                expected,
                name(events, new ProfileEvent(named, Reason.NotOwned, "message", ""))
                        .length());
    }

    @Test
    void cutsTheNoteAtTheApisLimit() {
        Map<String, Object> api = events.toApi(new ProfileEvent(profile, Reason.NotOwned, "m".repeat(2000), ""));

        assertEquals("m".repeat(1024), api.get("note"));
    }

    private List<ProfileEvent> fail(String message) {
        return events.failure(profile, new TerminalException(Reason.NotOwned, message));
    }

    private static ClusterProfile deleted() {
        return profile().deletedAt(START.toString()).build();
    }

    private static List<String> messages(List<ProfileEvent> told) {
        return told.stream().map(ProfileEvent::message).toList();
    }

    private static String name(Events events, ProfileEvent event) {
        return (String) ((Map<?, ?>) events.toApi(event).get("metadata")).get("name");
    }

    private static final class SetClock extends Clock {

        private Instant now = START;

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
