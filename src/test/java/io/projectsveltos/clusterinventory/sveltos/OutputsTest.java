package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputsTest {

    private static final AccessProvider PROVIDER = new AccessProvider("provider", Map.of());
    private static final Map<String, Object> RENEWAL =
            Map.of("spec", Map.of("tokenRequestRenewalOption", Map.of("renewTokenRequestInterval", "")));

    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = InformerStore.ofObjects();
    private final Outputs outputs =
            new Outputs(secrets, clusters, new OutputOptions("", "", "Opaque"), Clock.systemUTC());
    private final ClusterProfile profile = profile().build();
    private final Credential credential = credential("kubeconfig", "fingerprint");

    @ParameterizedTest
    @CsvSource({
        "member-sveltos-kubeconfig, fleet/member",
        "member-sveltos-kubeconfig-sveltos-kubeconfig, fleet/member-sveltos-kubeconfig",
        "member,",
        "-sveltos-kubeconfig,"
    })
    void findsTheProfileOfAManagedSecretByItsName(String secret, String expected) {
        assertEquals(
                expected,
                Outputs.profileOfSecret(
                        Fixtures.metadata(Fixtures.NAMESPACE, secret).build()));
    }

    @ParameterizedTest
    @CsvSource({"member, fleet/member", "member-sveltos-kubeconfig, fleet/member-sveltos-kubeconfig"})
    void findsTheProfileOfASveltosClusterByItsName(String cluster, String expected) {
        assertEquals(
                expected,
                Outputs.profileOfCluster(
                        Fixtures.metadata(Fixtures.NAMESPACE, cluster).build()));
    }

    @Test
    void takesTheLongestNameThatLeavesRoomForTheSecret() {
        outputs.validateName(profile().named("n".repeat(234)).build());
    }

    @Test
    void refusesALongerName() {
        ClusterProfile longer = profile().named("n".repeat(235)).build();

        ReconcileFailure refusal = assertThrows(ReconcileFailure.class, () -> outputs.validateName(longer));

        assertEquals(Reason.InvalidName, refusal.getReason());
    }

    @Test
    void isOutdatedWhenThereIsNoSecret() {
        assertTrue(isOutdated("fingerprint"));
    }

    @Test
    void isUpToDateWithTheSameInput() {
        knowSecret(appliedSecret());

        assertFalse(isOutdated("fingerprint"));
    }

    @Test
    void isOutdatedWithAnotherInput() {
        knowSecret(appliedSecret());

        assertTrue(isOutdated("another"));
    }

    @Test
    void isOutdatedWhenTheInputIsNotKnown() {
        knowSecret(appliedSecret());

        assertTrue(isOutdated(null));
    }

    @Test
    void isOutdatedWithAnotherAccessProvider() {
        knowSecret(appliedSecret());

        assertTrue(outputs.isOutdated(profile, new AccessProvider("another", Map.of()), "fingerprint"));
    }

    @Test
    void isOutdatedWhenOurLabelIsGone() {
        knowSecret(appliedSecret().without(ManagedMetadata.MANAGED_BY));

        assertTrue(isOutdated("fingerprint"));
    }

    @Test
    void isOutdatedWhenSomebodyElseHasWrittenTheKubeconfig() {
        knowSecret(secretWhoseKubeconfigIsBy("kubectl-edit"));

        assertTrue(isOutdated("fingerprint"));
    }

    @Test
    void leavesAKubeconfigAloneThatSveltosRenewsInPlace() {
        knowSecret(secretWhoseKubeconfigIsBy("sveltos"));
        knowCluster(appliedCluster().owned("sveltos", "Update", RENEWAL));

        assertFalse(isOutdated("fingerprint"));
    }

    @Test
    void readsTheSourceAgainThoughSveltosRenewsWhenTheInputChanges() {
        knowSecret(secretWhoseKubeconfigIsBy("sveltos"));
        knowCluster(appliedCluster().owned("sveltos", "Update", RENEWAL));

        assertTrue(isOutdated("another"));
    }

    @Test
    void createsASecretThatIsNotThere() {
        assertEquals(OperationResult.CREATED, outputs.secretChange(profile, credential, null));
    }

    @Test
    void changesNothingInASecretThatIsAsWanted() {
        assertEquals(
                OperationResult.NONE,
                outputs.secretChange(profile, credential, appliedSecret().build()));
    }

    @Test
    void rotatesASecretThatHoldsAnotherKubeconfig() {
        assertEquals(
                OperationResult.ROTATED,
                outputs.secretChange(
                        profile,
                        credential("another", "another"),
                        appliedSecret().build()));
    }

    @Test
    void updatesASecretThatHoldsTheSameKubeconfigOfAnotherInput() {
        assertEquals(
                OperationResult.UPDATED,
                outputs.secretChange(
                        profile,
                        credential("kubeconfig", "another"),
                        appliedSecret().build()));
    }

    @Test
    void changesNothingInASecretThatAnotherProcessMadeOfTheSameSource() {
        assertEquals(
                OperationResult.NONE,
                outputs.secretChange(
                        profile, credential, ofAnotherProcess(appliedSecret()).build()));
    }

    @Test
    void rotatesASecretThatAnotherProcessMadeOfAnotherSource() {
        assertEquals(
                OperationResult.ROTATED,
                outputs.secretChange(
                        profile,
                        credential("kubeconfig", "another"),
                        ofAnotherProcess(appliedSecret()).build()));
    }

    @Test
    void updatesASecretThatAnotherProcessMadeOfTheSameSourceWhenItWasTouched() {
        assertEquals(
                OperationResult.UPDATED,
                outputs.secretChange(
                        profile,
                        credential,
                        ofAnotherProcess(appliedSecret())
                                .without(ManagedMetadata.MANAGED_BY)
                                .build()));
    }

    @Test
    void updatesASecretOfTheGoController() {
        assertEquals(
                OperationResult.UPDATED,
                outputs.secretChange(
                        profile,
                        credential,
                        Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                                .ours()
                                .owned("manager", "Update", Fixtures.ourLabel())
                                .build()));
    }

    @Test
    void refusesToWriteASecretOfSomebodyElse() {
        PartialObjectMetadata foreign =
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET).build();

        ReconcileFailure refusal =
                assertThrows(ReconcileFailure.class, () -> outputs.secretToApply(profile, credential, foreign));

        assertEquals(Reason.NotOwned, refusal.getReason());
        assertTrue(refusal.willRetry());
    }

    @Test
    void refusesToWriteASveltosClusterOfSomebodyElse() {
        PartialObjectMetadata foreign =
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build();

        ReconcileFailure refusal =
                assertThrows(ReconcileFailure.class, () -> outputs.sveltosClusterToApply(profile, foreign));

        assertEquals(Reason.NotOwned, refusal.getReason());
    }

    @Test
    void createsASveltosClusterThatIsNotThere() {
        assertEquals(OperationResult.CREATED, outputs.sveltosClusterChange(profile, null));
    }

    @Test
    void changesNothingInASveltosClusterThatIsAsWanted() {
        assertEquals(
                OperationResult.NONE,
                outputs.sveltosClusterChange(profile, appliedCluster().build()));
    }

    @Test
    void updatesASveltosClusterWhoseLabelsDiffer() {
        assertEquals(
                OperationResult.UPDATED,
                outputs.sveltosClusterChange(
                        profile().labelled("tier", "gold").build(),
                        appliedCluster().build()));
    }

    @Test
    void updatesASveltosClusterWhenALabelLeavesTheProfile() {
        ClusterProfile labelled = profile().labelled("tier", "gold").build();
        PartialObjectMetadata before =
                Fixtures.applied(outputs.sveltosClusterToApply(labelled, null)).build();

        assertEquals(OperationResult.UPDATED, outputs.sveltosClusterChange(profile, before));
        assertEquals(
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                metadata(outputs.sveltosClusterToApply(profile, before)).get("labels"));
    }

    @Test
    void keepsOurLabelThoughTheProfileHasOneOfThatName() {
        ClusterProfile odd =
                profile().labelled(ManagedMetadata.MANAGED_BY, "somebody").build();

        assertEquals(
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                metadata(outputs.sveltosClusterToApply(odd, null)).get("labels"));
    }

    @Test
    void leavesTheKeyNameToSveltosWhichHasMovedIt() {
        PartialObjectMetadata moved = clusterWhoseKeyNameIsBySveltos().build();

        assertEquals(OperationResult.NONE, outputs.sveltosClusterChange(profile, moved));
        assertEquals(Set.of("kubeconfigName"), spec(outputs.sveltosClusterToApply(profile, moved)));
    }

    @Test
    void goesOnApplyingTheKeyNameUntilSveltosMovesIt() {
        PartialObjectMetadata renewed =
                appliedCluster().owned("sveltos", "Update", RENEWAL).build();

        assertEquals(OperationResult.NONE, outputs.sveltosClusterChange(profile, renewed));
        assertEquals(
                Set.of("kubeconfigName", "kubeconfigKeyName"), spec(outputs.sveltosClusterToApply(profile, renewed)));
    }

    @Test
    void takesTheKeyNameBackFromAnybodyElse() {
        PartialObjectMetadata edited = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", without("kubeconfigKeyName"))
                .owned("kubectl-edit", "Update", Map.of("spec", Map.of("kubeconfigKeyName", "")))
                .build();

        assertEquals(OperationResult.UPDATED, outputs.sveltosClusterChange(profile, edited));
        assertEquals(
                Set.of("kubeconfigName", "kubeconfigKeyName"), spec(outputs.sveltosClusterToApply(profile, edited)));
    }

    @Test
    void takesAnExcludedLabelOffThatWasCopiedBefore() {
        ClusterProfile labelled =
                profile().labelled("argocd.argoproj.io/instance", "a").build();
        PartialObjectMetadata before =
                Fixtures.applied(outputs.sveltosClusterToApply(labelled, null)).build();
        Outputs excluding = outputs(new OutputOptions("argocd.argoproj.io/*", "", "Opaque"));

        assertEquals(OperationResult.UPDATED, excluding.sveltosClusterChange(labelled, before));
        assertEquals(
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                metadata(excluding.sveltosClusterToApply(labelled, before)).get("labels"));
    }

    @Test
    void copiesAnnotationsThatAreIncludedWhenItCreates() {
        ClusterProfile annotated = profile()
                .metadata("annotations", Map.of("sharding.projectsveltos.io/key", "a", "other", "b"))
                .build();

        assertEquals(
                Map.of("sharding.projectsveltos.io/key", "a"),
                metadata(outputs(new OutputOptions("", "sharding.projectsveltos.io/key", "Opaque"))
                                .sveltosClusterToApply(annotated, null))
                        .get("annotations"));
    }

    @Test
    void createsASecretOfTheChosenTypeWithoutAnnotations() {
        Outputs typed = outputs(new OutputOptions("", "", "addons.projectsveltos.io/cluster-profile"));

        assertTrue(typed.isTypeChosen(null));
        Map<String, Object> body = typed.secretOfType(profile, credential);

        assertEquals("addons.projectsveltos.io/cluster-profile", body.get("type"));
        assertFalse(metadata(body).containsKey("annotations"));
    }

    @Test
    void leavesTheTypeOfASecretThatExists() {
        Outputs typed = outputs(new OutputOptions("", "", "example.com/kubeconfig"));
        PartialObjectMetadata existing = appliedSecret().build();

        assertFalse(typed.isTypeChosen(existing));
        assertEquals(OperationResult.NONE, typed.secretChange(profile, credential, existing));
        assertFalse(typed.secretToApply(profile, credential, existing).containsKey("type"));
    }

    @Test
    void leavesTheUsualTypeToTheApiServer() {
        assertFalse(outputs.isTypeChosen(null));
    }

    @Test
    void namesWhoChangesWhat() {
        PartialObjectMetadata edited = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", without("kubeconfigKeyName"))
                .owned("kubectl-edit", "Update", Map.of("spec", Map.of("kubeconfigKeyName", "")))
                .owned("bystander", "Update", Map.of("spec", Map.of("paused", "")))
                .build();

        assertEquals(
                "SveltosCluster fleet/member: field manager kubectl-edit changes spec.kubeconfigKeyName after each"
                        + " repair; repairs are limited now, stop one of the two writers",
                outputs.sveltosClusterConflict(profile, edited));
    }

    @Test
    void namesNobodyForAFieldThatWasRemoved() {
        PartialObjectMetadata edited = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", without("kubeconfigKeyName"))
                .build();

        assertEquals(
                "SveltosCluster fleet/member: another writer changes spec.kubeconfigKeyName after each repair; repairs"
                        + " are limited now, stop one of the two writers",
                outputs.sveltosClusterConflict(profile, edited));
    }

    @Test
    void namesNobodyForADeletion() {
        assertEquals(
                "Secret fleet/member-sveltos-kubeconfig: another writer deletes it after each repair; repairs are"
                        + " limited now, stop one of the two writers",
                outputs.secretConflict(profile, credential, null));
    }

    private Outputs outputs(OutputOptions options) {
        return new Outputs(secrets, clusters, options, Clock.systemUTC());
    }

    private boolean isOutdated(String fingerprint) {
        return outputs.isOutdated(profile, PROVIDER, fingerprint);
    }

    private void knowSecret(Fixtures.Metadata secret) {
        Informers.put(secrets, secret.build());
    }

    private void knowCluster(Fixtures.Metadata cluster) {
        Informers.put(clusters, cluster.build());
    }

    private Fixtures.Metadata appliedSecret() {
        return Fixtures.applied(outputs.secretToApply(profile, credential, null));
    }

    /** With a digest that nobody else can compare. */
    private static Fixtures.Metadata ofAnotherProcess(Fixtures.Metadata secret) {
        return secret.with(
                Map.of("metadata", Map.of("annotations", Map.of(ManagedMetadata.DIGEST, "01234567:89abcdef"))));
    }

    private Fixtures.Metadata secretWhoseKubeconfigIsBy(String manager) {
        Map<String, Object> body = outputs.secretToApply(profile, credential, null);
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                .with(body)
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", Map.of("metadata", body.get("metadata")))
                .owned(manager, "Update", Map.of("data", Map.of("kubeconfig", "")));
    }

    private Fixtures.Metadata appliedCluster() {
        return Fixtures.applied(outputs.sveltosClusterToApply(profile, null));
    }

    private Fixtures.Metadata clusterWhoseKeyNameIsBySveltos() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", without("kubeconfigKeyName"))
                .owned("sveltos", "Update", Map.of("spec", Map.of("kubeconfigKeyName", "")))
                .owned("kubectl", "Update", RENEWAL);
    }

    /** What we apply to a SveltosCluster, less a field of its spec. */
    private Map<String, Object> without(String field) {
        Map<String, Object> body = new HashMap<>(outputs.sveltosClusterToApply(profile, null));
        Map<Object, Object> spec = new HashMap<>((Map<?, ?>) body.get("spec"));
        spec.remove(field);
        body.put("spec", spec);
        return body;
    }

    private static Credential credential(String kubeconfig, String fingerprint) {
        return new Credential(kubeconfig.getBytes(StandardCharsets.UTF_8), PROVIDER.name(), fingerprint, null);
    }

    private static Map<?, ?> metadata(Map<String, Object> body) {
        return (Map<?, ?>) body.get("metadata");
    }

    private static Set<?> spec(Map<String, Object> body) {
        return ((Map<?, ?>) body.get("spec")).keySet();
    }
}
