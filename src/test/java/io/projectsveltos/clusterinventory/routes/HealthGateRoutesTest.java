package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HealthGateRoutesTest extends RouteTest {

    private static final List<String> REGISTERED =
            List.of("get-source-secret", "apply-secret", "apply-sveltoscluster", "queue-normal-event");

    @Test
    void ignoresTheConditionByDefault() {
        givenCondition("False");

        reconcile();

        assertEquals(REGISTERED, edges.steps());
        assertFalse(spec().containsKey("paused"));
    }

    private void givenCondition(String condition) {
        given(profile().healthy(condition).build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
    }

    private Map<?, ?> spec() {
        return (Map<?, ?>) edges.sentBy("apply-sveltoscluster").object().get("spec");
    }

    @Nested
    @CamelMainTest(properties = "health-gate=first")
    class First {

        @Test
        void reportsWhatItWaitsForAndWritesNothing() {
            given(profile().withoutFinalizers().healthy("False").build());
            givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));

            Exchange exchange = reconcile();

            assertNull(exchange.getException());
            assertEquals(List.of("queue-normal-event"), edges.steps());
            assertEquals(List.of(Reason.WaitingForControlPlane), reportedReasons());
        }

        @Test
        void reportsItOnce() {
            givenCondition("False");
            reconcile();
            record(Reason.Type.Normal, 0);
            edges.forget();

            givenCondition("Unknown");
            reconcile();

            assertEquals(List.of(), edges.steps());
        }

        @Test
        void registersAHealthyClusterAndKeepsItWhenItIsNoLongerHealthy() {
            givenCondition("True");
            reconcile();
            assertEquals(REGISTERED, edges.steps());
            edges.forget();

            given(profile().labelled("tier", "gold").healthy("False").build());
            reconcile();

            assertEquals(List.of("apply-sveltoscluster"), edges.steps());
        }

        @Test
        void finishesARegistrationThatWasInterrupted() {
            givenCondition("True");
            reconcile();
            Informers.remove(sveltosClusters, Fixtures.KEY);
            edges.forget();

            givenCondition("Unknown");
            reconcile();

            assertEquals(List.of("apply-sveltoscluster", "queue-normal-event"), edges.steps());
        }

        @Test
        void deletesAProfileThatIsHeldBack() {
            given(profile().healthy("False").deletedAt("2026-01-01T00:00:00Z").build());

            reconcile();

            assertEquals(List.of("get-sveltoscluster", "get-managed-secret", "remove-finalizer-patch"), edges.steps());
        }
    }

    @Nested
    @CamelMainTest(properties = {"health-gate=first", "same-cluster=oldest"})
    class FirstOfTheSameCluster {

        @Test
        void takesOverARegisteredClusterThatIsNotHealthy() {
            given(ofCluster().withoutFinalizers().healthy("Unknown").build());
            given(ofCluster()
                    .inNamespace("elder")
                    .deletedAt("2026-01-02T00:00:00Z")
                    .build());
            givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
            givenSveltosCluster(Fixtures.metadata("elder", Fixtures.NAME).ours().build());

            reconcile();

            edges.sentBy("apply-sveltoscluster");
        }
    }

    @Nested
    @CamelMainTest(properties = {"health-gate=pause", "same-cluster=oldest"})
    class PauseOfTheSameCluster {

        @Test
        void lastsUntilAnotherProfileHasTakenOver() {
            given(ofCluster()
                    .healthy("False")
                    .deletedAt(Instant.now().toString())
                    .build());
            given(ofCluster().inNamespace("younger").build());
            givenSveltosCluster(paused().build());

            reconcile();

            assertTrue(edges.allSentBy("release-sveltoscluster").isEmpty());
            assertTrue(edges.allSentBy("delete-sveltoscluster").isEmpty());
        }
    }

    private static Fixtures.Profile ofCluster() {
        return profile().labelled("multicluster.x-k8s.io/inventory-member-id", "m1");
    }

    private static Fixtures.Metadata paused() {
        return sveltosCluster()
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", Map.of("spec", Map.of("paused", true)));
    }

    @Nested
    @CamelMainTest(properties = "health-gate=pause")
    class Pause {

        @Test
        void registersAnUnhealthyClusterPaused() {
            givenCondition("False");

            reconcile();

            assertEquals(REGISTERED, edges.steps());
            assertEquals(Boolean.TRUE, spec().get("paused"));
        }

        @Test
        void pausesAndReleasesARegisteredCluster() {
            givenCondition("True");
            reconcile();
            edges.forget();

            givenCondition("False");
            reconcile();
            assertEquals(List.of("apply-sveltoscluster", "queue-normal-event"), edges.steps());
            assertEquals(Boolean.TRUE, spec().get("paused"));
            assertEquals(
                    "Paused SveltosCluster fleet/member: its profile's condition ControlPlaneHealthy is False",
                    reportedEvents().get(0).message());
            edges.forget();

            givenCondition("True");
            reconcile();
            assertEquals(List.of("apply-sveltoscluster", "queue-normal-event"), edges.steps());
            assertFalse(spec().containsKey("paused"));
            assertEquals(
                    "health-gate no longer pauses SveltosCluster fleet/member",
                    reportedEvents().get(0).message());
        }

        /** More often than outputs.repair-burst allows. */
        @Test
        void isNotARepairThatWaits() {
            for (int i = 0; i < 20; i++) {
                givenCondition(i % 2 == 0 ? "True" : "False");
                edges.forget();

                reconcile();

                edges.sentBy("apply-sveltoscluster");
            }
        }

        @Test
        void releasesAPausedClusterBeforeItIsDeleted() {
            given(profile().healthy("False").deletedAt("2026-01-01T00:00:00Z").build());
            givenSveltosCluster(paused().build());
            edges.answer("release-sveltoscluster", sveltosCluster().ours().build());

            reconcile();

            assertEquals(
                    List.of(
                            "release-sveltoscluster",
                            "delete-sveltoscluster",
                            "get-managed-secret",
                            "remove-finalizer-patch"),
                    edges.steps());
        }

        @Test
        void releasesAPausedClusterThatSomebodyElseDeletes() {
            given(profile().healthy("False").deletedAt("2026-01-01T00:00:00Z").build());
            givenSveltosCluster(paused().deletedAt("2026-01-01T00:00:00Z").build());

            reconcile();

            edges.sentBy("release-sveltoscluster");
            assertTrue(edges.allSentBy("delete-sveltoscluster").isEmpty());
        }
    }
}
