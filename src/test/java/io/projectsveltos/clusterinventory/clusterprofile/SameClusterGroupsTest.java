package io.projectsveltos.clusterinventory.clusterprofile;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SameClusterGroupsTest {

    private static final String MEMBER_ID = "multicluster.x-k8s.io/inventory-member-id";
    private static final Map<String, String> M1 = Map.of(MEMBER_ID, "m1");
    private static final Map<String, String> M2 = Map.of(MEMBER_ID, "m2");
    private static final Map<String, String> OCM = Map.of(
            "open-cluster-management.io/cluster-name", "m1", "x-k8s.io/cluster-manager", "open-cluster-management");

    private final List<String> queued = new ArrayList<>();
    private final SameClusterGroups groups = new SameClusterGroups(queued::add);
    private final InformerStore<ClusterProfile, ClusterProfile> store = InformerStore.ofObjects(groups);

    private final ClusterProfile first = member("a", "2026-01-01T00:00:01Z", M1);
    private final ClusterProfile second = member("b", "2026-01-01T00:00:02Z", M1);
    private final ClusterProfile third = member("c", "2026-01-01T00:00:03Z", M1);

    @Test
    void namesTheOldestForEachOther() {
        given(third, first, second);

        assertEquals(List.of(), groups.successors(first));
        assertEquals(List.of(first.getKey()), groups.successors(second));
        assertEquals(List.of(first.getKey()), groups.successors(third));
        assertTrue(groups.isOldestOfSeveral(first));
        assertFalse(groups.isYounger(first));
        assertTrue(groups.isYounger(second));
    }

    @Test
    void ordersProfilesOfTheSameSecondByNamespaceAndName() {
        ClusterProfile sameSecond = member("a-", first.getMetadata().getCreationTimestamp(), M1);
        given(sameSecond, first);
        assertEquals(List.of(first.getKey()), groups.successors(sameSecond));

        ClusterProfile sameNamespace = profile()
                .inNamespace("a")
                .named("a")
                .metadata("creationTimestamp", first.getMetadata().getCreationTimestamp())
                .metadata("labels", M1)
                .build();
        given(sameNamespace);
        assertEquals(List.of(sameNamespace.getKey()), groups.successors(first));
    }

    @Test
    void groupsByTheMemberIdElseByOcmsNameWithItsManager() {
        assertEquals("m1", SameClusterGroups.clusterOf(first));
        assertEquals("open-cluster-management/m1", SameClusterGroups.clusterOf(member("a", "", OCM)));
        assertNotEquals(
                SameClusterGroups.clusterOf(member("a", "", OCM)),
                SameClusterGroups.clusterOf(member(
                        "a",
                        "",
                        Map.of(
                                "open-cluster-management.io/cluster-name", "m1",
                                "x-k8s.io/cluster-manager", "another-hub"))));
        assertEquals(
                "m2",
                SameClusterGroups.clusterOf(member(
                        "a",
                        "",
                        Map.of(
                                MEMBER_ID,
                                "m2",
                                "open-cluster-management.io/cluster-name",
                                "m1",
                                "x-k8s.io/cluster-manager",
                                "open-cluster-management"))));
    }

    @Test
    void leavesProfilesAloneWhoseLabelsNameNoCluster() {
        ClusterProfile unlabelled = member("a", "", Map.of());
        ClusterProfile empty = member("b", "", Map.of(MEMBER_ID, ""));
        ClusterProfile withoutManager = member("c", "", Map.of("open-cluster-management.io/cluster-name", "m1"));
        given(unlabelled, empty, withoutManager);

        for (ClusterProfile profile : List.of(unlabelled, empty, withoutManager)) {
            assertNull(SameClusterGroups.clusterOf(profile));
            assertEquals(List.of(), groups.successors(profile));
        }
        assertEquals(List.of(), queued);
    }

    @Test
    void passesOnWhenTheOldestIsBeingDeleted() {
        given(first, second, third);
        queued.clear();

        given(deleted(first));

        assertEquals(List.of(second.getKey().toString()), queued);
        assertEquals(List.of(second.getKey()), groups.successors(deleted(first)));
        assertEquals(List.of(), groups.successors(second));
        assertEquals(List.of(second.getKey()), groups.successors(third));
    }

    @Test
    void namesNoneWhenAllAreBeingDeleted() {
        given(deleted(first), deleted(second));

        assertEquals(List.of(), groups.successors(deleted(first)));
        assertEquals(List.of(), groups.successors(deleted(second)));
        assertFalse(groups.isYounger(deleted(second)));
    }

    @Test
    void queuesTheNextWhenTheOldestIsGone() {
        given(first, second);
        queued.clear();

        Informers.remove(store, first.getKey().toString());

        assertEquals(List.of(second.getKey().toString()), queued);
        assertEquals(List.of(), groups.successors(second));
    }

    @Test
    void queuesNothingForAChangeThatKeepsTheOrder() {
        given(first, second);
        queued.clear();

        given(
                member("a", first.getMetadata().getCreationTimestamp(), Map.of(MEMBER_ID, "m1", "env", "prod")),
                third,
                deleted(third));

        assertEquals(List.of(), queued);
    }

    @Test
    void queuesTheFirstProfileOfAClusterWhenASecondOneArrives() {
        given(first);
        assertEquals(List.of(), queued);

        given(second);

        assertEquals(List.of(first.getKey().toString()), queued);
    }

    @Test
    void returnsTheOthersOnceForEachNewOldest() {
        given(first, second, third);
        List<String> others = List.of(second.getKey().toString(), third.getKey().toString());

        assertEquals(List.of(), groups.takeOthers(second, true));
        assertEquals(others, groups.takeOthers(first, false));
        assertEquals(List.of(), groups.takeOthers(first, false));
        assertEquals(others, groups.takeOthers(first, true));

        given(deleted(first));

        assertEquals(List.of(third.getKey().toString(), first.getKey().toString()), groups.takeOthers(second, false));
    }

    @Test
    void movesAProfileWhoseLabelChanges() {
        ClusterProfile other = member("d", "2026-01-01T00:00:00Z", M2);
        given(first, second, other);
        queued.clear();
        ClusterProfile moved = member("a", first.getMetadata().getCreationTimestamp(), M2);

        given(moved);

        assertTrue(groups.isYounger(moved));
        assertEquals(List.of(other.getKey(), second.getKey()), groups.successors(moved));
        assertTrue(queued.contains(second.getKey().toString()));
        assertEquals(List.of(), groups.successors(second));

        given(first);

        assertEquals(List.of(), groups.successors(first));
    }

    @Test
    void forgetsWhatAProfileThatIsGoneStoodFor() {
        given(first, second);
        ClusterProfile moved = member("a", first.getMetadata().getCreationTimestamp(), M2);
        given(moved);
        Informers.remove(store, moved.getKey().toString());

        given(moved);

        assertEquals(List.of(), groups.successors(moved));
    }

    @Test
    void countsSharedClustersAndSuppressedProfiles() {
        assertCounts(0, 0);
        given(first, member("d", "", M2));
        assertCounts(0, 0);
        given(second, third);
        assertCounts(1, 2);
        given(deleted(first));
        assertCounts(1, 1);
        Informers.remove(store, first.getKey().toString());
        assertCounts(1, 1);
        given(member("c", "2026-01-01T00:00:03Z", M2));
        assertCounts(1, 1);
        Informers.remove(store, third.getKey().toString());
        Informers.remove(store, second.getKey().toString());
        assertCounts(0, 0);
    }

    private void assertCounts(int shared, int suppressed) {
        assertEquals(List.of(shared, suppressed), List.of(groups.shared(), groups.suppressed()));
    }

    private void given(ClusterProfile... profiles) {
        List.of(profiles).forEach(profile -> Informers.put(store, profile));
    }

    private static ClusterProfile member(String namespace, String created, Map<String, String> labels) {
        return profile()
                .inNamespace(namespace)
                .metadata("creationTimestamp", created)
                .metadata("labels", labels)
                .build();
    }

    private static ClusterProfile deleted(ClusterProfile profile) {
        ObjectKey key = profile.getKey();
        return profile()
                .inNamespace(key.namespace())
                .metadata("creationTimestamp", profile.getMetadata().getCreationTimestamp())
                .metadata("labels", profile.getLabels())
                .deletedAt("2026-01-02T00:00:00Z")
                .build();
    }
}
