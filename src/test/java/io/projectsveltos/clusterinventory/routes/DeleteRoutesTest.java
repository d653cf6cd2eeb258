package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeleteRoutesTest extends RouteTest {

    private static final String LONG_AGO = "2026-01-01T00:00:00Z";

    private final PartialObjectMetadata cluster = sveltosCluster().ours().build();
    private final PartialObjectMetadata clusterBeingDeleted =
            sveltosCluster().ours().deletedAt(LONG_AGO).build();
    private final PartialObjectMetadata foreignCluster = sveltosCluster().build();
    private final PartialObjectMetadata secret = managedSecret().ours().build();
    private final PartialObjectMetadata foreignSecret = managedSecret().build();

    @Nested
    class OfAProfile {

        @BeforeEach
        void profileIsBeingDeleted() {
            given(profile().deletedAt(LONG_AGO).build());
        }

        @Test
        void deletesTheSveltosClusterThenTheSecretThenTheFinalizer() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(
                    List.of("delete-sveltoscluster", "delete-managed-secret", "remove-finalizer-patch"), edges.steps());
        }

        @Test
        void deletesOnlyTheObjectsThatWereSeen() throws Exception {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);

            reconcile();

            assertEquals(
                    cluster.getMetadata().getUid(),
                    uidIn(edges.sentBy("delete-sveltoscluster").body()));
            assertEquals(
                    "deleteCustomResource",
                    edges.sentBy("delete-sveltoscluster").options().get("operation"));
            assertEquals(
                    secret.getMetadata().getUid(),
                    uidIn(edges.sentBy("delete-managed-secret").body()));
            assertEquals(
                    "deleteSecret",
                    edges.sentBy("delete-managed-secret").options().get("operation"));
        }

        @Test
        void keepsTheSecretWhileSveltosKeepsTheSveltosCluster() {
            givenServed();
            edges.answer("delete-sveltoscluster", clusterBeingDeleted);

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(List.of("delete-sveltoscluster", "queue-normal-event"), edges.steps());
        }

        @Test
        void copiesARotatedSourceWhileItWaits() {
            givenServed();
            givenSveltosCluster(clusterBeingDeleted);
            givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG.replace("https://", "https://moved.")));

            reconcile();

            assertEquals(
                    List.of("queue-normal-event", "get-source-secret", "apply-secret", "queue-normal-event"),
                    edges.steps());
        }

        @Test
        void leavesAFreshCredentialAloneWhileItWaits() {
            givenServed();
            givenSveltosCluster(clusterBeingDeleted);

            reconcile();

            assertEquals(List.of("queue-normal-event"), edges.steps());
        }

        @Test
        void doesNotRecreateADeletedSecretWhileItWaits() {
            givenSveltosCluster(clusterBeingDeleted);
            givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG));

            reconcile();

            assertEquals(List.of("queue-normal-event"), edges.steps());
        }

        /** Its outputs were created before it was deleted. */
        private void givenServed() {
            givenOutputs();
            given(profile().deletedAt(LONG_AGO).build());
        }

        @Test
        void deletesTheSveltosClusterOnce() {
            givenSveltosCluster(clusterBeingDeleted);

            reconcile();

            assertEquals(List.of("queue-normal-event"), edges.steps());
        }

        @Test
        void requeuesOnceToReportAWaitOfAMinute() {
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            given(profile().deletedAt(now.toString()).build());
            givenSveltosCluster(clusterBeingDeleted);

            Duration requeueAfter = reconcile().getProperty(WorkqueueConstants.REQUEUE_AFTER, Duration.class);

            assertTrue(requeueAfter.compareTo(Duration.ofMinutes(1)) <= 0 && requeueAfter.toSeconds() > 50);
            given(profile().deletedAt(now.minusSeconds(61).toString()).build());
            assertNull(reconcile().getProperty(WorkqueueConstants.REQUEUE_AFTER));
        }

        @Test
        void doesNotRequeueOnceAllIsGone() {
            Exchange exchange = reconcile();

            assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
        }

        @Test
        void reportsThatItWaits() {
            givenSveltosCluster(clusterBeingDeleted);

            reconcile();

            assertEquals(List.of(Reason.WaitingForSveltosCluster), reportedReasons());
        }

        @Test
        void reportsNothingInTheFirstMinute() {
            given(profile()
                    .deletedAt(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                    .build());
            givenSveltosCluster(clusterBeingDeleted);

            reconcile();

            assertEquals(List.of(), edges.steps());
        }

        @Test
        void asksTheApiServerForWhatTheInformersDoNotKnowYet() {
            edges.answer("get-sveltoscluster", cluster).answer("get-managed-secret", secret);

            reconcile();

            assertEquals(
                    List.of(
                            "get-sveltoscluster",
                            "delete-sveltoscluster",
                            "get-managed-secret",
                            "delete-managed-secret",
                            "remove-finalizer-patch"),
                    edges.steps());
        }

        @Test
        void countsMissingOutputsAsDeleted() {
            reconcile();

            assertEquals(List.of("get-sveltoscluster", "get-managed-secret", "remove-finalizer-patch"), edges.steps());
        }

        @Test
        void leavesAForeignSveltosClusterAlone() {
            edges.answer("get-sveltoscluster", foreignCluster);
            givenManagedSecret(secret);

            reconcile();

            assertEquals(
                    List.of("get-sveltoscluster", "delete-managed-secret", "remove-finalizer-patch"), edges.steps());
        }

        @Test
        void leavesAForeignSecretAlone() {
            givenSveltosCluster(cluster);
            edges.answer("get-managed-secret", foreignSecret);

            reconcile();

            assertEquals(
                    List.of("delete-sveltoscluster", "get-managed-secret", "remove-finalizer-patch"), edges.steps());
        }

        @Test
        void deletesTheSecretOnce() {
            givenManagedSecret(managedSecret().ours().deletedAt(LONG_AGO).build());

            reconcile();

            assertEquals(List.of("get-sveltoscluster", "remove-finalizer-patch"), edges.steps());
        }
    }

    @Nested
    class OfOrphans {

        @Test
        void doesNotDeleteOutputsBeforeTheirConfirmation() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);

            reconcile();

            assertEquals(List.of(), edges.steps());
        }

        @Test
        void deletesTheSveltosClusterThenTheSecret() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);
            confirmOrphans();

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(
                    List.of("get-clusterprofile", "delete-sveltoscluster", "delete-managed-secret"), edges.steps());
        }

        @Test
        void doesNotTouchTheOutputsOfAProfileThatAnotherShardServes() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);
            confirmOrphans();
            edges.answer("get-clusterprofile", profile().build());

            reconcile();

            assertEquals(List.of("get-clusterprofile"), edges.steps());
        }

        @Test
        void leavesThemAloneIfTheApiServerDoesNotAnswer() {
            givenSveltosCluster(cluster);
            confirmOrphans();
            edges.answer("get-clusterprofile", new IllegalStateException("no API server"));

            reconcile();

            assertEquals(List.of("get-clusterprofile"), edges.steps());
        }

        @Test
        void finishesADeletionThatNoOtherProcessFinishes() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);
            confirmOrphans();
            edges.answer("get-clusterprofile", profile().deletedAt(LONG_AGO).build());

            reconcile();

            assertEquals(
                    List.of(
                            "get-clusterprofile",
                            "delete-sveltoscluster",
                            "delete-managed-secret",
                            "remove-finalizer-patch"),
                    edges.steps());
        }

        @Test
        void fetchesNoCredentialForAProfileThatIsNotServedHere() {
            givenSveltosCluster(clusterBeingDeleted);
            givenManagedSecret(secret);
            confirmOrphans();
            edges.answer("get-clusterprofile", profile().deletedAt(LONG_AGO).build());

            reconcile();

            assertEquals(List.of("get-clusterprofile", "queue-normal-event"), edges.steps());
        }

        @Test
        void waitsForSveltosToo() {
            givenSveltosCluster(cluster);
            givenManagedSecret(secret);
            edges.answer("delete-sveltoscluster", clusterBeingDeleted);
            confirmOrphans();

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(List.of("get-clusterprofile", "delete-sveltoscluster"), edges.steps());
        }

        @Test
        void doesNotTouchASveltosClusterWhoseSecretIsForeign() {
            givenSveltosCluster(cluster);
            edges.answer("get-managed-secret", foreignSecret);
            confirmOrphans();

            reconcile();

            assertEquals(List.of("get-clusterprofile", "get-managed-secret"), edges.steps());
        }

        @Test
        void deletesASveltosClusterWhoseSecretIsGone() {
            givenSveltosCluster(cluster);
            confirmOrphans();

            reconcile();

            assertEquals(
                    List.of("get-clusterprofile", "get-managed-secret", "delete-sveltoscluster", "get-managed-secret"),
                    edges.steps());
        }

        private void confirmOrphans() {
            givenSyncedStores();
            edges.answer("list-clusterprofiles", List.of());
            send("direct:clean-up-orphans", null, Map.of());
            send("direct:clean-up-orphans", null, Map.of());
            assertEquals(List.of("list-clusterprofiles", "queue-orphan"), edges.steps());
            edges.forget();
        }
    }

    private static String uidIn(Object body) {
        return ((HasMetadata) body).getMetadata().getUid();
    }
}
