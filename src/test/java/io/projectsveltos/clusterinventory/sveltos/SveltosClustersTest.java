package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SveltosClustersTest {

    private static final Map<String, Object> RENEWAL =
            Map.of("spec", Map.of("tokenRequestRenewalOption", Map.of("renewTokenRequestInterval", "")));

    private final SveltosClusters sveltosClusters = sveltosClusters(new OutputOptions("", "", "Opaque"));
    private final ClusterProfile profile = profile().build();

    @Test
    void refusesToWriteAForeignSveltosCluster() {
        PartialObjectMetadata foreign =
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build();

        ReconcileFailure refusal =
                assertThrows(ReconcileFailure.class, () -> sveltosClusters.toApply(profile, foreign));

        assertEquals(Reason.NotOwned, refusal.getReason());
    }

    @Test
    void createsAMissingSveltosCluster() {
        assertEquals(OperationResult.CREATED, sveltosClusters.change(profile, null));
    }

    @Test
    void leavesASveltosClusterAloneThatIsAsDesired() {
        assertEquals(
                OperationResult.NONE,
                sveltosClusters.change(profile, appliedCluster().build()));
    }

    @Test
    void updatesASveltosClusterWhoseLabelsDiffer() {
        assertEquals(
                OperationResult.UPDATED,
                sveltosClusters.change(
                        profile().labelled("tier", "gold").build(),
                        appliedCluster().build()));
    }

    @Test
    void updatesASveltosClusterWhenALabelLeavesTheProfile() {
        ClusterProfile labelled = profile().labelled("tier", "gold").build();
        PartialObjectMetadata before =
                Fixtures.applied(sveltosClusters.toApply(labelled, null)).build();

        assertEquals(OperationResult.UPDATED, sveltosClusters.change(profile, before));
        assertEquals(
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                metadata(sveltosClusters.toApply(profile, before)).get("labels"));
    }

    @Test
    void keepsOurLabelWhenTheProfileHasOneWithThatName() {
        ClusterProfile odd =
                profile().labelled(ManagedMetadata.MANAGED_BY, "somebody").build();

        assertEquals(
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                metadata(sveltosClusters.toApply(odd, null)).get("labels"));
    }

    @Test
    void leavesTheKeyNameToSveltosOnceSveltosHasTakenIt() {
        PartialObjectMetadata moved = clusterWithKeyNameFromSveltos().build();

        assertEquals(OperationResult.NONE, sveltosClusters.change(profile, moved));
        assertEquals(Set.of("kubeconfigName"), spec(sveltosClusters.toApply(profile, moved)));
    }

    @Test
    void appliesTheKeyNameUntilSveltosTakesIt() {
        PartialObjectMetadata renewed =
                appliedCluster().owned("sveltos", "Update", RENEWAL).build();

        assertEquals(OperationResult.NONE, sveltosClusters.change(profile, renewed));
        assertEquals(Set.of("kubeconfigName", "kubeconfigKeyName"), spec(sveltosClusters.toApply(profile, renewed)));
    }

    @Test
    void takesTheKeyNameBackFromAnyOtherManager() {
        PartialObjectMetadata edited = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", without("kubeconfigKeyName"))
                .owned("kubectl-edit", "Update", Map.of("spec", Map.of("kubeconfigKeyName", "")))
                .build();

        assertEquals(OperationResult.UPDATED, sveltosClusters.change(profile, edited));
        assertEquals(Set.of("kubeconfigName", "kubeconfigKeyName"), spec(sveltosClusters.toApply(profile, edited)));
    }

    @Test
    void removesAnExcludedLabelThatWasCopiedBefore() {
        ClusterProfile labelled =
                profile().labelled("argocd.argoproj.io/instance", "a").build();
        PartialObjectMetadata before =
                Fixtures.applied(sveltosClusters.toApply(labelled, null)).build();
        SveltosClusters excluding = sveltosClusters(new OutputOptions("argocd.argoproj.io/*", "", "Opaque"));

        assertEquals(OperationResult.UPDATED, excluding.change(labelled, before));
        assertEquals(
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                metadata(excluding.toApply(labelled, before)).get("labels"));
    }

    @Test
    void copiesIncludedAnnotationsOnCreation() {
        ClusterProfile annotated = profile()
                .metadata("annotations", Map.of("sharding.projectsveltos.io/key", "a", "other", "b"))
                .build();

        assertEquals(
                Map.of("sharding.projectsveltos.io/key", "a"),
                metadata(sveltosClusters(new OutputOptions("", "sharding.projectsveltos.io/key", "Opaque"))
                                .toApply(annotated, null))
                        .get("annotations"));
    }

    @Test
    void namesTheManagerThatChangesAField() {
        PartialObjectMetadata edited = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", without("kubeconfigKeyName"))
                .owned("kubectl-edit", "Update", Map.of("spec", Map.of("kubeconfigKeyName", "")))
                .owned("bystander", "Update", Map.of("spec", Map.of("paused", "")))
                .build();

        assertEquals(
                "SveltosCluster fleet/member: field manager kubectl-edit changes spec.kubeconfigKeyName after each"
                        + " repair. Repairs are limited until one of the two writers is stopped.",
                sveltosClusters.conflict(profile, edited));
    }

    @Test
    void namesNoManagerForAFieldThatWasRemoved() {
        PartialObjectMetadata edited = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", without("kubeconfigKeyName"))
                .build();

        assertEquals(
                "SveltosCluster fleet/member: another writer changes spec.kubeconfigKeyName after each repair. Repairs"
                        + " are limited until one of the two writers is stopped.",
                sveltosClusters.conflict(profile, edited));
    }

    private static SveltosClusters sveltosClusters(OutputOptions options) {
        return new SveltosClusters(InformerStore.ofObjects(), options);
    }

    private Fixtures.Metadata appliedCluster() {
        return Fixtures.applied(sveltosClusters.toApply(profile, null));
    }

    private Fixtures.Metadata clusterWithKeyNameFromSveltos() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", without("kubeconfigKeyName"))
                .owned("sveltos", "Update", Map.of("spec", Map.of("kubeconfigKeyName", "")))
                .owned("kubectl", "Update", RENEWAL);
    }

    /** What we apply to a SveltosCluster, less a field of its spec. */
    private Map<String, Object> without(String field) {
        Map<String, Object> body = new HashMap<>(sveltosClusters.toApply(profile, null));
        Map<Object, Object> spec = new HashMap<>((Map<?, ?>) body.get("spec"));
        spec.remove(field);
        body.put("spec", spec);
        return body;
    }

    private static Map<?, ?> metadata(Map<String, Object> body) {
        return (Map<?, ?>) body.get("metadata");
    }

    private static Set<?> spec(Map<String, Object> body) {
        return ((Map<?, ?>) body.get("spec")).keySet();
    }
}
