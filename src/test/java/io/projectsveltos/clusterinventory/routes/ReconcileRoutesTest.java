package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.CustomResourcesComponent;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.SecretsComponent;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconcileRoutesTest extends RouteTest {

    @Test
    void servesAProfileThatOffersASecret() {
        givenAProfileWithASource();

        Exchange exchange = reconcile();

        assertNull(exchange.getException());
        assertEquals(
                List.of("get-source-secret", "apply-secret", "apply-sveltoscluster", "queue-normal-event"),
                edges.steps());
    }

    /** The managed Secret still has the last good kubeconfig. */
    @Test
    void recreatesADeletedSveltosClusterWithoutTheSource() {
        givenOutputs();
        Informers.remove(sveltosClusters, Fixtures.KEY);
        Informers.remove(sourceSecretVersions, "fleet/" + Fixtures.SOURCE_NAME);
        edges.answer("get-source-secret", null);

        reconcile();

        assertEquals(List.of("apply-sveltoscluster", "get-source-secret", "queue-warning-event"), edges.steps());
    }

    @Test
    void addsAFinalizerThatSomebodyRemovedBeforeItRecreatesASveltosCluster() {
        givenOutputs();
        given(profile().withoutFinalizers().build());
        Informers.remove(sveltosClusters, Fixtures.KEY);

        reconcile();

        assertEquals(List.of("add-finalizer-patch", "apply-sveltoscluster", "queue-normal-event"), edges.steps());
    }

    @Test
    void leavesOutputsWithoutAProfileToTheOrphanScan() {
        givenManagedSecret(managedSecret().ours().build());

        Exchange exchange = reconcile();

        assertNull(exchange.getException());
        assertEquals(List.of(), edges.steps());
    }

    @Test
    void ignoresADeletionWithoutOurFinalizer() {
        given(profile()
                .finalizers("example.com/other")
                .deletedAt("2026-01-01T00:00:00Z")
                .build());

        reconcile();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void deletesTheOutputsOfADeletedProfile() {
        given(profile().deletedAt("2026-01-01T00:00:00Z").build());

        reconcile();

        assertEquals(List.of("get-sveltoscluster", "get-managed-secret", "remove-finalizer-patch"), edges.steps());
    }

    @Test
    void waitsForTheFirstStatusWithoutAnEvent() {
        given(profile().withoutStatus().build());

        Exchange exchange = reconcile();

        assertNull(exchange.getException());
        assertEquals(List.of(), edges.steps());
    }

    @Test
    void addsTheFinalizerBeforeAnyOutput() {
        given(profile().withoutFinalizers().build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));

        reconcile();

        assertEquals(
                List.of(
                        "add-finalizer-patch",
                        "get-source-secret",
                        "apply-secret",
                        "apply-sveltoscluster",
                        "queue-normal-event"),
                edges.steps());
    }

    @ParameterizedTest
    @CsvSource({"v1alpha1", "v1alpha2"})
    void keepsOtherFinalizersWhenItAddsItsOwn(String version) throws Exception {
        given(profile().apiVersion(version).finalizers("example.com/other").build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));

        reconcile();

        assertPatched("add-finalizer-patch", version, "example.com/other", ClusterProfile.FINALIZER);
    }

    @ParameterizedTest
    @CsvSource({"v1alpha1", "v1alpha2"})
    void removesOnlyItsOwnFinalizer(String version) throws Exception {
        given(profile()
                .apiVersion(version)
                .finalizers(ClusterProfile.FINALIZER, "example.com/other")
                .deletedAt("2026-01-01T00:00:00Z")
                .build());

        reconcile();

        assertPatched("remove-finalizer-patch", version, "example.com/other");
    }

    @Test
    void writesAsItsOwnFieldManager() {
        assertEquals(
                List.of("clusterinventory-camel", "clusterinventory-camel"),
                List.of(
                        context.getComponent("kubernetes-custom-resources", CustomResourcesComponent.class)
                                .getFieldManager(),
                        context.getComponent("kubernetes-secrets", SecretsComponent.class)
                                .getFieldManager()));
    }

    private void assertPatched(String step, String version, String... finalizers) throws Exception {
        Edges.Sent patch = edges.sentBy(step);
        assertEquals(
                Map.of(
                        "apiVersion",
                        "multicluster.x-k8s.io/" + version,
                        "metadata",
                        Map.of(
                                "namespace", Fixtures.NAMESPACE,
                                "name", Fixtures.NAME,
                                "resourceVersion", Fixtures.PROFILE_VERSION,
                                "finalizers", List.of(finalizers))),
                patch.object());
        assertEquals("patchCustomResource", patch.options().get("operation"));
        assertEquals("clusterprofiles", patch.options().get("crdPlural"));
    }
}
