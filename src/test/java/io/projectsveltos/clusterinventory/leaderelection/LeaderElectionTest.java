package io.projectsveltos.clusterinventory.leaderelection;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LeaderElectionTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeLease lease = new FakeLease();
    private final FakeTime time = new FakeTime();
    private final AtomicInteger terminations = new AtomicInteger();
    private final LeaderElection one = election("one", time);
    private final FakeTime otherTime = new FakeTime();
    private final LeaderElection other = election("other", otherTime);

    @Test
    void acquiresALeaseThatDoesNotExist() {
        one.tryAcquireOrRenew();

        assertTrue(one.isLeader());
        assertTrue(one.mayWrite());
        assertEquals("one", lease.holder());
        assertEquals("lease", one.lease());
        assertEquals(12, lease.stored().getSpec().getLeaseDurationSeconds());
        assertEquals(0, lease.stored().getSpec().getLeaseTransitions());
    }

    @Test
    void standsByWhileAnotherReplicaRenews() {
        one.tryAcquireOrRenew();
        for (int i = 0; i < 30; i++) {
            pass(Duration.ofSeconds(2));
            one.tryAcquireOrRenew();
            other.tryAcquireOrRenew();
        }

        assertTrue(one.isLeader());
        assertFalse(other.isLeader());
        assertEquals(0, terminations.get());
    }

    @Test
    void acquiresALeaseThatHasNotChangedForItsDuration() {
        one.tryAcquireOrRenew();
        other.tryAcquireOrRenew();
        pass(LeaderElectionConfig.LEASE_DURATION);
        other.tryAcquireOrRenew();
        assertFalse(other.isLeader());

        pass(SECOND);
        other.tryAcquireOrRenew();

        assertTrue(other.isLeader());
        assertEquals(1, lease.stored().getSpec().getLeaseTransitions());
    }

    @Test
    void doesNotTakeOverFromALeaderWhoseClockIsAnHourSlow() {
        otherTime.passOnWallClock(Duration.ofHours(1));
        one.tryAcquireOrRenew();
        other.tryAcquireOrRenew();
        pass(Duration.ofSeconds(2));
        one.tryAcquireOrRenew();
        other.tryAcquireOrRenew();

        assertFalse(other.isLeader());
    }

    @Test
    void takesOverFromAStoppedLeaderWhoseClockIsAnHourFast() {
        time.passOnWallClock(Duration.ofHours(1));
        one.tryAcquireOrRenew();
        other.tryAcquireOrRenew();
        pass(LeaderElectionConfig.LEASE_DURATION.plus(SECOND));
        other.tryAcquireOrRenew();

        assertTrue(other.isLeader());
    }

    @Test
    void refusesWritesAndTerminatesAfterTheRenewDeadline() {
        one.tryAcquireOrRenew();
        pass(LeaderElectionConfig.RENEW_DEADLINE.minusMillis(1));
        assertTrue(one.mayWrite());

        pass(Duration.ofMillis(1));

        assertFalse(one.isLeader());
        assertFalse(one.mayWrite());
        assertFalse(one.mayWrite());
        assertEquals(1, terminations.get());
    }

    @Test
    void terminatesWhenTheMachineWasSuspendedPastTheRenewDeadline() {
        one.tryAcquireOrRenew();

        time.passOnWallClock(LeaderElectionConfig.RENEW_DEADLINE);

        assertFalse(one.mayWrite());
        assertEquals(1, terminations.get());
    }

    @Test
    void countsTheRenewDeadlineFromBeforeTheRequestWasSent() {
        lease.beforeNextWrite(() -> pass(Duration.ofSeconds(3)));
        one.tryAcquireOrRenew();

        pass(LeaderElectionConfig.RENEW_DEADLINE.minusSeconds(3));

        assertFalse(one.isLeader());
    }

    @Test
    void terminatesAfterTheRenewDeadlineEvenWithoutAWrite() {
        one.tryAcquireOrRenew();
        lease.setAway(true);
        for (int i = 0; i < 4; i++) {
            assertEquals(0, terminations.get());
            pass(Duration.ofSeconds(2));
            one.tryAcquireOrRenew();
        }

        assertEquals(1, terminations.get());
    }

    @Test
    void doesNotRenewAfterTheRenewDeadline() {
        one.tryAcquireOrRenew();
        String version = lease.stored().getMetadata().getResourceVersion();
        pass(LeaderElectionConfig.RENEW_DEADLINE);

        one.tryAcquireOrRenew();

        assertEquals(version, lease.stored().getMetadata().getResourceVersion());
        assertEquals(1, terminations.get());
    }

    @Test
    void terminatesWhenAnotherReplicaHoldsTheLease() {
        one.tryAcquireOrRenew();
        lease.edit(edited -> edited.editSpec().withHolderIdentity("other").endSpec());

        // the first attempt finds that it has changed, the second finds the holder
        one.tryAcquireOrRenew();
        one.tryAcquireOrRenew();

        assertEquals(1, terminations.get());
        assertFalse(one.mayWrite());
        assertEquals("other", lease.holder());
    }

    @Test
    void keepsTheLeaseWhenItIsLabelled() {
        one.tryAcquireOrRenew();
        lease.edit(edited -> edited.editMetadata().addToLabels("team", "a").endMetadata());
        pass(Duration.ofSeconds(2));
        one.tryAcquireOrRenew();
        one.tryAcquireOrRenew();
        pass(LeaderElectionConfig.RENEW_DEADLINE.minus(SECOND));

        assertTrue(one.mayWrite());
        assertEquals("a", lease.stored().getMetadata().getLabels().get("team"));
    }

    @Test
    void recreatesTheLeaseWhenItIsDeleted() {
        one.tryAcquireOrRenew();
        lease.delete();
        pass(Duration.ofSeconds(2));
        one.tryAcquireOrRenew();
        one.tryAcquireOrRenew();

        assertTrue(one.isLeader());
        assertEquals("one", lease.holder());
    }

    @Test
    void leavesADeletedLeaseToItsLeaderUntilItWouldHaveExpired() {
        one.tryAcquireOrRenew();
        other.tryAcquireOrRenew();
        lease.delete();
        pass(LeaderElectionConfig.LEASE_DURATION);
        other.tryAcquireOrRenew();
        assertFalse(other.isLeader());

        pass(SECOND);
        other.tryAcquireOrRenew();

        assertTrue(other.isLeader());
    }

    @Test
    void recreatesADeletedLeaseThatAnotherReplicaReleased() {
        one.start();
        await().until(one::isLeader);
        other.tryAcquireOrRenew();
        one.close();
        other.tryAcquireOrRenew();
        lease.delete();
        pass(Duration.ofSeconds(2));
        other.tryAcquireOrRenew();
        other.tryAcquireOrRenew();

        assertTrue(other.isLeader());
        assertEquals("other", lease.holder());
    }

    @Test
    void keepsLeadingAfterARenewalWhoseResponseWasLost() {
        one.tryAcquireOrRenew();
        pass(Duration.ofSeconds(2));
        lease.setResponsesLost(true);
        one.tryAcquireOrRenew();
        lease.setResponsesLost(false);
        pass(Duration.ofSeconds(2));
        one.tryAcquireOrRenew();
        pass(LeaderElectionConfig.RENEW_DEADLINE.minus(SECOND));

        assertTrue(one.mayWrite());
    }

    @Test
    void losesTheRaceForAFreeLease() {
        lease.beforeNextWrite(other::tryAcquireOrRenew);

        one.tryAcquireOrRenew();

        assertTrue(other.isLeader());
        assertFalse(one.isLeader());
        assertEquals("other", lease.holder());
    }

    @Test
    void losesTheRaceForAnExpiredLease() {
        election("stopped", new FakeTime()).tryAcquireOrRenew();
        one.tryAcquireOrRenew();
        other.tryAcquireOrRenew();
        pass(LeaderElectionConfig.LEASE_DURATION.plus(SECOND));
        lease.beforeNextWrite(other::tryAcquireOrRenew);

        one.tryAcquireOrRenew();

        assertFalse(one.isLeader());
        assertEquals("other", lease.holder());
    }

    @Test
    void acquiresALeaseWithoutASpec() {
        one.tryAcquireOrRenew();
        lease.edit(edited -> edited.withSpec(null));

        other.tryAcquireOrRenew();

        assertEquals("other", lease.holder());
    }

    @Test
    void refusesWritesOfAStandbyWithoutTerminatingIt() {
        one.tryAcquireOrRenew();
        other.tryAcquireOrRenew();

        assertFalse(other.mayWrite());
        assertEquals(0, terminations.get());
    }

    @Test
    void warnsOnceThatTheApiServerDoesNotAnswer() {
        lease.setAway(true);
        try (LogCapture log = LogCapture.started()) {
            one.tryAcquireOrRenew();
            one.tryAcquireOrRenew();
            lease.setAway(false);
            one.tryAcquireOrRenew();

            assertEquals(1, log.lines().size());
            assertTrue(log.lines().get(0).contains("fleet/lease"));
        }
        assertTrue(one.isLeader());
    }

    @Test
    void releasesTheLeaseOnCloseAndThenRefusesWritesWithoutTerminating() {
        one.start();
        await().until(one::isLeader);

        one.close();

        assertNull(lease.holder());
        assertFalse(one.isLeader());
        assertFalse(one.mayWrite());
        assertEquals(0, terminations.get());
        other.tryAcquireOrRenew();
        assertTrue(other.isLeader());
    }

    @Test
    void leavesTheLeaseOfAnotherReplicaAloneOnClose() {
        other.tryAcquireOrRenew();
        one.start();

        one.close();

        assertEquals("other", lease.holder());
    }

    @Test
    void blocksWorkersUntilItLeads() throws Exception {
        other.tryAcquireOrRenew();
        one.tryAcquireOrRenew();
        FutureTask<Void> worker = awaiting(one);
        new Thread(worker).start();
        assertFalse(worker.isDone());

        pass(LeaderElectionConfig.LEASE_DURATION.plus(SECOND));
        one.tryAcquireOrRenew();

        worker.get(10, TimeUnit.SECONDS);
    }

    @Test
    void awaitingLeadershipCanBeInterrupted() {
        FutureTask<Void> worker = awaiting(one);
        Thread thread = new Thread(worker);
        thread.start();

        thread.interrupt();

        ExecutionException failed = assertThrows(ExecutionException.class, () -> worker.get(10, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, failed.getCause().getClass());
    }

    @Test
    void warnsOnceWhyTheLeaseIsRefusedAndWhatToDo() {
        String reason = "Cannot use the lease fleet/lease%s: 403 leases \"lease\" is forbidden;"
                + " the Role needs get, create and update on leases.coordination.k8s.io";
        lease.setRefusal(refusal(403, "leases \"lease\" is forbidden"));

        try (LogCapture log = LogCapture.started(Level.INFO)) {
            one.tryAcquireOrRenew();
            one.tryAcquireOrRenew();
            assertEquals(Optional.of(reason.formatted("")), one.refusal());
            lease.setRefusal(null);
            one.tryAcquireOrRenew();

            assertEquals(
                    List.of(
                            "WARN " + reason.formatted(", retrying"),
                            "INFO The lease fleet/lease is usable again",
                            "INFO Became leader (lease fleet/lease)"),
                    log.lines());
        }
        assertEquals(Optional.empty(), one.refusal());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 422})
    void reportsResponsesThatARetryCannotFixAsARefusal(int code) {
        lease.setRefusal(refusal(code, "no"));

        one.tryAcquireOrRenew();

        assertEquals(Optional.of("Cannot use the lease fleet/lease: " + code + " no"), one.refusal());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void doesNotReportABusyApiServerAsARefusal(int code) {
        lease.setRefusal(refusal(code, "not now"));

        one.tryAcquireOrRenew();

        assertEquals(Optional.empty(), one.refusal());
    }

    @Test
    void doesNotReportAnUnreachableApiServerAsARefusalButWarnsWhenItBecomesOne() {
        lease.setAway(true);

        try (LogCapture log = LogCapture.started()) {
            one.tryAcquireOrRenew();
            one.tryAcquireOrRenew();
            assertEquals(Optional.empty(), one.refusal());
            lease.setAway(false);
            lease.setRefusal(refusal(404, "namespaces \"fleet\" not found"));
            one.tryAcquireOrRenew();

            assertEquals(
                    List.of(
                            "WARN Cannot use the lease fleet/lease, retrying: away",
                            "WARN Cannot use the lease fleet/lease, retrying: 404 namespaces \"fleet\" not found"),
                    log.lines());
        }
    }

    @Test
    void doesNotReportARefusalOnAStandby() {
        one.tryAcquireOrRenew();
        other.tryAcquireOrRenew();

        assertEquals(Optional.empty(), other.refusal());
    }

    @Test
    void alwaysLeadsWithoutElection() throws Exception {
        Leadership always = Leadership.always();
        always.await();

        assertTrue(always.isLeader());
        assertEquals("", always.lease());
        assertEquals(Optional.empty(), always.refusal());
    }

    private static KubernetesClientException refusal(int code, String message) {
        Status status = new StatusBuilder().withCode(code).withMessage(message).build();
        return new KubernetesClientException("Failure executing, and the whole status", code, status);
    }

    private LeaderElection election(String identity, TimeSource clock) {
        return new LeaderElection(lease, "fleet", "lease", identity, terminations::incrementAndGet, clock);
    }

    private void pass(Duration duration) {
        time.pass(duration);
        otherTime.pass(duration);
    }

    private static FutureTask<Void> awaiting(LeaderElection election) {
        return new FutureTask<>(() -> {
            election.await();
            return null;
        });
    }
}
