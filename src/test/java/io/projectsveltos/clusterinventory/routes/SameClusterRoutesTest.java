package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.SameCluster;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The profile of the fixtures, {@code fleet/member}, and others of the same cluster in the namespaces elder and younger. */
class SameClusterRoutesTest extends RouteTest {

    private static final String MEMBER_ID = "multicluster.x-k8s.io/inventory-member-id";
    private static final String ELDER = "elder/member";
    private static final String YOUNGER = "younger/member";
    private static final List<String> WITHDRAWAL = List.of(
            "queue-normal-event",
            "get-sveltoscluster-of-successor",
            "delete-sveltoscluster",
            "delete-managed-secret",
            "remove-finalizer-patch");

    private final PartialObjectMetadata cluster = sveltosCluster().ours().build();
    private final PartialObjectMetadata secret = managedSecret().ours().build();
    private final PartialObjectMetadata clusterOfElder = clusterIn("elder").build();

    @Test
    void servesEachByDefault() {
        given(member().build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
        given(elder().build());

        reconcile();

        assertEquals(
                List.of("get-source-secret", "apply-secret", "apply-sveltoscluster", "queue-normal-event"),
                edges.steps());
    }

    @Nested
    @CamelMainTest(properties = "same-cluster=oldest")
    class WhenOnlyTheOldestIsRegistered {

        @Test
        void createsNothingForAProfileWithAnOlderOne() {
            given(member().withoutFinalizers().build());
            givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
            given(elder().build());

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(List.of("queue-normal-event"), edges.steps());
            assertEquals(List.of(Reason.SameCluster), reportedReasons());
            assertTrue(reportedEvents().get(0).message().contains(ELDER));
        }

        @Test
        void reportsTheOlderOneOnce() {
            given(member().withoutFinalizers().build());
            given(elder().build());
            reconcile();
            record(Reason.Type.Normal, 0);
            edges.forget();

            reconcile();

            assertEquals(List.of(), edges.steps());
        }

        @Test
        void servesAProfileWithOutputsUntilTheOlderOneIsRegistered() {
            givenOutputs();
            given(member().labelled(MEMBER_ID, "m1").build());
            given(elder().build());

            reconcile();

            assertEquals(List.of("apply-sveltoscluster"), edges.steps(), "the new label");
        }

        @Test
        void withdrawsItOnceTheOlderOneIsRegistered() {
            givenOutputsNextTo(elder());
            givenSveltosCluster(clusterOfElder);
            edges.answer("get-sveltoscluster-of-successor", clusterOfElder);

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(WITHDRAWAL, edges.steps());
            assertEquals(
                    List.of("elder", "member"),
                    List.of(
                            edges.sentBy("get-sveltoscluster-of-successor")
                                    .headers()
                                    .get("CamelKubernetesNamespaceName"),
                            edges.sentBy("get-sveltoscluster-of-successor")
                                    .headers()
                                    .get("CamelKubernetesCRDInstanceName")));
        }

        @Test
        void keepsItIfTheApiServerDoesNotHaveTheOther() {
            givenOutputsNextTo(elder());
            givenSveltosCluster(clusterOfElder);

            Exchange exchange = reconcile();

            assertEquals(List.of("queue-normal-event", "get-sveltoscluster-of-successor"), firstSteps(2));
            assertEquals("5s", exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
            assertTrue(edges.allSentBy("delete-sveltoscluster").isEmpty());
        }

        @Test
        void keepsItWhileTheOtherIsBeingDeleted() {
            givenOutputsNextTo(elder());
            givenSveltosCluster(clusterOfElder);
            edges.answer(
                    "get-sveltoscluster-of-successor",
                    clusterIn("elder").deletedAt("2026-01-01T00:00:00Z").build());

            reconcile();

            assertTrue(edges.allSentBy("delete-sveltoscluster").isEmpty());
        }

        @Test
        void keepsItWhileAnotherProfileOfTheClusterIsHandedOver() {
            givenOutputsNextTo(elder());
            givenSveltosCluster(clusterOfElder);
            edges.answer("get-sveltoscluster-of-successor", clusterOfElder);
            assertTrue(sameCluster().takeTurn(elder().build()));

            Exchange exchange = reconcile();

            assertEquals("100ms", exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
            assertTrue(edges.allSentBy("get-sveltoscluster-of-successor").isEmpty());

            sameCluster().endTurn(elder().build());
            edges.forget();
            reconcile();

            assertEquals(1, edges.allSentBy("delete-sveltoscluster").size());
        }

        /** The older one was deleted after this reconcile began, and waits for this SveltosCluster. */
        @Test
        void keepsItIfItIsTheOldestByTheTimeOfItsTurn() {
            givenOutputsNextTo(elder());
            givenSveltosCluster(clusterOfElder);
            edges.whenSent(
                    "queue-normal-event",
                    () -> given(elder().deletedAt("2026-01-02T00:00:00Z").build()));

            reconcile();

            assertTrue(edges.allSentBy("delete-sveltoscluster").isEmpty());
            assertTrue(edges.allSentBy("get-sveltoscluster-of-successor").isEmpty());
        }

        @Test
        void endsItsTurnAfterAFailure() {
            givenOutputsNextTo(elder());
            givenSveltosCluster(clusterOfElder);
            edges.answer("get-sveltoscluster-of-successor", new IllegalStateException("no answer"));

            assertEquals("no answer", reconcile().getException().getMessage());

            assertTrue(sameCluster().takeTurn(member().build()));
            sameCluster().endTurn(member().build());
        }

        @Test
        void keepsTheCredentialFreshWhileSveltosCleansUpAWithdrawnCluster() {
            givenOutputs();
            given(member().build());
            given(elder().build());
            givenSveltosCluster(clusterOfElder);
            givenSveltosCluster(
                    sveltosCluster().ours().deletedAt("2026-01-01T00:00:00Z").build());
            givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG.replace("https://", "https://moved.")));

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(
                    List.of("get-source-secret", "apply-secret"), edges.steps().subList(1, 3));
            assertTrue(edges.allSentBy("apply-sveltoscluster").isEmpty());
        }

        @Test
        void holdsADeletionUntilTheNextOneIsRegistered() {
            givenOutputs();
            given(member().deletedAt(Instant.now().toString()).build());
            given(younger().build());

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(List.of(), edges.steps());
            assertEquals("5s", exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
        }

        @Test
        void reportsADeletionThatIsHeldForAMinute() {
            givenSveltosCluster(cluster);
            given(member().deletedAt(Instant.now().minusSeconds(61).toString()).build());
            given(younger().build());

            reconcile();

            assertEquals(List.of(Reason.WaitingForSveltosCluster), reportedReasons());
            assertTrue(reportedEvents().get(0).message().contains(YOUNGER));
        }

        @Test
        void deletesInOrderOnceTheNextOneIsRegistered() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);
            given(member().deletedAt(Instant.now().toString()).build());
            given(younger().build());
            PartialObjectMetadata next = clusterIn("younger").build();
            givenSveltosCluster(next);
            edges.answer("get-sveltoscluster-of-successor", next);

            reconcile();

            assertEquals(WITHDRAWAL.subList(1, WITHDRAWAL.size()), edges.steps());
        }

        @Test
        void endsADeletionThatNoOtherOneTakesOverInTime() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);
            given(member().deletedAt(Instant.now().minusSeconds(301).toString()).build());
            given(younger().build());

            reconcile();

            assertEquals(
                    List.of("delete-sveltoscluster", "delete-managed-secret", "remove-finalizer-patch"), edges.steps());
        }

        @Test
        void doesNotWaitForAProfileThatIsBeingDeletedToo() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);
            given(member().deletedAt(Instant.now().toString()).build());
            given(younger().deletedAt(Instant.now().toString()).build());

            reconcile();

            assertEquals(
                    List.of("delete-sveltoscluster", "delete-managed-secret", "remove-finalizer-patch"), edges.steps());
        }

        @Test
        void queuesTheOthersOnceTheOldestIsRegistered() {
            given(member().build());
            givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
            given(younger().build());

            reconcile();

            assertEquals(
                    List.of(
                            "get-source-secret",
                            "apply-secret",
                            "apply-sveltoscluster",
                            "queue-other",
                            "queue-normal-event"),
                    edges.steps());
            assertEquals(YOUNGER, edges.sentBy("queue-other").body());

            edges.forget();
            reconcile();

            assertEquals(List.of(), edges.steps());
        }

        /** Those that are deleted in the meantime are not registered. */
        @Test
        void queuesTheNextOneAfterADelay() {
            WorkQueue queue =
                    context.getComponent("workqueue", WorkqueueComponent.class).queue("clusterprofiles");
            given(member().build());
            given(younger().build());
            assertFalse(queue.contains(YOUNGER));

            given(member().deletedAt("2026-01-02T00:00:00Z").build());

            assertTrue(queue.contains(YOUNGER));
            assertEquals(0, queue.depth(), "not ready yet");
        }

        @Test
        void doesNotQueueTheOthersWhileTheOldestCannotBeRegistered() {
            given(member().build());
            given(younger().build());

            reconcile();

            assertEquals(List.of(Reason.SourceSecretNotFound), reportedReasons());
            assertTrue(edges.allSentBy("queue-other").isEmpty());
        }
    }

    private SameCluster sameCluster() {
        return context.getRegistry().findSingleByType(SameCluster.class);
    }

    private void givenOutputsNextTo(Fixtures.Profile other) {
        givenSveltosCluster(cluster);
        givenManagedSecret(secret);
        given(member().build());
        given(other.build());
    }

    private List<String> firstSteps(int count) {
        return edges.steps().subList(0, count);
    }

    private static Fixtures.Profile member() {
        return profile().labelled(MEMBER_ID, "m1").metadata("creationTimestamp", "2026-01-01T00:00:02Z");
    }

    private static Fixtures.Profile elder() {
        return member().inNamespace("elder").metadata("creationTimestamp", "2026-01-01T00:00:01Z");
    }

    private static Fixtures.Profile younger() {
        return member().inNamespace("younger").metadata("creationTimestamp", "2026-01-01T00:00:03Z");
    }

    private static Fixtures.Metadata clusterIn(String namespace) {
        return Fixtures.metadata(namespace, Fixtures.NAME).ours();
    }
}
