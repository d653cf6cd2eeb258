package io.projectsveltos.clusterinventory.credential.secretreader;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.client.Watcher.Action;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.sveltos.Ownership;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceSecretIndexTest {

    private static final SecretKeySelector REFERENCE =
            new SecretKeySelector(new ObjectKey(Fixtures.NAMESPACE, Fixtures.SOURCE_NAME), Fixtures.SOURCE_KEY, null);

    private final KubeconfigSecretReader reader =
            new KubeconfigSecretReader(new AllowedNamespaces("*"), false, Ownership::hasOurLabel);
    private final InformerStore<PartialObjectMetadata, String> versions = InformerStore.ofVersions();
    private final SourceSecretIndex sources = indexFor("");

    @Test
    void returnsEachProfileOnce() {
        sources.update(profile().build(), Action.ADDED);
        sources.update(profile().build(), Action.MODIFIED);

        assertEquals(List.of(Fixtures.KEY), profilesOf(Fixtures.SOURCE_NAME));
    }

    @Test
    void keepsTheOthersWhenOneProfileIsDeleted() {
        sources.update(profile().build(), Action.ADDED);
        sources.update(profile().named("other").build(), Action.ADDED);

        sources.update(profile().build(), Action.DELETED);

        assertEquals(List.of("fleet/other"), profilesOf(Fixtures.SOURCE_NAME));
    }

    @Test
    void forgetsAProfileThatLosesItsStatus() {
        sources.update(profile().build(), Action.ADDED);

        sources.update(profile().withoutStatus().build(), Action.MODIFIED);

        assertNull(profilesOf(Fixtures.SOURCE_NAME));
    }

    @Test
    void forgetsAProfileWhoseReferenceBecomesInvalid() {
        sources.update(profile().build(), Action.ADDED);

        sources.update(profile().reading(Map.of("name", "..")).build(), Action.MODIFIED);

        assertNull(profilesOf(Fixtures.SOURCE_NAME));
    }

    @Test
    void hasNoFingerprintForAMissingSecret() {
        assertNull(sources.fingerprint(REFERENCE));
    }

    @Test
    void hasTheSameFingerprintAsTheReader() {
        knownAt("5");

        assertEquals(
                reader.read(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG), REFERENCE)
                        .fingerprint(),
                sources.fingerprint(REFERENCE));
    }

    @Test
    void hasAnotherFingerprintWhenTheSecretChanges() {
        knownAt("5");
        String before = sources.fingerprint(REFERENCE);

        knownAt("6");

        assertNotEquals(before, sources.fingerprint(REFERENCE));
    }

    @Test
    void returnsTheProfileOfATokenSecret() {
        sources.update(offering("secretreader"), Action.ADDED);

        assertEquals(List.of(Fixtures.KEY), profilesOf("edge"));
        assertNull(profilesOf("edge-admin"));
    }

    @Test
    void returnsTheProfileOfTheNamedManagedServiceAccount() {
        SourceSecretIndex ofAdmin = indexFor("admin");
        ofAdmin.update(offering("open-cluster-management"), Action.ADDED);

        assertEquals(List.of(Fixtures.KEY), profilesOf(ofAdmin, "edge-admin"));
        assertNull(profilesOf(ofAdmin, "edge-other"));
    }

    @Test
    void returnsTheProfileOfEachCopyThatMayBeItsOnlyOne() {
        sources.update(offering("open-cluster-management"), Action.ADDED);
        sources.update(profile().named("other").build(), Action.ADDED);

        assertEquals(List.of(Fixtures.KEY), profilesOf("edge-admin"));
        assertEquals(List.of(Fixtures.KEY), profilesOf("edge-1-admin"));
        assertNull(profilesOf("edge"));
        assertEquals(List.of("fleet/other"), profilesOf(Fixtures.SOURCE_NAME));
    }

    @Test
    void returnsEveryProfileOfASecretThatIsNamedAndMayBeACopy() {
        sources.update(offering("open-cluster-management"), Action.ADDED);
        sources.update(
                profile()
                        .named("other")
                        .reading(Map.of("name", "edge-admin", "key", "value"))
                        .build(),
                Action.ADDED);

        assertEquals(List.of(Fixtures.KEY, "fleet/other"), profilesOf("edge-admin"));
    }

    @Test
    void forgetsAProfileWhoseCopiesAreNoLongerOfInterest() {
        sources.update(offering("open-cluster-management"), Action.ADDED);

        sources.update(profile().withoutStatus().build(), Action.MODIFIED);

        assertNull(profilesOf("edge-admin"));
    }

    @Test
    void watchesTheKubeconfigOfAProfileThatOffersATokenToo() {
        sources.update(
                profile()
                        .accessProviders(
                                Fixtures.accessProvider("secretreader", Map.of("clusterName", "edge")),
                                Fixtures.secretReader(Map.of("name", "admin", "key", "value")))
                        .build(),
                Action.ADDED);

        assertEquals(List.of(Fixtures.KEY), profilesOf("admin"));
        assertNull(profilesOf("edge"));
    }

    private SourceSecretIndex indexFor(String account) {
        AllowedNamespaces any = new AllowedNamespaces("*");
        return new SourceSecretIndex(reader, new TokenSecrets(any, account, versions), versions);
    }

    private static ClusterProfile offering(String provider) {
        return profile()
                .accessProviders(Fixtures.accessProvider(provider, Map.of("clusterName", "edge")))
                .build();
    }

    private void knownAt(String version) {
        Informers.put(versions, PartialObjectMetadata.of(Fixtures.NAMESPACE, Fixtures.SOURCE_NAME, version));
    }

    private List<String> profilesOf(String secret) {
        return profilesOf(sources, secret);
    }

    private static List<String> profilesOf(SourceSecretIndex index, String secret) {
        return index.profilesOf(PartialObjectMetadata.of(Fixtures.NAMESPACE, secret, "6"));
    }
}
