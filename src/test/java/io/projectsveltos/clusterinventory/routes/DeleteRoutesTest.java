package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeleteRoutesTest extends RouteTest {

    private static final String LONG_AGO = "2026-01-01T00:00:00Z";

    private final PartialObjectMetadata cluster =
            Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).ours().build();
    private final PartialObjectMetadata clusterBeingDeleted = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
            .ours()
            .deletedAt(LONG_AGO)
            .build();
    private final PartialObjectMetadata foreignCluster =
            Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build();
    private final PartialObjectMetadata secret = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
            .ours()
            .build();
    private final PartialObjectMetadata foreignSecret =
            Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET).build();

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

        /** Its outputs were made before it was deleted. */
        private void givenServed() {
            given(profile().build());
            givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
            reconcile();
            edges.forget();
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
            givenManagedSecret(Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                    .ours()
                    .deletedAt(LONG_AGO)
                    .build());

            reconcile();

            assertEquals(List.of("get-sveltoscluster", "remove-finalizer-patch"), edges.steps());
        }
    }

    @Nested
    class OfOrphans {

        @Test
        void waitsForTheirConfirmation() {
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
        void leavesTheOutputsOfAProfileAloneThatAnotherShardServes() {
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
        void leavesASveltosClusterAloneWhoseSecretIsForeign() {
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
            Stream.of(clusterProfiles, managedSecrets, sveltosClusters)
                    .map(InformerStore::synced)
                    .forEach(synced -> synced.complete(null));
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
