package io.projectsveltos.clusterinventory.leaderelection;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
    private final AtomicInteger ends = new AtomicInteger();
    private final LeaderElection one = contender("one", time);
    private final FakeTime timeOfOther = new FakeTime();
    private final LeaderElection other = contender("other", timeOfOther);

    @Test
    void leadsWhereNobodyDoes() {
        one.step();

        assertTrue(one.isLeading());
        assertTrue(one.mayWrite());
        assertEquals("one", lease.holder());
        assertEquals("lease", one.lease());
        assertEquals(12, lease.stored().getSpec().getLeaseDurationSeconds());
        assertEquals(0, lease.stored().getSpec().getLeaseTransitions());
    }

    @Test
    void waitsWhileAnotherRenews() {
        one.step();
        for (int i = 0; i < 30; i++) {
            pass(Duration.ofSeconds(2));
            one.step();
            other.step();
        }

        assertTrue(one.isLeading());
        assertFalse(other.isLeading());
        assertEquals(0, ends.get());
    }

    @Test
    void takesOverWhenALeaseHasNotChangedForItsDuration() {
        one.step();
        other.step();
        pass(LeaderElectionConfig.LEASE);
        other.step();
        assertFalse(other.isLeading());

        pass(SECOND);
        other.step();

        assertTrue(other.isLeading());
        assertEquals(1, lease.stored().getSpec().getLeaseTransitions());
    }

    @Test
    void leavesALeaderAloneWhoseClockIsAnHourSlow() {
        timeOfOther.passOfDay(Duration.ofHours(1));
        one.step();
        other.step();
        pass(Duration.ofSeconds(2));
        one.step();
        other.step();

        assertFalse(other.isLeading());
    }

    @Test
    void takesOverFromALeaderWhoseClockIsAnHourFast() {
        time.passOfDay(Duration.ofHours(1));
        one.step();
        other.step();
        pass(LeaderElectionConfig.LEASE.plus(SECOND));
        other.step();

        assertTrue(other.isLeading());
    }

    @Test
    void refusesWritesAndEndsWhenItHasNotRenewedInTime() {
        one.step();
        pass(LeaderElectionConfig.RENEW_DEADLINE.minusMillis(1));
        assertTrue(one.mayWrite());

        pass(Duration.ofMillis(1));

        assertFalse(one.isLeading());
        assertFalse(one.mayWrite());
        assertFalse(one.mayWrite());
        assertEquals(1, ends.get());
    }

    @Test
    void noticesThatTheMachineSlept() {
        one.step();

        time.passOfDay(LeaderElectionConfig.RENEW_DEADLINE);

        assertFalse(one.mayWrite());
        assertEquals(1, ends.get());
    }

    @Test
    void countsFromBeforeTheRenewalWasSent() {
        lease.beforeNextWrite(() -> pass(Duration.ofSeconds(3)));
        one.step();

        pass(LeaderElectionConfig.RENEW_DEADLINE.minusSeconds(3));

        assertFalse(one.isLeading());
    }

    @Test
    void endsWithoutAWriteToRefuseToo() {
        one.step();
        lease.setAway(true);
        for (int i = 0; i < 4; i++) {
            assertEquals(0, ends.get());
            pass(Duration.ofSeconds(2));
            one.step();
        }

        assertEquals(1, ends.get());
    }

    @Test
    void renewsNothingAfterItsTime() {
        one.step();
        String version = lease.stored().getMetadata().getResourceVersion();
        pass(LeaderElectionConfig.RENEW_DEADLINE);

        one.step();

        assertEquals(version, lease.stored().getMetadata().getResourceVersion());
        assertEquals(1, ends.get());
    }

    @Test
    void endsWhenAnotherHasTheLease() {
        one.step();
        lease.edit(edited -> edited.editSpec().withHolderIdentity("other").endSpec());

        // the first finds that it has changed, the second by whom
        one.step();
        one.step();

        assertEquals(1, ends.get());
        assertFalse(one.mayWrite());
        assertEquals("other", lease.holder());
    }

    @Test
    void keepsALeaseThatSomebodyLabels() {
        one.step();
        lease.edit(edited -> edited.editMetadata().addToLabels("team", "a").endMetadata());
        pass(Duration.ofSeconds(2));
        one.step();
        one.step();
        pass(LeaderElectionConfig.RENEW_DEADLINE.minus(SECOND));

        assertTrue(one.mayWrite());
        assertEquals("a", lease.stored().getMetadata().getLabels().get("team"));
    }

    @Test
    void keepsALeaseThatSomebodyDeletes() {
        one.step();
        lease.delete();
        pass(Duration.ofSeconds(2));
        one.step();
        one.step();

        assertTrue(one.isLeading());
        assertEquals("one", lease.holder());
    }

    @Test
    void goesOnAfterARenewalWhoseAnswerWasLost() {
        one.step();
        pass(Duration.ofSeconds(2));
        lease.setAnswersLost(true);
        one.step();
        lease.setAnswersLost(false);
        pass(Duration.ofSeconds(2));
        one.step();
        pass(LeaderElectionConfig.RENEW_DEADLINE.minus(SECOND));

        assertTrue(one.mayWrite());
    }

    @Test
    void losesTheRaceForAFreeLease() {
        lease.beforeNextWrite(other::step);

        one.step();

        assertTrue(other.isLeading());
        assertFalse(one.isLeading());
        assertEquals("other", lease.holder());
    }

    @Test
    void losesTheRaceForALeaseThatIsOver() {
        contender("gone", new FakeTime()).step();
        one.step();
        other.step();
        pass(LeaderElectionConfig.LEASE.plus(SECOND));
        lease.beforeNextWrite(other::step);

        one.step();

        assertFalse(one.isLeading());
        assertEquals("other", lease.holder());
    }

    @Test
    void takesALeaseThatSomebodyMadeWithoutContent() {
        one.step();
        lease.edit(edited -> edited.withSpec(null));

        other.step();

        assertEquals("other", lease.holder());
    }

    @Test
    void refusesWritesOfOneThatWaitsAndDoesNotEnd() {
        one.step();
        other.step();

        assertFalse(other.mayWrite());
        assertEquals(0, ends.get());
    }

    @Test
    void saysOnceThatTheApiServerDoesNotAnswer() {
        lease.setAway(true);
        try (LogCapture log = LogCapture.started()) {
            one.step();
            one.step();
            lease.setAway(false);
            one.step();

            assertEquals(1, log.lines().size());
            assertTrue(log.lines().get(0).contains("fleet/lease"));
        }
        assertTrue(one.isLeading());
    }

    @Test
    void givesTheLeaseBackAndRefusesWritesQuietlyFromThenOn() {
        one.start();
        await().until(one::isLeading);

        one.close();

        assertNull(lease.holder());
        assertFalse(one.isLeading());
        assertFalse(one.mayWrite());
        assertEquals(0, ends.get());
        other.step();
        assertTrue(other.isLeading());
    }

    @Test
    void leavesTheLeaseOfAnotherAloneWhenItStops() {
        other.step();
        one.start();

        one.close();

        assertEquals("other", lease.holder());
    }

    @Test
    void holdsBackWorkersUntilItLeads() throws Exception {
        other.step();
        one.step();
        CompletableFuture<Void> worker = CompletableFuture.runAsync(() -> awaitLeading(one));
        assertFalse(worker.isDone());

        pass(LeaderElectionConfig.LEASE.plus(SECOND));
        one.step();

        worker.get(10, TimeUnit.SECONDS);
    }

    @Test
    void lettingWorkersWaitCanBeInterrupted() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread worker = new Thread(() -> {
            try {
                one.await();
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        worker.start();

        worker.interrupt();

        assertEquals(
                InterruptedException.class, thrown.get(10, TimeUnit.SECONDS).getClass());
    }

    @Test
    void saysOnceWhyTheLeaseIsRefusedAndWhatToDo() {
        String reason = "Cannot use the lease fleet/lease%s: 403 leases \"lease\" is forbidden;"
                + " the Role needs get, create and update of leases.coordination.k8s.io";
        lease.setRefusal(refusal(403, "leases \"lease\" is forbidden"));

        try (LogCapture log = LogCapture.started(Level.INFO)) {
            one.step();
            one.step();
            assertEquals(Optional.of(reason.formatted("")), one.refusal());
            lease.setRefusal(null);
            one.step();

            assertEquals(
                    List.of(
                            "WARN " + reason.formatted(", trying again"),
                            "INFO The lease fleet/lease can be used again",
                            "INFO Leading (lease fleet/lease)"),
                    log.lines());
        }
        assertEquals(Optional.empty(), one.refusal());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 422})
    void saysThatNobodyElseThanAPersonCanHelp(int code) {
        lease.setRefusal(refusal(code, "no"));

        one.step();

        assertEquals(Optional.of("Cannot use the lease fleet/lease: " + code + " no"), one.refusal());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void doesNotTakeABusyApiServerForARefusal(int code) {
        lease.setRefusal(refusal(code, "not now"));

        one.step();

        assertEquals(Optional.empty(), one.refusal());
    }

    @Test
    void doesNotTakeAnApiServerThatIsAwayForARefusalAndSaysWhenItBecomesOne() {
        lease.setAway(true);

        try (LogCapture log = LogCapture.started()) {
            one.step();
            one.step();
            assertEquals(Optional.empty(), one.refusal());
            lease.setAway(false);
            lease.setRefusal(refusal(404, "namespaces \"fleet\" not found"));
            one.step();

            assertEquals(
                    List.of(
                            "WARN Cannot use the lease fleet/lease, trying again: away",
                            "WARN Cannot use the lease fleet/lease, trying again: 404 namespaces \"fleet\" not found"),
                    log.lines());
        }
    }

    @Test
    void standbyIsNotRefused() {
        one.step();
        other.step();

        assertEquals(Optional.empty(), other.refusal());
    }

    @Test
    void leadsAlwaysWithoutElection() throws Exception {
        Leadership unopposed = Leadership.unopposed();
        unopposed.await();

        assertTrue(unopposed.isLeading());
        assertEquals("", unopposed.lease());
        assertEquals(Optional.empty(), unopposed.refusal());
    }

    private static KubernetesClientException refusal(int code, String message) {
        Status status = new StatusBuilder().withCode(code).withMessage(message).build();
        return new KubernetesClientException("Failure executing, and the whole status", code, status);
    }

    private LeaderElection contender(String identity, TimeSource clock) {
        return new LeaderElection(lease, "fleet", "lease", identity, ends::incrementAndGet, clock);
    }

    private void pass(Duration duration) {
        time.pass(duration);
        timeOfOther.pass(duration);
    }

    private static void awaitLeading(LeaderElection election) {
        try {
            election.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
