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
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManagedSecretsTest {

    private static final AccessProvider PROVIDER = new AccessProvider("provider", Map.of());
    private static final OutputOptions DEFAULTS = new OutputOptions("", "", "Opaque");

    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = InformerStore.ofObjects();
    private final SveltosClusters sveltosClusters = new SveltosClusters(clusters, DEFAULTS);
    private final ManagedSecrets managedSecrets = managedSecrets(DEFAULTS);
    private final ClusterProfile profile = profile().build();
    private final Credential credential = credential("kubeconfig", "fingerprint");

    @Test
    void isOutdatedWhenThereIsNoSecret() {
        assertTrue(isOutdated("fingerprint"));
    }

    @Test
    void isUpToDateWithTheSameSource() {
        givenSecret(appliedSecret());

        assertFalse(isOutdated("fingerprint"));
    }

    @Test
    void isOutdatedWithAnotherSource() {
        givenSecret(appliedSecret());

        assertTrue(isOutdated("another"));
    }

    @Test
    void isOutdatedWhenTheSourceIsNotKnown() {
        givenSecret(appliedSecret());

        assertTrue(isOutdated(null));
    }

    @Test
    void isOutdatedWithAnotherAccessProvider() {
        givenSecret(appliedSecret());

        assertTrue(managedSecrets.isOutdated(profile, new AccessProvider("another", Map.of()), "fingerprint"));
    }

    @Test
    void isOutdatedWhenOurLabelIsGone() {
        givenSecret(appliedSecret().without(ManagedMetadata.MANAGED_BY));

        assertTrue(isOutdated("fingerprint"));
    }

    @Test
    void isOutdatedWhenAnotherManagerHasWrittenTheKubeconfig() {
        givenSecret(secretWithKubeconfigFrom("kubectl-edit"));

        assertTrue(isOutdated("fingerprint"));
    }

    @Test
    void isUpToDateWhenSveltosRenewsTheKubeconfigInPlace() {
        givenSecret(secretWithKubeconfigFrom("sveltos"));
        givenSveltosClusterWithTokenRenewal();

        assertFalse(isOutdated("fingerprint"));
    }

    @Test
    void isOutdatedWithAnotherSourceEvenIfSveltosRenewsTheKubeconfig() {
        givenSecret(secretWithKubeconfigFrom("sveltos"));
        givenSveltosClusterWithTokenRenewal();

        assertTrue(isOutdated("another"));
    }

    @Test
    void createsAMissingSecret() {
        assertEquals(OperationResult.CREATED, managedSecrets.change(profile, credential, null));
    }

    @Test
    void leavesASecretAloneThatIsAsDesired() {
        assertEquals(
                OperationResult.NONE,
                managedSecrets.change(profile, credential, appliedSecret().build()));
    }

    @Test
    void rotatesASecretThatHoldsAnotherKubeconfig() {
        assertEquals(
                OperationResult.ROTATED,
                managedSecrets.change(
                        profile,
                        credential("another", "another"),
                        appliedSecret().build()));
    }

    @Test
    void updatesASecretWhoseSameKubeconfigComesFromAnotherSource() {
        assertEquals(
                OperationResult.UPDATED,
                managedSecrets.change(
                        profile,
                        credential("kubeconfig", "another"),
                        appliedSecret().build()));
    }

    @Test
    void leavesASecretAloneThatAnotherProcessMadeFromTheSameSource() {
        assertEquals(
                OperationResult.NONE,
                managedSecrets.change(
                        profile, credential, fromAnotherProcess(appliedSecret()).build()));
    }

    @Test
    void rotatesASecretThatAnotherProcessMadeFromAnotherSource() {
        assertEquals(
                OperationResult.ROTATED,
                managedSecrets.change(
                        profile,
                        credential("kubeconfig", "another"),
                        fromAnotherProcess(appliedSecret()).build()));
    }

    @Test
    void updatesAChangedSecretThatAnotherProcessMadeFromTheSameSource() {
        assertEquals(
                OperationResult.UPDATED,
                managedSecrets.change(
                        profile,
                        credential,
                        fromAnotherProcess(appliedSecret())
                                .without(ManagedMetadata.MANAGED_BY)
                                .build()));
    }

    @Test
    void updatesASecretOfTheGoController() {
        assertEquals(
                OperationResult.UPDATED,
                managedSecrets.change(
                        profile,
                        credential,
                        Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                                .ours()
                                .owned("manager", "Update", Fixtures.ourLabel())
                                .build()));
    }

    @Test
    void refusesToWriteAForeignSecret() {
        PartialObjectMetadata foreign =
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET).build();

        ReconcileFailure refusal =
                assertThrows(ReconcileFailure.class, () -> managedSecrets.toApply(profile, credential, foreign));

        assertEquals(Reason.NotOwned, refusal.getReason());
        assertTrue(refusal.willRetry());
        assertEquals(
                "Secret fleet/member-sveltos-kubeconfig exists but lacks the label"
                        + " clusterinventory.projectsveltos.io/managed-by=clusterinventory-controller, so it was left"
                        + " untouched. Rename or delete it, or add the label to let this controller manage it.",
                refusal.getMessage());
    }

    @Test
    void createsASecretOfTheChosenTypeWithoutAnnotations() {
        ManagedSecrets typed = managedSecrets(new OutputOptions("", "", "addons.projectsveltos.io/cluster-profile"));

        assertTrue(typed.isTypeChosen(null));
        Map<String, Object> body = typed.toCreate(profile, credential);

        assertEquals("addons.projectsveltos.io/cluster-profile", body.get("type"));
        assertFalse(metadata(body).containsKey("annotations"));
    }

    @Test
    void leavesTheTypeOfAnExistingSecretAlone() {
        ManagedSecrets typed = managedSecrets(new OutputOptions("", "", "example.com/kubeconfig"));
        PartialObjectMetadata existing = appliedSecret().build();

        assertFalse(typed.isTypeChosen(existing));
        assertEquals(OperationResult.NONE, typed.change(profile, credential, existing));
        assertFalse(typed.toApply(profile, credential, existing).containsKey("type"));
    }

    @Test
    void leavesTheDefaultTypeToTheApiServer() {
        assertFalse(managedSecrets.isTypeChosen(null));
    }

    @Test
    void namesNoManagerForADeletion() {
        assertEquals(
                "Secret fleet/member-sveltos-kubeconfig: another writer deletes it after each repair. Repairs are"
                        + " limited until one of the two writers is stopped.",
                managedSecrets.conflict(profile, credential, null));
    }

    private ManagedSecrets managedSecrets(OutputOptions options) {
        return new ManagedSecrets(secrets, sveltosClusters, options, Clock.systemUTC());
    }

    private boolean isOutdated(String fingerprint) {
        return managedSecrets.isOutdated(profile, PROVIDER, fingerprint);
    }

    private void givenSecret(Fixtures.Metadata secret) {
        Informers.put(secrets, secret.build());
    }

    private void givenSveltosClusterWithTokenRenewal() {
        Informers.put(
                clusters,
                Fixtures.applied(sveltosClusters.toApply(profile, null))
                        .owned(
                                "sveltos",
                                "Update",
                                Map.of(
                                        "spec",
                                        Map.of("tokenRequestRenewalOption", Map.of("renewTokenRequestInterval", ""))))
                        .build());
    }

    private Fixtures.Metadata appliedSecret() {
        return Fixtures.applied(managedSecrets.toApply(profile, credential, null));
    }

    /** With a digest that nobody else can compare. */
    private static Fixtures.Metadata fromAnotherProcess(Fixtures.Metadata secret) {
        return secret.with(
                Map.of("metadata", Map.of("annotations", Map.of(ManagedMetadata.DIGEST, "01234567:89abcdef"))));
    }

    private Fixtures.Metadata secretWithKubeconfigFrom(String manager) {
        Map<String, Object> body = managedSecrets.toApply(profile, credential, null);
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                .with(body)
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", Map.of("metadata", body.get("metadata")))
                .owned(manager, "Update", Map.of("data", Map.of("kubeconfig", "")));
    }

    private static Credential credential(String kubeconfig, String fingerprint) {
        return new Credential(kubeconfig.getBytes(StandardCharsets.UTF_8), PROVIDER.name(), fingerprint, null);
    }

    private static Map<?, ?> metadata(Map<String, Object> body) {
        return (Map<?, ?>) body.get("metadata");
    }
}
