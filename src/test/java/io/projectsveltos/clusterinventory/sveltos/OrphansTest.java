package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.Fixtures;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrphansTest {

    private static final ObjectKey KEY = ObjectKey.parse(Fixtures.KEY);

    private final InformerStore<ClusterProfile, ClusterProfile> profiles = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = InformerStore.ofObjects();
    private final Orphans orphans = new Orphans(profiles, secrets, clusters);

    @BeforeEach
    void allAreListed() {
        profiles.synced().complete(null);
        secrets.synced().complete(null);
        clusters.synced().complete(null);
    }

    @Test
    void suspectsWhatIsMissingTwice() {
        secretIsThere();

        assertEquals(Set.of(), orphans.suspects());
        assertEquals(Set.of(Fixtures.KEY), orphans.suspects());
    }

    @Test
    void suspectsASveltosClusterLikeASecret() {
        Informers.put(
                clusters,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).ours().build());

        orphans.suspects();

        assertEquals(Set.of(Fixtures.KEY), orphans.suspects());
    }

    @Test
    void suspectsNothingWhoseProfileIsNamedLikeASecret() {
        String name = Fixtures.MANAGED_SECRET;
        Informers.put(profiles, profile().named(name).build());
        Informers.put(
                clusters, Fixtures.metadata(Fixtures.NAMESPACE, name).ours().build());

        orphans.suspects();

        assertEquals(Set.of(), orphans.suspects());
    }

    @Test
    void suspectsNothingForASecretThatIsNotNamedAsOursAre() {
        Informers.put(
                secrets,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).ours().build());

        orphans.suspects();

        assertEquals(Set.of(), orphans.suspects());
    }

    @Test
    void suspectsNothingThatHasAProfile() {
        secretIsThere();
        Informers.put(profiles, profile().build());

        orphans.suspects();

        assertEquals(Set.of(), orphans.suspects());
    }

    @Test
    void suspectsNothingWhoseProfileCameBack() {
        secretIsThere();
        orphans.suspects();
        Informers.put(profiles, profile().build());

        assertEquals(Set.of(), orphans.suspects());
    }

    @Test
    void startsOverWhenAProfileWasThereInBetween() {
        secretIsThere();
        orphans.suspects();
        Informers.put(profiles, profile().build());
        orphans.suspects();
        Informers.remove(profiles, Fixtures.KEY);

        assertEquals(Set.of(), orphans.suspects());
    }

    @Test
    void suspectsNothingOfSomebodyElse() {
        Informers.put(
                secrets,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET).build());

        orphans.suspects();

        assertEquals(Set.of(), orphans.suspects());
    }

    @Test
    void suspectsNothingBeforeTheFirstListIsIn() {
        Orphans blind = new Orphans(InformerStore.ofObjects(), secrets, clusters);
        secretIsThere();

        blind.suspects();

        assertEquals(Set.of(), blind.suspects());
    }

    @Test
    void confirmsASuspectThatTheApiServerDoesNotHave() {
        suspect();

        assertEquals(Set.of(Fixtures.KEY), orphans.confirm(List.of()));
        assertTrue(orphans.isConfirmed(KEY));
    }

    @Test
    void clearsASuspectThatTheApiServerHas() {
        suspect();

        assertEquals(
                Set.of(),
                orphans.confirm(List.of(
                        Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build())));
        assertFalse(orphans.isConfirmed(KEY));
    }

    @Test
    void confirmsNothingThatWasNoSuspect() {
        orphans.confirm(List.of());

        assertFalse(orphans.isConfirmed(KEY));
    }

    private void secretIsThere() {
        Informers.put(
                secrets,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                        .ours()
                        .build());
    }

    private void suspect() {
        secretIsThere();
        orphans.suspects();
        orphans.suspects();
    }
}
