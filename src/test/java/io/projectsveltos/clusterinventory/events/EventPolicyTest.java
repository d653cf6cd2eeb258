package io.projectsveltos.clusterinventory.events;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import io.projectsveltos.clusterinventory.sveltos.OutputOptions;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventPolicyTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Credential SAFE = new Credential(new byte[] {1}, "provider", "fingerprint", null);
    private static final Credential DOUBTFUL = new Credential(new byte[] {1}, "provider", "fingerprint", "doubtful");

    private final SetClock clock = new SetClock(START);
    private final RepairLimiter repairs =
            new RepairLimiter(new OutputOptions("", "", "Opaque"), 5, Duration.ofMinutes(1), clock);
    private final EventPolicy events =
            new EventPolicy(new EventCorrelator(clock, EventLimits.DEFAULT), repairs, clock, Duration.ofMinutes(1));
    private final ClusterProfile profile = profile().build();

    @ParameterizedTest
    @CsvSource({
        "CREATED, CREATED, Created SveltosCluster fleet/member",
        "CREATED, NONE,    Created SveltosCluster fleet/member",
        "       , CREATED, Created SveltosCluster fleet/member",
        "ROTATED, CREATED, Created SveltosCluster fleet/member",
        "ROTATED, NONE,    Rotated the kubeconfig of SveltosCluster fleet/member"
    })
    void tellsOfWhatWasMadeOrRotated(OperationResult secret, OperationResult cluster, String message) {
        List<ProfileEvent> told = events.outcome(profile, SAFE, secret, cluster);

        assertEquals(List.of(message), messages(told));
        assertEquals(Reason.Synced, told.get(0).reason());
    }

    @ParameterizedTest
    @CsvSource({"NONE, NONE", "UPDATED, UPDATED", ", NONE", ", UPDATED", "UPDATED, NONE"})
    void tellsNothingOfWhatWasMerelyMended(OperationResult secret, OperationResult cluster) {
        assertEquals(List.of(), events.outcome(profile, null, secret, cluster));
    }

    @Test
    void warnsOnceOfANameThatIsTooLongForALabel() {
        ClusterProfile longName = profile().named("n".repeat(64)).build();

        List<ProfileEvent> first = events.outcome(longName, SAFE, OperationResult.NONE, OperationResult.NONE);
        List<ProfileEvent> second = events.outcome(longName, SAFE, OperationResult.NONE, OperationResult.NONE);

        assertEquals(
                List.of(Reason.LongName),
                first.stream().map(ProfileEvent::reason).toList());
        assertEquals(List.of(false), second.stream().map(ProfileEvent::news).toList());
    }

    @Test
    void warnsNotOfANameThatIsShortEnough() {
        ClusterProfile longest = profile().named("n".repeat(63)).build();

        assertEquals(List.of(), events.outcome(longest, SAFE, OperationResult.NONE, OperationResult.NONE));
    }

    @Test
    void reportsAConflictOnceWhileItLasts() {
        repairs.sveltosClusterApplied(profile);
        repairs.sveltosClusterApplied(profile);
        assertEquals(List.of(true), conflictNews());

        events.outcome(profile, null, null, OperationResult.NONE);

        assertEquals(List.of(false), conflictNews());
    }

    @Test
    void reportsAConflictAgainThatIsBack() {
        conflictNews();

        events.outcome(profile, null, null, OperationResult.NONE);

        assertEquals(List.of(true), conflictNews());
    }

    private List<Boolean> conflictNews() {
        return events.conflict(profile, "who changes what").stream()
                .map(ProfileEvent::news)
                .toList();
    }

    @Test
    void warnsOfADoubtfulKubeconfig() {
        List<ProfileEvent> told = events.outcome(profile, DOUBTFUL, OperationResult.NONE, OperationResult.NONE);

        assertEquals(List.of("doubtful"), messages(told));
        assertEquals(Reason.UnsafeKubeconfig, told.get(0).reason());
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhySomebodyHasToActByTheReasonGiven(Reason reason) {
        List<ProfileEvent> told = events.failure(profile, new ReconcileFailure(reason, "message"));

        assertEquals(List.of(new ProfileEvent(profile.getKey(), reason, "message", true)), told);
    }

    @Test
    void tellsThatTheApiServerRefused() {
        List<ProfileEvent> told = events.failure(profile, Refusals.of(422, "invalid"));

        assertEquals(List.of(new ProfileEvent(profile.getKey(), Reason.ApplyRefused, "invalid", true)), told);
    }

    @Test
    void tellsNothingOfWhatARetryMends() {
        assertEquals(List.of(), events.failure(profile, Refusals.of(409, "conflict")));
    }

    @Test
    void isNewsOnceWhenAStateLasts() {
        assertEquals(List.of(true), news(fail("same")));

        assertEquals(List.of(false), news(fail("same")), "still to be written");
    }

    @Test
    void isNewsWhenItIsAnotherMessage() {
        fail("one");

        assertEquals(List.of(true), news(fail("two")));
        assertEquals(List.of(false), news(fail("one")), "it goes back and forth");
    }

    @Test
    void isNewsForEachProfile() {
        fail("same");

        assertEquals(
                List.of(true),
                news(events.failure(
                        profile().named("another").uid("another").build(),
                        new ReconcileFailure(Reason.NotOwned, "same"))));
    }

    @Test
    void isNewsForAProfileMadeAgainByTheSameName() {
        fail("same");

        assertEquals(
                List.of(true),
                news(events.failure(profile().uid("another").build(), new ReconcileFailure(Reason.NotOwned, "same"))));
    }

    @Test
    void isNewsWhenAStateComesBack() {
        fail("same");
        events.outcome(profile, SAFE, OperationResult.NONE, OperationResult.NONE);

        assertEquals(List.of(true), news(fail("same")));
    }

    @Test
    void isNoNewsThatAKubeconfigIsDoubtfulWhenItWasNotReadMeanwhile() {
        events.outcome(profile, DOUBTFUL, OperationResult.NONE, OperationResult.NONE);
        events.outcome(profile, null, OperationResult.NONE, OperationResult.NONE);

        assertEquals(
                List.of(false), news(events.outcome(profile, DOUBTFUL, OperationResult.NONE, OperationResult.NONE)));
    }

    @Test
    void isNewsThatAKubeconfigIsDoubtfulAgain() {
        events.outcome(profile, DOUBTFUL, OperationResult.NONE, OperationResult.NONE);
        events.outcome(profile, SAFE, OperationResult.NONE, OperationResult.NONE);

        assertEquals(
                List.of(true), news(events.outcome(profile, DOUBTFUL, OperationResult.NONE, OperationResult.NONE)));
    }

    @Test
    void isNewsThatAFailureIsBackAfterADoubtfulKubeconfig() {
        fail("same");
        events.outcome(profile, DOUBTFUL, OperationResult.NONE, OperationResult.NONE);

        assertEquals(List.of(true), news(fail("same")));
    }

    @Test
    void isNewsEachTimeThatOutputsAreMadeOrRotated() {
        assertEquals(List.of(true), news(events.outcome(profile, SAFE, OperationResult.ROTATED, OperationResult.NONE)));
        assertEquals(List.of(true), news(events.outcome(profile, SAFE, OperationResult.ROTATED, OperationResult.NONE)));
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
        assertEquals(List.of(false), news(events.waiting(deleted())));
    }

    @Test
    void tellsNobodyWhenTheProfileIsGone() {
        assertEquals(List.of(), events.waiting(null));
    }

    private List<ProfileEvent> fail(String message) {
        return events.failure(profile, new ReconcileFailure(Reason.NotOwned, message));
    }

    @Test
    void goesOnWaitingWhileTheCredentialIsRenewed() {
        clock.advance(Duration.ofMinutes(2));
        events.waiting(deleted());

        events.outcome(deleted(), SAFE, OperationResult.ROTATED, null);

        assertEquals(List.of(false), news(events.waiting(deleted())));
    }

    private static ClusterProfile deleted() {
        return profile().deletedAt(START.toString()).build();
    }

    private static List<String> messages(List<ProfileEvent> told) {
        return told.stream().map(ProfileEvent::message).toList();
    }

    private static List<Boolean> news(List<ProfileEvent> told) {
        return told.stream().map(ProfileEvent::news).toList();
    }
}
