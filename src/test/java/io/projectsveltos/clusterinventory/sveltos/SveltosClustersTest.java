package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SveltosClustersTest {

    private static final Map<String, Object> RENEWAL =
            Map.of("spec", Map.of("tokenRequestRenewalOption", Map.of("renewTokenRequestInterval", "")));
    private static final Map<String, Object> KEY_NAME = Map.of("spec", Map.of("kubeconfigKeyName", ""));
    private static final Map<String, String> OUR_LABEL = Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER);

    private final SveltosClusters sveltosClusters = sveltosClusters(new OutputOptions("", "", "Opaque"));
    private final ClusterProfile profile = profile().build();

    @Test
    void refusesToWriteAForeignSveltosCluster() {
        PartialObjectMetadata foreign =
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build();

        ReconcileFailure refusal = assertThrows(
                ReconcileFailure.class, () -> sveltosClusters.toApply(profile, null, RuleValues.NONE, foreign));

        assertEquals(Reason.NotOwned, refusal.getReason());
    }

    @Test
    void createsAMissingSveltosCluster() {
        assertEquals(OperationResult.CREATED, sveltosClusters.change(profile, null, RuleValues.NONE, null));
    }

    @Test
    void doesNotTouchASveltosClusterThatIsAsDesired() {
        assertEquals(OperationResult.NONE, sveltosClusters.change(profile, null, RuleValues.NONE, applied(profile)));
    }

    @Test
    void updatesASveltosClusterWhoseLabelsDiffer() {
        ClusterProfile labelled = profile().labelled("tier", "gold").build();

        assertEquals(
                OperationResult.UPDATED, sveltosClusters.change(labelled, null, RuleValues.NONE, applied(profile)));
    }

    @Test
    void updatesASveltosClusterWhenALabelLeavesTheProfile() {
        PartialObjectMetadata before =
                applied(profile().labelled("tier", "gold").build());

        assertEquals(OperationResult.UPDATED, sveltosClusters.change(profile, null, RuleValues.NONE, before));
        assertEquals(
                OUR_LABEL,
                metadata(sveltosClusters.toApply(profile, null, RuleValues.NONE, before))
                        .get("labels"));
    }

    @Test
    void keepsOurLabelWhenTheProfileHasOneWithThatName() {
        ClusterProfile odd =
                profile().labelled(ManagedMetadata.MANAGED_BY, "somebody").build();

        assertEquals(
                OUR_LABEL,
                metadata(sveltosClusters.toApply(odd, null, RuleValues.NONE, null))
                        .get("labels"));
    }

    @Test
    void leavesTheKeyNameToSveltosOnceSveltosHasTakenIt() {
        PartialObjectMetadata moved = appliedWithoutKeyName()
                .owned("sveltos", "Update", KEY_NAME)
                .owned("kubectl", "Update", RENEWAL)
                .build();

        assertEquals(OperationResult.NONE, sveltosClusters.change(profile, null, RuleValues.NONE, moved));
        assertEquals(Set.of("kubeconfigName"), spec(sveltosClusters.toApply(profile, null, RuleValues.NONE, moved)));
    }

    @Test
    void appliesTheKeyNameUntilSveltosTakesIt() {
        PartialObjectMetadata renewed = Fixtures.applied(sveltosClusters.toApply(profile, null, RuleValues.NONE, null))
                .owned("sveltos", "Update", RENEWAL)
                .build();

        assertEquals(OperationResult.NONE, sveltosClusters.change(profile, null, RuleValues.NONE, renewed));
        assertEquals(
                Set.of("kubeconfigName", "kubeconfigKeyName"),
                spec(sveltosClusters.toApply(profile, null, RuleValues.NONE, renewed)));
    }

    @Test
    void takesTheKeyNameBackFromAnyOtherManager() {
        PartialObjectMetadata edited = appliedWithoutKeyName()
                .owned("kubectl-edit", "Update", KEY_NAME)
                .build();

        assertEquals(OperationResult.UPDATED, sveltosClusters.change(profile, null, RuleValues.NONE, edited));
        assertEquals(
                Set.of("kubeconfigName", "kubeconfigKeyName"),
                spec(sveltosClusters.toApply(profile, null, RuleValues.NONE, edited)));
    }

    @Test
    void removesAnExcludedLabelThatWasCopiedBefore() {
        ClusterProfile labelled =
                profile().labelled("argocd.argoproj.io/instance", "a").build();
        PartialObjectMetadata before = applied(labelled);
        SveltosClusters excluding = sveltosClusters(new OutputOptions("argocd.argoproj.io/*", "", "Opaque"));

        assertEquals(OperationResult.UPDATED, excluding.change(labelled, null, RuleValues.NONE, before));
        assertEquals(
                OUR_LABEL,
                metadata(excluding.toApply(labelled, null, RuleValues.NONE, before))
                        .get("labels"));
    }

    @Test
    void copiesIncludedAnnotationsOnCreation() {
        ClusterProfile annotated = profile()
                .metadata("annotations", Map.of("sharding.projectsveltos.io/key", "a", "other", "b"))
                .build();

        assertEquals(
                Map.of("sharding.projectsveltos.io/key", "a"),
                metadata(sveltosClusters(new OutputOptions("", "sharding.projectsveltos.io/key", "Opaque"))
                                .toApply(annotated, null, RuleValues.NONE, null))
                        .get("annotations"));
    }

    @Test
    void hasWhatTheRulesAddFromTheFirstApply() {
        Map<String, Object> body =
                sveltosClusters.toApply(profile().labelled("region", "us").build(), null, rules("eu", "b"), null);

        assertEquals("eu", ((Map<?, ?>) metadata(body).get("labels")).get("region"));
        assertEquals("shard-1", ((Map<?, ?>) metadata(body).get("annotations")).get("sharding.projectsveltos.io/key"));
        assertEquals(Map.of("a", "b"), ((Map<?, ?>) body.get("spec")).get("data"));
    }

    @Test
    void appliesChangedDataWhichManagedFieldsDoNotShow() {
        PartialObjectMetadata before = Fixtures.applied(sveltosClusters.toApply(profile, null, rules("eu", "b"), null))
                .build();

        assertEquals(OperationResult.NONE, sveltosClusters.change(profile, null, rules("eu", "b"), before));
        assertEquals(OperationResult.UPDATED, sveltosClusters.change(profile, null, rules("eu", "c"), before));
        assertEquals(OperationResult.UPDATED, sveltosClusters.change(profile, null, RuleValues.NONE, before));
    }

    private static RuleValues rules(String region, String data) {
        return new RuleValues(Map.of("region", region), Map.of("a", data), "shard-1", List.of(), null);
    }

    @Test
    void namesTheManagerThatChangesAField() {
        PartialObjectMetadata edited = appliedWithoutKeyName()
                .owned("kubectl-edit", "Update", KEY_NAME)
                .owned("bystander", "Update", Map.of("spec", Map.of("paused", "")))
                .build();

        assertEquals(
                "SveltosCluster fleet/member: field manager kubectl-edit changes spec.kubeconfigKeyName after each"
                        + " repair. Repairs are limited until one of the two writers is stopped.",
                sveltosClusters.conflict(profile, null, RuleValues.NONE, edited));
    }

    @Test
    void namesNoManagerForAFieldThatWasRemoved() {
        PartialObjectMetadata edited = appliedWithoutKeyName().build();

        assertEquals(
                "SveltosCluster fleet/member: another writer changes spec.kubeconfigKeyName after each repair. Repairs"
                        + " are limited until one of the two writers is stopped.",
                sveltosClusters.conflict(profile, null, RuleValues.NONE, edited));
    }

    private static SveltosClusters sveltosClusters(OutputOptions options) {
        return new SveltosClusters(InformerStore.ofObjects(), options, new HealthGate("off"));
    }

    private PartialObjectMetadata applied(ClusterProfile of) {
        return Fixtures.applied(sveltosClusters.toApply(of, null, RuleValues.NONE, null))
                .build();
    }

    /** Another writer has taken or removed the name of the key. */
    private Fixtures.Metadata appliedWithoutKeyName() {
        Map<String, Object> body = new HashMap<>(sveltosClusters.toApply(profile, null, RuleValues.NONE, null));
        Map<Object, Object> spec = new HashMap<>((Map<?, ?>) body.get("spec"));
        spec.remove("kubeconfigKeyName");
        body.put("spec", spec);
        return Fixtures.applied(body);
    }

    private static Map<?, ?> metadata(Map<String, Object> body) {
        return (Map<?, ?>) body.get("metadata");
    }

    private static Set<?> spec(Map<String, Object> body) {
        return ((Map<?, ?>) body.get("spec")).keySet();
    }
}
