package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.testing.Fixtures;
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
    @CamelMainTest(properties = "health-gate=pause")
    class Pause {

        private static final Map<String, Object> PAUSED = Map.of("spec", Map.of("paused", true));

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
                    "Released spec.paused of SveltosCluster fleet/member",
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

        private Fixtures.Metadata paused() {
            return sveltosCluster().ours().owned(ManagedMetadata.FIELD_MANAGER, "Apply", PAUSED);
        }
    }
}
