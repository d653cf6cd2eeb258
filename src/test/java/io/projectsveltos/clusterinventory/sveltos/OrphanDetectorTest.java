package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OrphanDetectorTest {

    private static final ObjectKey KEY = ObjectKey.parse(Fixtures.KEY);

    private final InformerStore<ClusterProfile, ClusterProfile> profiles = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = InformerStore.ofObjects();
    private final OrphanDetector orphans = new OrphanDetector(profiles, secrets, clusters, true);

    @BeforeEach
    void allAreListed() {
        profiles.synced().complete(null);
        secrets.synced().complete(null);
        clusters.synced().complete(null);
    }

    @Test
    void suspectsWhatIsMissingInTwoScans() {
        secretIsThere();

        assertEquals(Set.of(), orphans.scan().suspects());
        assertEquals(Set.of(Fixtures.KEY), orphans.scan().suspects());
    }

    @Test
    void suspectsASveltosClusterLikeASecret() {
        Informers.put(
                clusters,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).ours().build());

        assertEquals(Set.of(Fixtures.KEY), scanTwice().suspects());
    }

    @Test
    void suspectsNothingWhoseProfileIsNamedLikeASecret() {
        String name = Fixtures.MANAGED_SECRET;
        Informers.put(profiles, profile().named(name).build());
        Informers.put(
                clusters, Fixtures.metadata(Fixtures.NAMESPACE, name).ours().build());

        assertEquals(Set.of(), scanTwice().suspects());
    }

    @Test
    void suspectsNothingForASecretThatIsNotNamedAsOursAre() {
        Informers.put(
                secrets,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).ours().build());

        assertEquals(Set.of(), scanTwice().suspects());
    }

    @Test
    void suspectsNothingThatHasAProfile() {
        secretIsThere();
        Informers.put(profiles, profile().build());

        assertEquals(Set.of(), scanTwice().suspects());
    }

    @Test
    void suspectsNothingWhoseProfileCameBack() {
        secretIsThere();
        orphans.scan();
        Informers.put(profiles, profile().build());

        assertEquals(Set.of(), orphans.scan().suspects());
    }

    @Test
    void startsOverIfAProfileExistedInBetween() {
        secretIsThere();
        orphans.scan();
        Informers.put(profiles, profile().build());
        orphans.scan();
        Informers.remove(profiles, Fixtures.KEY);

        assertEquals(Set.of(), orphans.scan().suspects());
    }

    @Test
    void suspectsNothingForForeignObjects() {
        Informers.put(
                secrets,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET).build());

        assertEquals(Set.of(), scanTwice().suspects());
    }

    @Test
    void suspectsNothingBeforeTheStoresAreSynced() {
        OrphanDetector blind = new OrphanDetector(InformerStore.ofObjects(), secrets, clusters, true);
        secretIsThere();

        blind.scan();

        assertEquals(Set.of(), blind.scan().suspects());
    }

    @Test
    void confirmsASuspectThatTheApiServerDoesNotHave() {
        assertEquals(Set.of(Fixtures.KEY), orphans.confirm(suspect(), List.of()));
        assertTrue(orphans.isConfirmed(KEY));
    }

    @Test
    void clearsASuspectThatTheApiServerHas() {
        PartialObjectMetadata living =
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build();

        assertEquals(Set.of(), orphans.confirm(suspect(), List.of(living)));
        assertFalse(orphans.isConfirmed(KEY));
    }

    @Test
    void confirmsNothingThatWasNotSuspected() {
        orphans.confirm(orphans.scan(), List.of());

        assertFalse(orphans.isConfirmed(KEY));
    }

    @Test
    void aConfirmationIsValidUntilTheNextScan() {
        orphans.confirm(suspect(), List.of());

        orphans.scan();

        assertFalse(orphans.isConfirmed(KEY));
    }

    @Test
    void needsNoListWhileAllProfilesAreServedAndNothingIsSuspected() {
        assertFalse(orphans.scan().isListNeeded());
        assertTrue(suspect().isListNeeded());
    }

    @Nested
    class WhereOnlySomeProfilesAreServed {

        private final OrphanDetector shard = new OrphanDetector(profiles, secrets, clusters, false);
        private final PartialObjectMetadata stranded = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .finalizers(ClusterProfile.FINALIZER)
                .deletedAt("2026-01-01T00:00:00Z")
                .build();

        @Test
        void alwaysNeedsTheList() {
            assertTrue(shard.scan().isListNeeded());
        }

        @Test
        void findsADeletionThatNoProcessFinishesOnTheSecondScan() {
            assertEquals(Set.of(), shard.confirm(shard.scan(), List.of(stranded)));
            assertEquals(Set.of(Fixtures.KEY), shard.confirm(shard.scan(), List.of(stranded)));
            assertTrue(shard.isConfirmed(KEY));
        }

        @Test
        void startsOverIfItWasMissingInBetween() {
            shard.confirm(shard.scan(), List.of(stranded));
            shard.confirm(shard.scan(), List.of());

            assertEquals(Set.of(), shard.confirm(shard.scan(), List.of(stranded)));
        }

        @Test
        void ignoresWhatIsServedHereOrNotBeingDeletedOrWithoutOurFinalizer() {
            Informers.put(
                    profiles,
                    profile().named("served").deletedAt("2026-01-01T00:00:00Z").build());
            List<PartialObjectMetadata> others = List.of(
                    Fixtures.metadata(Fixtures.NAMESPACE, "served")
                            .finalizers(ClusterProfile.FINALIZER)
                            .deletedAt("2026-01-01T00:00:00Z")
                            .build(),
                    Fixtures.metadata(Fixtures.NAMESPACE, "alive")
                            .finalizers(ClusterProfile.FINALIZER)
                            .build(),
                    Fixtures.metadata(Fixtures.NAMESPACE, "held-by-others")
                            .finalizers("example.com/other")
                            .deletedAt("2026-01-01T00:00:00Z")
                            .build());

            shard.confirm(shard.scan(), others);

            assertEquals(Set.of(), shard.confirm(shard.scan(), others));
        }
    }

    private void secretIsThere() {
        Informers.put(
                secrets,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                        .ours()
                        .build());
    }

    private OrphanDetector.Scan suspect() {
        secretIsThere();
        return scanTwice();
    }

    private OrphanDetector.Scan scanTwice() {
        orphans.scan();
        return orphans.scan();
    }
}
