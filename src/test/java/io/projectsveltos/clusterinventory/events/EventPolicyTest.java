package io.projectsveltos.clusterinventory.events;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import io.projectsveltos.clusterinventory.sveltos.OutputOptions;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import io.projectsveltos.clusterinventory.sveltos.SveltosConnection;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventPolicyTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Credential SAFE = new Credential(new byte[] {1}, "provider", "fingerprint", null);
    private static final Credential UNSAFE = new Credential(new byte[] {1}, "provider", "fingerprint", "unsafe");

    private static final ObjectKey OTHER = new ObjectKey("other", "member");

    private final SetClock clock = new SetClock(START);
    private final RepairLimiter repairs =
            new RepairLimiter(new OutputOptions("", "", "Opaque"), 5, Duration.ofMinutes(1), clock);
    private final EventPolicy policy =
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
    void reportsWhatWasCreatedOrRotated(OperationResult secret, OperationResult cluster, String message) {
        List<ProfileEvent> reported = policy.outcome(profile, SAFE, secret, cluster, null, null);

        assertEquals(List.of(message), messages(reported));
        assertEquals(Reason.Synced, reported.get(0).reason());
    }

    @ParameterizedTest
    @CsvSource({"NONE, NONE", "UPDATED, UPDATED", ", NONE", ", UPDATED", "UPDATED, NONE"})
    void reportsNoRepairs(OperationResult secret, OperationResult cluster) {
        assertEquals(List.of(), policy.outcome(profile, null, secret, cluster, null, null));
    }

    @Test
    void warnsOnceOfANameThatIsTooLongForALabel() {
        ClusterProfile longName = profile().named("n".repeat(64)).build();

        List<ProfileEvent> first =
                policy.outcome(longName, SAFE, OperationResult.NONE, OperationResult.NONE, null, null);
        List<ProfileEvent> second =
                policy.outcome(longName, SAFE, OperationResult.NONE, OperationResult.NONE, null, null);

        assertEquals(
                List.of(Reason.LongName),
                first.stream().map(ProfileEvent::reason).toList());
        assertEquals(List.of(false), second.stream().map(ProfileEvent::isNew).toList());
    }

    @Test
    void doesNotWarnOfANameThatIsShortEnough() {
        ClusterProfile longest = profile().named("n".repeat(63)).build();

        assertEquals(List.of(), policy.outcome(longest, SAFE, OperationResult.NONE, OperationResult.NONE, null, null));
    }

    @Test
    void warnsOfLabelsThatTheRulesReplace() {
        RuleValues rules = new RuleValues(Map.of(), Map.of(), null, List.of("env", "tier"), null);

        List<ProfileEvent> reported =
                policy.outcome(profile, SAFE, OperationResult.NONE, OperationResult.NONE, rules, null);

        assertEquals(
                List.of(Reason.LabelReplaced),
                reported.stream().map(ProfileEvent::reason).toList());
        assertTrue(reported.get(0).message().contains(": env, tier;"), reported::toString);
    }

    @Test
    void reportsAnOngoingConflictOnce() {
        repairs.sveltosClusterApplied(profile, null, RuleValues.NONE);
        repairs.sveltosClusterApplied(profile, null, RuleValues.NONE);
        assertEquals(List.of(true), isNewConflict());

        policy.outcome(profile, null, null, OperationResult.NONE, null, null);

        assertEquals(List.of(false), isNewConflict());
    }

    @Test
    void reportsAConflictThatReturns() {
        isNewConflict();

        policy.outcome(profile, null, null, OperationResult.NONE, null, null);

        assertEquals(List.of(true), isNewConflict());
    }

    private List<Boolean> isNewConflict() {
        return policy.conflict(profile, "who changes what").stream()
                .map(ProfileEvent::isNew)
                .toList();
    }

    @Test
    void reportsAConnectionThatIsDownOnceAndThatItIsUpAgainOnce() {
        SveltosConnection down = connection(Fixtures.REJECTED);
        SveltosConnection ready = connection(Map.of("ready", true, "connectionStatus", "Healthy"));

        assertEquals(List.of(), policy.connection(profile, ready));
        List<ProfileEvent> reported = policy.connection(profile, down);
        assertEquals(
                List.of(
                        "Sveltos cannot connect to the cluster: the server has asked for the client to provide"
                                + " credentials; the cluster rejects the credential: check its access provider and its permissions there"),
                messages(reported));
        assertEquals(Reason.SveltosCannotConnect, reported.get(0).reason());
        policy.outcome(profile, SAFE, OperationResult.NONE, OperationResult.NONE, null, null);
        assertEquals(
                List.of(false),
                policy.connection(profile, down).stream()
                        .map(ProfileEvent::isNew)
                        .toList());
        assertEquals(List.of(), policy.connection(profile, connection(Map.of())));
        assertEquals(List.of("Sveltos can connect to the cluster again"), messages(policy.connection(profile, ready)));
        assertEquals(List.of(), policy.connection(profile, ready));
    }

    @Test
    void reportsAConnectionThatIsDownAndUpAgain() {
        SveltosConnection down = connection(Map.of("connectionStatus", "Down", "failureMessage", "i/o timeout"));
        SveltosConnection ready = connection(Map.of("ready", true));
        policy.connection(profile, down);
        policy.connection(profile, ready);

        assertEquals(
                List.of("Sveltos cannot connect to the cluster: i/o timeout; check that Sveltos' pods can reach the"
                        + " server in its kubeconfig"),
                messages(policy.connection(profile, down)));
        assertEquals(1, policy.connection(profile, ready).size());
    }

    @Test
    void reportsNoConnectionOfAProfileThatIsGone() {
        assertEquals(List.of(), policy.connection(null, connection(Fixtures.REJECTED)));
    }

    private static SveltosConnection connection(Map<String, Object> status) {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .reporting(status)
                .connection();
    }

    @Test
    void warnsOfAnUnsafeKubeconfig() {
        List<ProfileEvent> reported =
                policy.outcome(profile, UNSAFE, OperationResult.NONE, OperationResult.NONE, null, null);

        assertEquals(List.of("unsafe"), messages(reported));
        assertEquals(Reason.UnsafeKubeconfig, reported.get(0).reason());
    }

    @ParameterizedTest
    @EnumSource
    void reportsAFailureWithItsReason(Reason reason) {
        List<ProfileEvent> reported = policy.failure(profile, new ReconcileFailure(reason, "message"));

        assertEquals(List.of(new ProfileEvent(profile.getKey(), reason, "message", true)), reported);
    }

    @Test
    void reportsThatTheApiServerRefusedAnOutput() {
        List<ProfileEvent> reported = policy.failure(profile, Refusals.of(422, "invalid"));

        assertEquals(List.of(new ProfileEvent(profile.getKey(), Reason.ApplyRefused, "invalid", true)), reported);
    }

    @Test
    void doesNotReportWhatARetryMayFix() {
        assertEquals(List.of(), policy.failure(profile, Refusals.of(409, "conflict")));
    }

    @Test
    void anOngoingStateIsNewOnce() {
        assertEquals(List.of(true), isNew(fail("same")));

        assertEquals(List.of(false), isNew(fail("same")), "still to be recorded");
    }

    @Test
    void anotherMessageIsNew() {
        fail("one");

        assertEquals(List.of(true), isNew(fail("two")));
        assertEquals(List.of(false), isNew(fail("one")), "it alternates");
    }

    @Test
    void isNewForEachProfile() {
        fail("same");

        assertEquals(
                List.of(true),
                isNew(policy.failure(
                        profile().named("another").uid("another").build(),
                        new ReconcileFailure(Reason.NotOwned, "same"))));
    }

    @Test
    void isNewForAProfileThatWasDeletedAndCreatedAgain() {
        fail("same");

        assertEquals(
                List.of(true),
                isNew(policy.failure(profile().uid("another").build(), new ReconcileFailure(Reason.NotOwned, "same"))));
    }

    @Test
    void aStateThatReturnsIsNew() {
        fail("same");
        policy.outcome(profile, SAFE, OperationResult.NONE, OperationResult.NONE, null, null);

        assertEquals(List.of(true), isNew(fail("same")));
    }

    @Test
    void anUnsafeKubeconfigIsNotNewWhenItWasNotReadInBetween() {
        policy.outcome(profile, UNSAFE, OperationResult.NONE, OperationResult.NONE, null, null);
        policy.outcome(profile, null, OperationResult.NONE, OperationResult.NONE, null, null);

        assertEquals(
                List.of(false),
                isNew(policy.outcome(profile, UNSAFE, OperationResult.NONE, OperationResult.NONE, null, null)));
    }

    @Test
    void aKubeconfigThatIsUnsafeAgainIsNew() {
        policy.outcome(profile, UNSAFE, OperationResult.NONE, OperationResult.NONE, null, null);
        policy.outcome(profile, SAFE, OperationResult.NONE, OperationResult.NONE, null, null);

        assertEquals(
                List.of(true),
                isNew(policy.outcome(profile, UNSAFE, OperationResult.NONE, OperationResult.NONE, null, null)));
    }

    @Test
    void aFailureThatReturnsAfterAnUnsafeKubeconfigIsNew() {
        fail("same");
        policy.outcome(profile, UNSAFE, OperationResult.NONE, OperationResult.NONE, null, null);

        assertEquals(List.of(true), isNew(fail("same")));
    }

    @Test
    void eachCreationAndRotationIsNew() {
        assertEquals(
                List.of(true),
                isNew(policy.outcome(profile, SAFE, OperationResult.ROTATED, OperationResult.NONE, null, null)));
        assertEquals(
                List.of(true),
                isNew(policy.outcome(profile, SAFE, OperationResult.ROTATED, OperationResult.NONE, null, null)));
    }

    @Test
    void doesNotReportADeletionOfLessThanAMinute() {
        clock.advance(Duration.ofSeconds(59));

        assertEquals(List.of(), policy.slowDeletion(deleted()));
    }

    @Test
    void reportsASlowDeletionAfterAMinute() {
        clock.advance(Duration.ofSeconds(60));

        List<ProfileEvent> reported = policy.slowDeletion(deleted());

        assertEquals(Reason.WaitingForSveltosCluster, reported.get(0).reason());
        assertEquals(List.of(false), isNew(policy.slowDeletion(deleted())));
    }

    @Test
    void reportsNoDeletionWhenTheProfileIsGone() {
        assertEquals(List.of(), policy.slowDeletion(null));
    }

    private List<ProfileEvent> fail(String message) {
        return policy.failure(profile, new ReconcileFailure(Reason.NotOwned, message));
    }

    @Test
    void aSlowDeletionIsOngoingWhileTheCredentialIsRenewed() {
        clock.advance(Duration.ofMinutes(2));
        policy.slowDeletion(deleted());

        policy.outcome(deleted(), SAFE, OperationResult.ROTATED, null, null, null);

        assertEquals(List.of(false), isNew(policy.slowDeletion(deleted())));
    }

    @Test
    void reportsTheOlderProfileUntilThisOneIsRegistered() {
        assertEquals(List.of(true), isNew(policy.sameCluster(profile, OTHER)));
        policy.outcome(profile, SAFE, OperationResult.ROTATED, null, null, null);
        assertEquals(List.of(false), isNew(policy.sameCluster(profile, OTHER)));

        policy.outcome(profile, SAFE, OperationResult.CREATED, OperationResult.CREATED, null, null);

        assertEquals(List.of(true), isNew(policy.sameCluster(profile, OTHER)));
    }

    @Test
    void reportsAnotherOlderProfile() {
        policy.sameCluster(profile, OTHER);

        assertEquals(List.of(true), isNew(policy.sameCluster(profile, new ObjectKey("another", "member"))));
    }

    @Test
    void reportsASlowTakeoverWithTheProfileThatIsAwaited() {
        assertEquals(List.of(), policy.slowTakeover(deleted(), OTHER));

        clock.advance(Duration.ofMinutes(2));

        assertEquals(
                List.of("Waiting for ClusterProfile other/member, which takes over the cluster but does not have a"
                        + " SveltosCluster yet: see its Events"),
                messages(policy.slowTakeover(deleted(), OTHER)));
    }

    @Test
    void aWithdrawalWithoutADeletionIsNeverSlow() {
        clock.advance(Duration.ofMinutes(2));

        assertEquals(List.of(), policy.slowDeletion(profile));
        assertEquals(List.of(), policy.slowTakeover(profile, OTHER));
        assertNull(policy.slowDeletionDelay(profile));
    }

    private static ClusterProfile deleted() {
        return profile().deletedAt(START.toString()).build();
    }

    private static List<String> messages(List<ProfileEvent> reported) {
        return reported.stream().map(ProfileEvent::message).toList();
    }

    private static List<Boolean> isNew(List<ProfileEvent> reported) {
        return reported.stream().map(ProfileEvent::isNew).toList();
    }
}
