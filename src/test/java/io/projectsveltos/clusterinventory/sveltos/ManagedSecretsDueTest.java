package io.projectsveltos.clusterinventory.sveltos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.FilledStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the credential in a managed Secret is due, as its annotations say. */
class ManagedSecretsDueTest {

    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final AccessProvider PROVIDER = new AccessProvider("eks", Map.of());

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
            String obtained, String refresh, boolean due) {
        ManagedSecrets managedSecrets = managedSecrets(
                secret("one", Map.of(ManagedMetadata.OBTAINED, obtained, ManagedMetadata.REFRESH, refresh)));

        assertEquals(due ? List.of("fleet/one") : List.of(), due(managedSecrets));
        assertEquals(due, managedSecrets.isOutdated(profile(), PROVIDER, "fingerprint"));
    }

    @ParameterizedTest
    @ValueSource(strings = {ManagedMetadata.OBTAINED, ManagedMetadata.REFRESH, ManagedMetadata.EXPIRY})
    void isDueWhenTheOtherAnnotationsWereRemoved(String left) {
        assertEquals(List.of("fleet/one"), due(managedSecrets(secret("one", Map.of(left, "2030-06-01T13:00:00Z")))));
    }

    @Test
    void listsOnlySecretsThatAreDue() {
        Map<String, String> over = Map.of(
                ManagedMetadata.OBTAINED, "2030-06-01T11:00:00Z", ManagedMetadata.REFRESH, "2030-06-01T11:30:00Z");
        Map<String, String> fresh = Map.of(
                ManagedMetadata.OBTAINED, "2030-06-01T11:00:00Z", ManagedMetadata.REFRESH, "2030-06-01T12:30:00Z");

        ManagedSecrets managedSecrets =
                managedSecrets(secret("one", over), secret("two", fresh), secret("copied", Map.of()));

        assertEquals(List.of("fleet/one"), due(managedSecrets));
    }

    @Test
    void isOutdatedWithAnotherSourceOrProvider() {
        ManagedSecrets managedSecrets = managedSecrets(secret(
                "one",
                Map.of(
                        ManagedMetadata.OBTAINED,
                        "2030-06-01T11:00:00Z",
                        ManagedMetadata.REFRESH,
                        "2030-06-01T12:30:00Z")));

        assertFalse(managedSecrets.isOutdated(profile(), PROVIDER, "fingerprint"));
        assertTrue(managedSecrets.isOutdated(profile(), PROVIDER, "another"));
        assertTrue(managedSecrets.isOutdated(profile(), new AccessProvider("gke", Map.of()), "fingerprint"));
        assertTrue(managedSecrets.isOutdated(profile(), PROVIDER, null));
    }

    @Test
    void isOutdatedWithoutASecret() {
        assertTrue(managedSecrets().isOutdated(profile(), PROVIDER, "fingerprint"));
        assertEquals(List.of(), due(managedSecrets()));
    }

    private static List<String> due(ManagedSecrets managedSecrets) {
        return managedSecrets.dueForRefresh().stream()
                .map(ManagedMetadata::profileOfSecret)
                .toList();
    }

    private static ManagedSecrets managedSecrets(PartialObjectMetadata... secrets) {
        OutputOptions options = new OutputOptions("", "", "Opaque");
        return new ManagedSecrets(
                FilledStore.of(secrets),
                new SveltosClusters(FilledStore.of(), options),
                options,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static ClusterProfile profile() {
        ClusterProfile profile = new ClusterProfile();
        profile.setMetadata(
                new ObjectMetaBuilder().withNamespace("fleet").withName("one").build());
        return profile;
    }

    private static PartialObjectMetadata secret(String profile, Map<String, String> more) {
        Map<String, String> annotations = new HashMap<>(more);
        annotations.put(ManagedMetadata.ACCESS_PROVIDER, PROVIDER.name());
        annotations.put(ManagedMetadata.FINGERPRINT, "fingerprint");
        annotations.put(ManagedMetadata.DIGEST, "digest");
        PartialObjectMetadata secret = new PartialObjectMetadata();
        secret.setMetadata(new ObjectMetaBuilder()
                .withNamespace("fleet")
                .withName(profile + ManagedMetadata.SECRET_SUFFIX)
                .withLabels(Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER))
                .withAnnotations(annotations)
                .withManagedFields(applied(annotations))
                .build());
        return secret;
    }

    private static ManagedFieldsEntry applied(Map<String, String> annotations) {
        FieldsV1 fields = new FieldsV1();
        fields.setAdditionalProperty("f:data", Map.of("f:" + ManagedMetadata.KUBECONFIG_KEY, Map.of()));
        fields.setAdditionalProperty(
                "f:metadata",
                Map.of(
                        "f:labels",
                        Map.of("f:" + ManagedMetadata.MANAGED_BY, Map.of()),
                        "f:annotations",
                        annotations.keySet().stream()
                                .collect(Collectors.toMap(name -> "f:" + name, name -> Map.of()))));
        return new ManagedFieldsEntryBuilder()
                .withManager(ManagedMetadata.FIELD_MANAGER)
                .withOperation("Apply")
                .withFieldsV1(fields)
                .build();
    }
}
