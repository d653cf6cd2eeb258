package io.projectsveltos.clusterinventory.credential.secretreader;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static io.projectsveltos.clusterinventory.testing.Fixtures.tokenCopy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TokenSecretsTest {

    private static final String OCM = "open-cluster-management";
    private static final Map<String, Object> MEMBER = Map.of("clusterName", Fixtures.NAME);

    private final InformerStore<PartialObjectMetadata, String> versions =
            InformerStore.ofVersions(TokenSecrets::indexValue);

    @Test
    void namesTheSecretOfTheSecretReaderAfterTheCluster() {
        SecretKeySelector reference = reference(tokens("*", ""), "secretreader", Map.of("clusterName", "edge"));

        assertEquals("key 'token' in Secret fleet/edge", reference.toString());
    }

    @Test
    void namesTheSecretOfOcmAfterTheClusterAndTheAccountOfTheSetting() {
        SecretKeySelector reference = reference(tokens("*", "sveltos"), OCM, Map.of("clusterName", "edge"));

        assertEquals("fleet/edge-sveltos", reference.secret().toString());
    }

    @ParameterizedTest
    @CsvSource({"*, vault", "vault, vault", "'same,vault', vault", "same, fleet", "fleet, fleet"})
    void readsTheNamespaceThatTheExtensionNamesIfTheSettingAllowsIt(String setting, String namespace) {
        Map<String, Object> extension = Map.of("clusterName", "edge", "namespace", namespace);

        for (String provider : List.of("secretreader", OCM)) {
            assertEquals(
                    namespace,
                    reference(tokens(setting, "sveltos"), provider, extension)
                            .secret()
                            .namespace());
        }
    }

    @ParameterizedTest
    @CsvSource({"same, vault", "other, fleet", "vault, fleet"})
    void readsNoOtherNamespace(String setting, String namespace) {
        Map<String, Object> extension = Map.of("clusterName", "edge", "namespace", namespace);

        for (String provider : List.of("secretreader", OCM)) {
            ReconcileFailure failure =
                    assertThrows(ReconcileFailure.class, () -> reference(tokens(setting, ""), provider, extension));
            assertEquals(Reason.InvalidAccessProvider, failure.getReason());
            assertTrue(failure.getMessage().contains("secretreader.namespaces"), failure.getMessage());
        }
    }

    static Stream<Map<String, Object>> invalidExtensions() {
        return Stream.of(
                Map.of(),
                Map.of("clusterName", ""),
                Map.of("clusterName", 7),
                Map.of("clusterName", "a/b"),
                Map.of("clusterName", ".."),
                Map.of("clusterName", "Edge"),
                Map.of("clusterName", "edge", "namespace", "a/b"));
    }

    @ParameterizedTest
    @MethodSource("invalidExtensions")
    void refusesAnInvalidExtension(Map<String, Object> extension) {
        for (String provider : List.of("secretreader", OCM)) {
            ReconcileFailure failure =
                    assertThrows(ReconcileFailure.class, () -> reference(tokens("*", ""), provider, extension));
            assertEquals(Reason.InvalidAccessProvider, failure.getReason());
        }
    }

    @Test
    void refusesAnEntryWithoutAnExtension() {
        AccessProvider bare = new AccessProvider("secretreader", Map.of("server", "https://edge"));

        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> tokens("*", "")
                .reference(profile().build(), bare));

        assertEquals(Reason.InvalidAccessProvider, failure.getReason());
        assertTrue(failure.getMessage().contains("clusterName"), failure.getMessage());
    }

    @Test
    void takesTheOnlyCopyOfOcm() {
        known(tokenCopy("5", Fixtures.NAME, "sveltos", "t"));

        assertEquals(
                "fleet/member-sveltos",
                reference(tokens("*", ""), OCM, MEMBER).secret().toString());
    }

    @Test
    void doesNotTakeTheCopyOfAClusterWhoseNameBeginsWithThisOne() {
        known(tokenCopy("5", Fixtures.NAME + "-1", "sveltos", "t"));
        assertEquals(Reason.SourceSecretNotFound, refusal().getReason());
        known(tokenCopy("5", Fixtures.NAME, "sveltos", "t"));

        assertEquals(
                "fleet/member-sveltos",
                reference(tokens("*", ""), OCM, MEMBER).secret().toString());
    }

    static Stream<Named<Consumer<SecretBuilder>>> notCopies() {
        return Stream.of(
                Named.of(
                        "no label",
                        secret -> secret.editMetadata().withLabels(Map.of()).endMetadata()),
                Named.of(
                        "no owner",
                        secret -> secret.editMetadata().withOwnerReferences().endMetadata()),
                Named.of("an owner that does not control it", secret -> secret.editMetadata()
                        .editFirstOwnerReference()
                        .withController(false)
                        .endOwnerReference()
                        .endMetadata()),
                Named.of("an earlier profile of this name", secret -> secret.editMetadata()
                        .editFirstOwnerReference()
                        .withUid("earlier")
                        .endOwnerReference()
                        .endMetadata()),
                Named.of("Sveltos' own ClusterProfile", secret -> secret.editMetadata()
                        .editFirstOwnerReference()
                        .withApiVersion("config.projectsveltos.io/v1beta1")
                        .endOwnerReference()
                        .endMetadata()),
                Named.of(
                        "another namespace",
                        secret -> secret.editMetadata().withNamespace("other").endMetadata()),
                Named.of(
                        "another name",
                        secret -> secret.editMetadata().withName("member-other").endMetadata()));
    }

    @ParameterizedTest
    @MethodSource("notCopies")
    void takesNoSecretThatOcmDidNotCopyForTheProfile(Consumer<SecretBuilder> change) {
        SecretBuilder secret = new SecretBuilder(tokenCopy("5", Fixtures.NAME, "sveltos", "t"));
        change.accept(secret);
        known(secret.build());

        assertEquals(Reason.SourceSecretNotFound, refusal().getReason());
    }

    @Test
    void refusesToChooseBetweenTwoCopies() {
        known(tokenCopy("5", Fixtures.NAME, "admin", "t"));
        known(tokenCopy("6", Fixtures.NAME, "sveltos", "t"));

        assertEquals(Reason.InvalidAccessProvider, refusal().getReason());
        assertTrue(
                refusal().getMessage().contains("fleet/member-admin, fleet/member-sveltos: name the"),
                refusal().getMessage());
        assertTrue(
                refusal().getMessage().contains("ocm.managed-serviceaccount"),
                refusal().getMessage());

        Informers.remove(versions, "fleet/member-admin");
        assertEquals(
                "fleet/member-sveltos",
                reference(tokens("*", ""), OCM, MEMBER).secret().toString());
    }

    @Test
    void changesTheFingerprintWithTheSecret() {
        TokenSecrets tokens = tokens("*", "");
        known(tokenCopy("5", Fixtures.NAME, "sveltos", "t"));
        String before = fingerprint(tokens, "entry");
        assertEquals(before, fingerprint(tokens, "entry"));
        assertNotEquals(before, fingerprint(tokens, "another"));

        known(tokenCopy("6", Fixtures.NAME, "sveltos", "t"));

        assertNotEquals(before, fingerprint(tokens, "entry"));
    }

    @Test
    void knowsWhichSecretsAreWatched() {
        TokenSecrets tokens = tokens("*", "sveltos");
        assertFalse(tokens.isWatched(profile().build(), entry(OCM, MEMBER)));

        known(tokenCopy("5", Fixtures.NAME, "sveltos", "t"));

        assertTrue(tokens.isWatched(profile().build(), entry(OCM, MEMBER)));
    }

    @Test
    void refusesASettingThatIsNotAName() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> tokens("*", "a/b"));

        assertTrue(refusal.getMessage().startsWith("ocm.managed-serviceaccount"), refusal.getMessage());
    }

    @Test
    void indexesNoSecretWithoutALabel() {
        assertNull(TokenSecrets.indexValue(PartialObjectMetadata.of("fleet", "member-sveltos", "5")));
    }

    private ReconcileFailure refusal() {
        return assertThrows(ReconcileFailure.class, () -> reference(tokens("*", ""), OCM, MEMBER));
    }

    private String fingerprint(TokenSecrets tokens, String ofEntry) {
        return tokens.fingerprint(profile().build(), entry(OCM, MEMBER), ofEntry);
    }

    private static SecretKeySelector reference(TokenSecrets tokens, String provider, Map<String, Object> extension) {
        ClusterProfile profile = profile().build();
        return tokens.reference(profile, entry(provider, extension));
    }

    private static AccessProvider entry(String provider, Map<String, Object> extension) {
        return profile()
                .accessProviders(Fixtures.accessProvider(provider, extension))
                .build()
                .getAccessProviders()
                .get(provider);
    }

    private void known(Secret secret) {
        Informers.put(versions, Fixtures.metadataOf(secret));
    }

    private TokenSecrets tokens(String namespaces, String account) {
        return new TokenSecrets(new AllowedNamespaces(namespaces), account, versions);
    }
}
