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
import io.projectsveltos.clusterinventory.credential.Validity;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedSecretsTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2030-06-01T12:00:00Z"), ZoneOffset.UTC);
    private static final AccessProvider PROVIDER = new AccessProvider("provider", Map.of());
    private static final OutputOptions DEFAULTS = new OutputOptions("", "", "Opaque");

    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = InformerStore.ofObjects();
    private final SveltosClusters sveltosClusters = new SveltosClusters(clusters, DEFAULTS, new HealthGate("off"));
    private final ManagedSecrets managedSecrets = managedSecrets(DEFAULTS);
    private final ClusterProfile profile = profile().build();
    private final Credential credential = credential("kubeconfig", "fingerprint");

    @Test
    void isOutdatedButNotDueWhenThereIsNoSecret() {
        assertTrue(isOutdated("fingerprint"));
        assertEquals(List.of(), dueProfiles());
    }

    @Test
    void isUpToDateWithTheSameSource() {
        givenSecret(appliedSecret());

        assertFalse(isOutdated("fingerprint"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "another")
    void isOutdatedWithAnotherOrAnUnknownSource(String fingerprint) {
        givenSecret(appliedSecret());

        assertTrue(isOutdated(fingerprint));
    }

    @Test
    void isOutdatedWithAnotherAccessProvider() {
        givenSecret(appliedSecret());

        assertTrue(managedSecrets.isOutdated(
                profile, new AccessProvider("another", Map.of()), "fingerprint", Decoration.NONE));
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # obtained           | refresh              | due
            2030-06-01T11:00:00Z | 2030-06-01T12:00:01Z | false
            2030-06-01T11:00:00Z | 2030-06-01T12:00:00Z | true
            2030-06-01T11:00:00Z | 2030-06-01T11:59:59Z | true
            2030-06-01T12:00:01Z | 2030-06-01T13:00:00Z | true
            2030-06-01T11:00:00Z | tomorrow             | true
            2030-06-01T11:00:00Z | ''                   | true
            """)
    void isDueAfterItsRefreshTimeOrIfTheClockWasSetBackOrAnAnnotationIsInvalid(
            Instant obtained, String refresh, boolean due) {
        givenSecret(expiringSecret(profile, obtained, refresh));

        assertEquals(due ? List.of(Fixtures.KEY) : List.of(), dueProfiles());
        assertEquals(due, isOutdated("fingerprint"));
    }

    @ParameterizedTest
    @ValueSource(strings = {ManagedMetadata.OBTAINED, ManagedMetadata.REFRESH, ManagedMetadata.EXPIRY})
    void isDueWhenTheOtherAnnotationsWereRemoved(String left) {
        givenSecret(appliedSecret().with(annotation(left, "2030-06-01T13:00:00Z")));

        assertEquals(List.of(Fixtures.KEY), dueProfiles());
    }

    @Test
    void listsOnlySecretsThatAreDue() {
        Instant obtained = Instant.parse("2030-06-01T11:00:00Z");
        givenSecret(expiringSecret(profile, obtained, "2030-06-01T11:30:00Z"));
        givenSecret(expiringSecret(profile().named("fresh").build(), obtained, "2030-06-01T12:30:00Z"));
        ClusterProfile copied = profile().named("copied").build();
        givenSecret(Fixtures.applied(managedSecrets.toApply(copied, credential, Decoration.NONE, null)));

        assertEquals(List.of(Fixtures.KEY), dueProfiles());
    }

    @Test
    void isOutdatedBeforeItIsDueWithAnotherSourceOrProvider() {
        givenSecret(expiringSecret(profile, Instant.parse("2030-06-01T11:00:00Z"), "2030-06-01T12:30:00Z"));

        assertFalse(isOutdated("fingerprint"));
        assertTrue(isOutdated("another"));
        assertTrue(managedSecrets.isOutdated(
                profile, new AccessProvider("another", Map.of()), "fingerprint", Decoration.NONE));
        assertTrue(isOutdated(null));
    }

    @Test
    void createsAMissingSecret() {
        assertEquals(OperationResult.CREATED, managedSecrets.change(profile, credential, Decoration.NONE, null));
    }

    @Test
    void doesNotTouchASecretThatIsAsDesired() {
        assertEquals(OperationResult.NONE, change(credential, appliedSecret()));
    }

    @Test
    void rotatesASecretThatHoldsAnotherKubeconfig() {
        assertEquals(OperationResult.ROTATED, change(credential("another", "another"), appliedSecret()));
    }

    @Test
    void updatesASecretWhoseSameKubeconfigComesFromAnotherSource() {
        assertEquals(OperationResult.UPDATED, change(credential("kubeconfig", "another"), appliedSecret()));
    }

    @Test
    void doesNotTouchASecretThatAnotherProcessMadeFromTheSameSource() {
        assertEquals(OperationResult.NONE, change(credential, secretFromAnotherProcess()));
    }

    @Test
    void rotatesASecretThatAnotherProcessMadeFromAnotherSource() {
        assertEquals(OperationResult.ROTATED, change(credential("kubeconfig", "another"), secretFromAnotherProcess()));
    }

    @Test
    void updatesAChangedSecretThatAnotherProcessMadeFromTheSameSource() {
        Fixtures.Metadata changed = secretFromAnotherProcess().without(ManagedMetadata.MANAGED_BY);

        assertEquals(OperationResult.UPDATED, change(credential, changed));
    }

    @Test
    void updatesASecretOfTheGoController() {
        Fixtures.Metadata secret = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                .ours()
                .owned("manager", "Update", Fixtures.ourLabel());

        assertEquals(OperationResult.UPDATED, change(credential, secret));
    }

    @Test
    void refusesToWriteAForeignSecret() {
        PartialObjectMetadata foreign =
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET).build();

        ReconcileFailure refusal = assertThrows(
                ReconcileFailure.class, () -> managedSecrets.toApply(profile, credential, Decoration.NONE, foreign));

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
        assertEquals(OperationResult.NONE, typed.change(profile, credential, Decoration.NONE, existing));
        assertFalse(
                typed.toApply(profile, credential, Decoration.NONE, existing).containsKey("type"));
    }

    @ParameterizedTest
    @CsvSource({"11:59:00, true", "11:59:01, false"})
    void isOutdatedWhenTheClusterRejectsACredentialOfTheMinimumAge(String obtained, boolean expected) {
        givenSecret(expiringSecret(profile, Instant.parse("2030-06-01T" + obtained + "Z"), "2030-06-01T13:00:00Z"));
        assertFalse(isOutdated("fingerprint"));
        Informers.put(clusters, sveltosCluster().reporting(Map.of("ready", true, "connectionStatus", "Down")));
        assertFalse(isOutdated("fingerprint"));

        Informers.put(clusters, sveltosCluster().reporting(Fixtures.REJECTED));

        assertEquals(expected, isOutdated("fingerprint"));
        assertEquals(expected ? List.of(Fixtures.KEY) : List.of(), dueProfiles());
    }

    @Test
    void keepsACredentialThatSveltosDoesNotUse() {
        givenSecret(expiringSecret(profile, Instant.parse("2030-06-01T11:00:00Z"), "2030-06-01T13:00:00Z"));
        Informers.put(
                clusters,
                sveltosCluster()
                        .owned(
                                "kubectl",
                                "Update",
                                Map.of("spec", Map.of("tokenRequestRenewalOption", Map.of("saName", ""))))
                        .reporting(Fixtures.REJECTED));

        assertFalse(isOutdated("fingerprint"));
        assertEquals(List.of(), dueProfiles());
    }

    /** Its source is watched: the same version would be read again. */
    @Test
    void isUpToDateAsACopyOfTheCurrentSourceThatTheClusterRejects() {
        givenSecret(appliedSecret());
        Informers.put(clusters, sveltosCluster().reporting(Fixtures.REJECTED));

        assertFalse(isOutdated("fingerprint"));
        assertTrue(isOutdated("another"));
        assertEquals(List.of(), dueProfiles());
    }

    private static Fixtures.Metadata sveltosCluster() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).ours();
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
                managedSecrets.conflict(profile, credential, Decoration.NONE, null));
    }

    private ManagedSecrets managedSecrets(OutputOptions options) {
        return new ManagedSecrets(secrets, sveltosClusters, options, NOON, Duration.ofMinutes(1));
    }

    private boolean isOutdated(String fingerprint) {
        return managedSecrets.isOutdated(profile, PROVIDER, fingerprint, Decoration.NONE);
    }

    private OperationResult change(Credential desired, Fixtures.Metadata current) {
        return managedSecrets.change(profile, desired, Decoration.NONE, current.build());
    }

    private List<String> dueProfiles() {
        return managedSecrets.dueForRefresh().stream()
                .map(ManagedMetadata::profileOfSecret)
                .toList();
    }

    private void givenSecret(Fixtures.Metadata secret) {
        Informers.put(secrets, secret.build());
    }

    private void givenSveltosClusterWithTokenRenewal() {
        Informers.put(
                clusters,
                Fixtures.applied(sveltosClusters.toApply(profile, null, RuleValues.NONE, null))
                        .owned(
                                "sveltos",
                                "Update",
                                Map.of(
                                        "spec",
                                        Map.of("tokenRequestRenewalOption", Map.of("renewTokenRequestInterval", ""))))
                        .build());
    }

    private Fixtures.Metadata appliedSecret() {
        return Fixtures.applied(managedSecrets.toApply(profile, credential, Decoration.NONE, null));
    }

    /** With a digest that no other process can compare. */
    private Fixtures.Metadata secretFromAnotherProcess() {
        return appliedSecret().with(annotation(ManagedMetadata.DIGEST, "01234567:89abcdef"));
    }

    /** With a credential that expires, and any text as the time of its refresh. */
    private Fixtures.Metadata expiringSecret(ClusterProfile owner, Instant obtained, String refresh) {
        Credential expiring = new Credential(
                new byte[1], PROVIDER.name(), "fingerprint", null, new Validity(obtained, obtained, null));
        return Fixtures.applied(managedSecrets.toApply(owner, expiring, Decoration.NONE, null))
                .with(annotation(ManagedMetadata.REFRESH, refresh));
    }

    private static Map<String, Object> annotation(String name, String value) {
        return Map.of("metadata", Map.of("annotations", Map.of(name, value)));
    }

    private Fixtures.Metadata secretWithKubeconfigFrom(String manager) {
        Map<String, Object> body = managedSecrets.toApply(profile, credential, Decoration.NONE, null);
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
