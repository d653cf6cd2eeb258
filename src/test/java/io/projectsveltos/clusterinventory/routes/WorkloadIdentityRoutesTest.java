package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.testing.Certificates;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Profiles that offer an access provider of the registration file. */
@CamelMainTest(
        configurationClasses = ControllerConfiguration.class,
        properties = {
            "kubeconfig=src/test/resources/kubeconfig-of-no-server.yaml",
            "registration-file=src/test/resources/registrations.yaml"
        },
        replaceRouteFromWith = {
            "watch-clusterprofiles=direct:watch-clusterprofiles",
            "watch-source-secrets=direct:watch-source-secrets",
            "watch-managed-secrets=direct:watch-managed-secrets",
            "watch-sveltosclusters=direct:watch-sveltosclusters",
            "watch-debugging-configuration=direct:watch-debugging-configuration",
            "reconcile-clusterprofile=direct:reconcile-clusterprofile",
            "clean-up-orphans=direct:clean-up-orphans"
        },
        mockEndpointsAndSkip = "(kubernetes-|workqueue:).*")
class WorkloadIdentityRoutesTest extends RouteTest {

    private static final String AUTHORITY_SECRET = "member-sveltos-ca";
    private static final String AUTHORITY = authority();
    private static final String LONG_AGO = "2026-01-01T00:00:00Z";

    @Nested
    class OfAProfile {

        @Test
        void registersTheClusterWithoutAKubeconfig() {
            given(offering(null).build());

            reconcile();

            assertEquals(List.of("apply-sveltoscluster", "queue-normal-event"), edges.steps());
            assertEquals(
                    Map.of(
                            "workloadIdentity",
                            Map.of(
                                    "provider",
                                    "AWS",
                                    "endpoint",
                                    "https://member.example",
                                    "aws",
                                    Map.of("clusterName", "member-1", "roleARN", "arn:role", "region", "eu-1"))),
                    edges.sentBy("apply-sveltoscluster").object().get("spec"));
            assertEquals(List.of(Reason.Synced), reportedReasons());
        }

        @Test
        void appliesTheAuthorityBeforeTheSveltosClusterThatPointsToIt() {
            given(offering(AUTHORITY).build());

            reconcile();

            assertEquals(
                    List.of("apply-authority-secret", "apply-sveltoscluster", "queue-normal-event"), edges.steps());
            Edges.Sent secret = edges.sentBy("apply-authority-secret");
            assertEquals(AUTHORITY_SECRET, secret.metadata().get("name"));
            assertEquals("1", secret.metadata().get("resourceVersion"));
            assertEquals(
                    Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                    secret.metadata().get("labels"));
            assertEquals(Map.of("ca.crt", AUTHORITY), secret.object().get("data"));
            assertEquals(Map.of("name", AUTHORITY_SECRET), sentIdentity().get("caSecretRef"));
        }

        @Test
        void writesNothingIfTheOutputsAreAsDesired() {
            givenRegistered(AUTHORITY);

            reconcile();

            assertEquals(List.of(), edges.steps());
        }

        @Test
        void appliesAValueThatHasChanged() {
            givenRegistered(AUTHORITY);
            given(offering(AUTHORITY).status("properties", role("arn:other")).build());

            reconcile();

            assertEquals(List.of("apply-sveltoscluster"), edges.steps());
            assertEquals("arn:other", ((Map<?, ?>) sentIdentity().get("aws")).get("roleARN"));
        }

        @Test
        void appliesAnAuthorityThatHasChanged() {
            givenRegistered(AUTHORITY);
            given(offering(authority()).build());

            reconcile();

            assertEquals(List.of("apply-authority-secret"), edges.steps());
        }

        @Test
        void deletesAnAuthorityThatIsNotGivenAnyMore() {
            givenRegistered(AUTHORITY);
            given(offering(null).build());

            reconcile();

            assertEquals(List.of("apply-sveltoscluster", "delete-authority-secret"), edges.steps());
            assertNull(sentIdentity().get("caSecretRef"));
        }

        @Test
        void goesFromAKubeconfigToWorkloadIdentityInOneApply() {
            givenAProfileWithASource();
            given(profile().labelled("region", "eu-1").build());
            reconcile();
            edges.forget();
            given(offering(null).build());

            reconcile();

            assertEquals(List.of("apply-sveltoscluster", "delete-managed-secret"), edges.steps());
            Edges.Sent applied = edges.sentBy("apply-sveltoscluster");
            assertEquals(
                    List.of("workloadIdentity"),
                    List.copyOf(((Map<?, ?>) applied.object().get("spec")).keySet()));
            assertEquals("uid-of-member", applied.metadata().get("uid"));
        }

        @Test
        void keepsTheManagedSecretIfTheSveltosClusterIsNotAccepted() {
            givenOutputs();
            given(offering(null).build());
            edges.refuseOnce("apply-sveltoscluster", new IllegalStateException("refused"));

            reconcile();

            assertEquals(List.of("apply-sveltoscluster"), edges.steps());
        }

        @Test
        void keepsTheManagedSecretWhileAnotherManagerOwnsTheReferenceToIt() {
            givenRegistered(null);
            givenManagedSecret(managedSecret().ours().build());
            givenSveltosCluster(Fixtures.applied(desiredCluster())
                    .owned("kubectl", "Update", Map.of("spec", Map.of("kubeconfigName", "")))
                    .build());

            reconcile();

            assertEquals(List.of(), edges.steps());
        }

        @Test
        void goesBackToAKubeconfigInOneApply() {
            givenRegistered(AUTHORITY);
            givenAProfileWithASource();

            reconcile();

            assertEquals(
                    List.of(
                            "get-source-secret",
                            "apply-secret",
                            "apply-sveltoscluster",
                            "delete-authority-secret",
                            "queue-normal-event"),
                    edges.steps());
            assertEquals(
                    Map.of("kubeconfigName", Fixtures.MANAGED_SECRET, "kubeconfigKeyName", "kubeconfig"),
                    edges.sentBy("apply-sveltoscluster").object().get("spec"));
        }

        @Test
        void keepsTheRegistrationWhileTheProfileOffersNothing() {
            givenRegistered(AUTHORITY);
            given(profile().labelled("other", "label").withoutStatus().build());

            reconcile();

            assertEquals(List.of(), edges.steps());
        }

        @Test
        void keepsTheRegistrationWhileTheProfileLacksAField() {
            givenRegistered(AUTHORITY);
            given(offering(AUTHORITY).status("properties", List.of()).build());

            reconcile();

            assertEquals(List.of("queue-warning-event"), edges.steps());
            assertEquals(List.of(Reason.InvalidAccessProvider), reportedReasons());
            String message = reportedEvents().get(0).message();
            assertTrue(message.contains("lacks $(property:role)"), message);
        }

        @Test
        void leavesAForeignAuthorityAlone() {
            given(offering(AUTHORITY).build());
            givenManagedSecret(authoritySecret().build());

            reconcile();

            assertEquals(List.of("queue-warning-event"), edges.steps());
            assertEquals(List.of(Reason.NotOwned), reportedReasons());
        }

        @Test
        void asksTheApiServerAfterAFailure() {
            given(offering(AUTHORITY).build());
            edges.answer("get-authority-secret", authoritySecret().build());

            reconcile(1);

            assertEquals(List.of("get-authority-secret", "queue-warning-event"), edges.steps());
            Map<String, Object> headers = edges.sentBy("get-authority-secret").headers();
            assertEquals(Fixtures.NAMESPACE, headers.get(KubernetesConstants.KUBERNETES_NAMESPACE_NAME));
            assertEquals(AUTHORITY_SECRET, headers.get(KubernetesConstants.KUBERNETES_SECRET_NAME));
        }

        @Test
        void createsADeletedAuthorityAgain() {
            givenRegistered(AUTHORITY);
            Informers.remove(managedSecrets, Fixtures.NAMESPACE + "/" + AUTHORITY_SECRET);

            reconcile();

            assertEquals(List.of("apply-authority-secret"), edges.steps());
        }

        @Test
        void limitsRepairsOfTheAuthority() {
            givenRegistered(AUTHORITY);
            for (int i = 0; i < 5; i++) {
                takeTheAuthority();
            }
            assertEquals(5, edges.allSentBy("apply-authority-secret").size());
            edges.forget();

            takeTheAuthority();

            assertEquals(List.of("queue-warning-event"), edges.steps());
            String message = reportedEvents().get(0).message();
            assertTrue(
                    message.startsWith(
                            "Secret fleet/member-sveltos-ca: field manager kubectl-edit changes data.ca.crt"),
                    message);
        }

        @Test
        void repairsAFieldThatAnotherManagerHasTaken() {
            givenRegistered(AUTHORITY);
            givenSveltosCluster(Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                    .with(desiredCluster())
                    .owned(ManagedMetadata.FIELD_MANAGER, "Apply", withoutEndpoint())
                    .owned("kubectl-edit", "Update", Map.of("spec", Map.of("workloadIdentity", Map.of("endpoint", ""))))
                    .build());

            reconcile();

            assertEquals(List.of("apply-sveltoscluster"), edges.steps());
        }

        @Test
        void queuesTheProfileOfAnAuthority() {
            send("direct:watch-managed-secrets", authoritySecret().ours().build(), Map.of());

            assertEquals(Fixtures.KEY, edges.sentBy("queue-owner").body());
        }

        private void takeTheAuthority() {
            givenManagedSecret(authoritySecret()
                    .ours()
                    .owned(ManagedMetadata.FIELD_MANAGER, "Apply", Fixtures.ourLabel())
                    .owned("kubectl-edit", "Update", Map.of("data", Map.of("ca.crt", "")))
                    .build());
            reconcile();
        }

        private Map<String, Object> withoutEndpoint() {
            Map<String, Object> body = new HashMap<>(desiredCluster());
            Map<Object, Object> identity = new HashMap<>(identity(body));
            identity.remove("endpoint");
            body.put("spec", Map.of("workloadIdentity", identity));
            return body;
        }

        private Map<?, ?> sentIdentity() {
            return identity(edges.sentBy("apply-sveltoscluster").object());
        }
    }

    @Nested
    class OfADeletion {

        @Test
        void deletesTheAuthorityAfterTheSveltosCluster() {
            givenRegistered(AUTHORITY);
            given(offering(AUTHORITY).deletedAt(LONG_AGO).build());

            reconcile();

            assertEquals(
                    List.of(
                            "delete-sveltoscluster",
                            "get-managed-secret",
                            "delete-authority-secret",
                            "remove-finalizer-patch"),
                    edges.steps());
        }

        @Test
        void keepsTheAuthorityWhileSveltosKeepsTheSveltosCluster() {
            givenRegistered(AUTHORITY);
            given(offering(authority()).deletedAt(LONG_AGO).build());
            edges.answer("delete-sveltoscluster", beingDeleted());

            reconcile();

            assertEquals(List.of("delete-sveltoscluster", "queue-normal-event"), edges.steps());
        }

        @Test
        void doesNotChangeTheRegistrationWhileSveltosCleansUp() {
            givenOutputs();
            given(offering(AUTHORITY).deletedAt(LONG_AGO).build());
            givenSveltosCluster(beingDeleted());

            reconcile();

            assertEquals(List.of("queue-normal-event"), edges.steps());
        }

        @Test
        void asksTheApiServerForAnAuthorityThatTheInformerDoesNotKnowYet() {
            given(offering(AUTHORITY).deletedAt(LONG_AGO).build());
            edges.answer("get-authority-secret", authoritySecret().ours().build());

            reconcile();

            assertEquals(
                    List.of(
                            "get-sveltoscluster",
                            "get-managed-secret",
                            "get-authority-secret",
                            "delete-authority-secret",
                            "remove-finalizer-patch"),
                    edges.steps());
        }

        @Test
        void leavesAForeignAuthorityAlone() {
            given(offering(AUTHORITY).deletedAt(LONG_AGO).build());
            edges.answer("get-authority-secret", authoritySecret().build());

            reconcile();

            assertEquals(
                    List.of(
                            "get-sveltoscluster",
                            "get-managed-secret",
                            "get-authority-secret",
                            "remove-finalizer-patch"),
                    edges.steps());
        }

        @Test
        void deletesAnOrphanedAuthority() {
            givenSyncedStores();
            givenManagedSecret(authoritySecret().ours().build());
            edges.answer("list-clusterprofiles", List.of());
            send("direct:clean-up-orphans", null, Map.of());
            send("direct:clean-up-orphans", null, Map.of());
            assertEquals(Fixtures.KEY, edges.sentBy("queue-orphan").body());
            edges.forget();

            reconcile();

            assertEquals(
                    "delete-authority-secret", edges.steps().get(edges.steps().size() - 1));
        }

        private PartialObjectMetadata beingDeleted() {
            return sveltosCluster().ours().deletedAt(LONG_AGO).build();
        }
    }

    private Map<String, Object> desired;

    /** A profile whose outputs are up to date. */
    private void givenRegistered(String authority) {
        given(offering(authority).build());
        reconcile();
        desired = edges.sentBy("apply-sveltoscluster").object();
        edges.forget();
    }

    private Map<String, Object> desiredCluster() {
        return desired;
    }

    private static Map<?, ?> identity(Map<String, Object> cluster) {
        return (Map<?, ?>) ((Map<?, ?>) cluster.get("spec")).get("workloadIdentity");
    }

    private static Fixtures.Metadata authoritySecret() {
        return Fixtures.metadata(Fixtures.NAMESPACE, AUTHORITY_SECRET);
    }

    private static Fixtures.Profile offering(String authority) {
        Map<String, Object> cluster = new HashMap<>(Map.of(
                "server",
                "https://member.example",
                "extensions",
                List.of(Map.of(
                        "name", AccessProvider.EXEC_EXTENSION, "extension", Map.of("clusterName", "member-1")))));
        if (authority != null) {
            cluster.put("certificate-authority-data", authority);
        }
        return profile()
                .labelled("region", "eu-1")
                .status("properties", role("arn:role"))
                .accessProviders(Map.of("name", "eks", "cluster", cluster));
    }

    private static List<Map<String, String>> role(String value) {
        return List.of(Map.of("name", "role", "value", value));
    }

    private static String authority() {
        return Base64.getEncoder()
                .encodeToString(Certificates.until(Instant.parse("2036-01-01T00:00:00Z"))
                        .certificate()
                        .getBytes(StandardCharsets.UTF_8));
    }
}
