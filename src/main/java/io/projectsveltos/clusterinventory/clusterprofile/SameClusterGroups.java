package io.projectsveltos.clusterinventory.clusterprofile;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.StoreIndex;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The profiles of each cluster, oldest first. It is the index of the informer's store, so it knows all profiles that the
 * informer has listed, and no others. Without a store it stays empty: then no profile has others of the same cluster.
 * Thread-safe.
 */
public final class SameClusterGroups implements StoreIndex<ClusterProfile> {

    /** Names the cluster in the inventory, whichever cluster manager has written the profile (KEP-4322). */
    private static final String MEMBER_ID = "multicluster.x-k8s.io/inventory-member-id";

    /** OCM's name of the cluster, on each of the profiles that it writes for it: one for each ManagedClusterSetBinding. */
    private static final String OCM_CLUSTER = "open-cluster-management.io/cluster-name";

    /** The predefined label with {@code spec.clusterManager.name}. */
    private static final String CLUSTER_MANAGER = "x-k8s.io/cluster-manager";

    private final Consumer<String> queue;
    private final Map<String, Group> groups = new HashMap<>();

    /** The clusters that profiles stood for as the oldest until their labels changed. */
    private final Map<ObjectKey, String> left = new HashMap<>();

    private int shared;
    private int suppressed;

    /**
     * A profile in its group. The order is that of the group: profiles that are being deleted come last. The API's
     * timestamps are all in UTC and of the same length, so their order as text is their order in time.
     */
    private record Member(boolean isBeingDeleted, String created, ObjectKey key) implements Comparable<Member> {

        private static final Comparator<Member> OLDEST_FIRST = Comparator.comparing(Member::isBeingDeleted)
                .thenComparing(Member::created)
                .thenComparing(member -> member.key().namespace())
                .thenComparing(member -> member.key().name());

        static Member of(ClusterProfile profile) {
            String created = Objects.toString(profile.getMetadata().getCreationTimestamp(), "");
            return new Member(profile.isBeingDeleted(), created, profile.getKey());
        }

        @Override
        public int compareTo(Member other) {
            return OLDEST_FIRST.compare(this, other);
        }
    }

    private static final class Group {

        private final TreeSet<Member> members = new TreeSet<>();
        private int staying;

        /** Whether the other members have to be reconciled once the oldest is registered. */
        private boolean isQueueingDue;

        Member oldest() {
            return members.isEmpty() || members.first().isBeingDeleted() ? null : members.first();
        }
    }

    /**
     * Starts empty.
     *
     * @param queue gets the key of a profile that takes over its cluster: to add a key must be quick
     */
    public SameClusterGroups(Consumer<String> queue) {
        this.queue = queue;
    }

    @Override
    public synchronized void replace(ClusterProfile before, ClusterProfile after) {
        String from = before == null ? null : clusterOf(before);
        String to = after == null ? null : clusterOf(after);
        Member old = from == null ? null : Member.of(before);
        Member current = to == null ? null : Member.of(after);
        if (Objects.equals(from, to) && Objects.equals(old, current)) {
            return;
        }
        if (after == null || before == null) {
            left.remove((after == null ? before : after).getKey());
        } else if (!Objects.equals(from, to) && isOldest(before)) {
            left.put(before.getKey(), from);
        }
        if (old != null) {
            change(from, old, false);
        }
        if (current != null) {
            change(to, current, true);
        }
    }

    private void change(String cluster, Member member, boolean isAdded) {
        Group group = groups.computeIfAbsent(cluster, unused -> new Group());
        count(group, -1);
        Member oldest = group.oldest();
        boolean isChanged = isAdded ? group.members.add(member) : group.members.remove(member);
        if (isChanged && !member.isBeingDeleted()) {
            group.staying += isAdded ? 1 : -1;
        }
        count(group, 1);
        if (group.members.isEmpty()) {
            groups.remove(cluster);
            return;
        }
        // a second profile too: the first may be reconciled as the only one at this moment
        boolean isSecond = isAdded && group.members.size() == 2;
        if (isSecond || !Objects.equals(oldest, group.oldest())) {
            group.isQueueingDue = true;
            queueOldest(group, member);
        }
    }

    private void queueOldest(Group group, Member changed) {
        Member oldest = group.oldest();
        // the watch queues the profile that has changed itself
        if (oldest != null && !oldest.equals(changed)) {
            queue.accept(oldest.key().toString());
        }
    }

    private void count(Group group, int sign) {
        shared += group.staying > 1 ? sign : 0;
        suppressed += sign * Math.max(0, group.staying - 1);
    }

    /**
     * The profiles that register the cluster in place of this one: the oldest of the same cluster that is not being deleted,
     * and that of the cluster that this one registered before its labels changed. Profiles of the same second are ordered by
     * namespace and name.
     *
     * @param profile the profile
     * @return their keys; empty if the profile itself is the oldest, or all others are being deleted
     */
    public synchronized List<ObjectKey> successors(ClusterProfile profile) {
        return groups.isEmpty()
                ? List.of()
                : Stream.of(clusterOf(profile), left.get(profile.getKey()))
                        .map(this::oldest)
                        .filter(key -> key != null && !key.equals(profile.getKey()))
                        .distinct()
                        .toList();
    }

    /**
     * Whether the cluster of a profile is registered through an older one.
     *
     * @param profile the profile
     * @return false if it is the oldest, is being deleted, or its labels name no cluster
     */
    public synchronized boolean isYounger(ClusterProfile profile) {
        ObjectKey oldest = oldest(clusterOf(profile));
        return oldest != null && !profile.isBeingDeleted() && !oldest.equals(profile.getKey());
    }

    /**
     * Whether the profile is the oldest of several of the same cluster.
     *
     * @param profile the profile
     * @return false if it is the only one, is being deleted, or another one is older
     */
    public synchronized boolean isOldestOfSeveral(ClusterProfile profile) {
        return isOldest(profile) && groups.get(clusterOf(profile)).members.size() > 1;
    }

    /**
     * The other profiles of the same cluster, once for each time that a profile has become the oldest.
     *
     * @param oldest the oldest profile
     * @param isRepeated whether they are returned another time
     * @return their keys
     */
    public synchronized List<String> takeOthers(ClusterProfile oldest, boolean isRepeated) {
        if (!isOldest(oldest)) {
            return List.of();
        }
        Group group = groups.get(clusterOf(oldest));
        if (!isRepeated && !group.isQueueingDue) {
            return List.of();
        }
        group.isQueueingDue = false;
        return group.members.stream()
                .map(Member::key)
                .filter(key -> !key.equals(oldest.getKey()))
                .map(ObjectKey::toString)
                .toList();
    }

    /**
     * Counts the clusters that several profiles stand for.
     *
     * @return the number of clusters with more than one profile that is not being deleted
     */
    public synchronized int shared() {
        return shared;
    }

    /**
     * Counts the profiles that are not registered because of an older one.
     *
     * @return the number of profiles that are neither the oldest of their cluster nor being deleted
     */
    public synchronized int suppressed() {
        return suppressed;
    }

    /**
     * Names the cluster that a profile stands for. No label value contains a slash, so OCM's names differ from member IDs.
     *
     * @param profile the profile
     * @return null if its labels name none
     */
    public static String clusterOf(ClusterProfile profile) {
        String memberId = label(profile, MEMBER_ID);
        if (memberId != null) {
            return memberId;
        }
        String ocmCluster = label(profile, OCM_CLUSTER);
        String manager = label(profile, CLUSTER_MANAGER);
        return ocmCluster == null || manager == null ? null : manager + "/" + ocmCluster;
    }

    private static String label(ClusterProfile profile, String name) {
        String value = profile.getLabels().get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    private boolean isOldest(ClusterProfile profile) {
        return profile.getKey().equals(oldest(clusterOf(profile)));
    }

    private ObjectKey oldest(String cluster) {
        Group group = groups.get(cluster);
        Member oldest = group == null ? null : group.oldest();
        return oldest == null ? null : oldest.key();
    }
}
