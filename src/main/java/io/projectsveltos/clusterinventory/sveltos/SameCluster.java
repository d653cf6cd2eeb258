package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SameClusterGroups;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Variable;

/**
 * One registration for each cluster ({@code same-cluster=oldest}): of the profiles of a cluster, the oldest has a
 * SveltosCluster. It decides from what the informers know; before a SveltosCluster is deleted in favour of another, the
 * route asks the API server for the other.
 */
public final class SameCluster {

    /** What is known of the profile that takes over a cluster. */
    public enum Takeover {
        /** There is none, and this profile is being deleted: so are all others of the cluster. */
        NONE,
        /** It does not have a SveltosCluster yet, or this profile is the oldest now. */
        AWAITED,
        /** It does not have a SveltosCluster yet, but the deletion of this profile has waited long enough. */
        OVERDUE,
        /** It has a SveltosCluster, as far as the informers know. */
        DONE
    }

    private final SameClusterGroups groups;
    private final SveltosClusters sveltosClusters;
    private final Duration timeout;
    private final Clock clock;
    private final Ownership ownership = new Ownership();

    /** The clusters that a worker is handing over at this moment. */
    private final Set<String> turns = ConcurrentHashMap.newKeySet();

    SameCluster(SameClusterGroups groups, SveltosClusters sveltosClusters, Duration timeout, Clock clock) {
        this.groups = groups;
        this.sveltosClusters = sveltosClusters;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * Whether a profile must not have outputs, because its cluster is registered through an older one. A profile that has a
     * SveltosCluster keeps it, and is served like any other, until the older one has its own.
     *
     * @param profile the profile
     * @return false if it is the oldest or is being deleted
     */
    public boolean isSuppressed(ClusterProfile profile) {
        return groups.isYounger(profile)
                && (!sveltosClusters.hasSveltosCluster(profile.getKey()) || takeover(profile) == Takeover.DONE);
    }

    /**
     * Whether the profile is the oldest of several of the same cluster.
     *
     * @param profile the profile
     * @return true if others wait for its SveltosCluster, or may do so
     */
    public boolean isOldestOfSeveral(ClusterProfile profile) {
        return groups.isOldestOfSeveral(profile);
    }

    /**
     * The profile that registers the cluster in place of this one.
     *
     * @param profile the profile
     * @return its key, or null if there is none
     */
    public ObjectKey successor(@Variable("clusterProfile") ClusterProfile profile) {
        List<ObjectKey> successors = groups.successors(profile);
        return successors.isEmpty() ? null : successors.get(0);
    }

    /**
     * How far another profile has taken over the cluster.
     *
     * @param profile the profile
     * @return what is known of it
     */
    public Takeover takeover(@Variable("clusterProfile") ClusterProfile profile) {
        List<ObjectKey> successors = groups.successors(profile);
        if (successors.isEmpty()) {
            return profile.isBeingDeleted() ? Takeover.NONE : Takeover.AWAITED;
        }
        if (successors.stream().allMatch(this::isRegistered)) {
            return Takeover.DONE;
        }
        return isOverdue(profile) ? Takeover.OVERDUE : Takeover.AWAITED;
    }

    /**
     * Begins to hand over a cluster. Two profiles of a cluster must not do that at the same time: each could delete its
     * SveltosCluster because the other still has one.
     *
     * @param profile the profile
     * @return false if another profile of the cluster is doing so; otherwise {@link #endTurn} has to follow
     */
    public boolean takeTurn(@Variable("clusterProfile") ClusterProfile profile) {
        return turns.add(turn(profile));
    }

    /**
     * Lets the other profiles of the cluster continue.
     *
     * @param profile the profile
     */
    public void endTurn(@Variable("clusterProfile") ClusterProfile profile) {
        turns.remove(turn(profile));
    }

    /**
     * The profiles that have to be reconciled because the oldest one of their cluster is registered now.
     *
     * @param oldest the oldest
     * @param change what was done to its SveltosCluster
     * @return their keys
     */
    public List<String> takeOthers(
            @Variable("clusterProfile") ClusterProfile oldest,
            @Variable("sveltosClusterChange") OperationResult change) {
        return isRegistered(oldest.getKey()) ? groups.takeOthers(oldest, change == OperationResult.CREATED) : List.of();
    }

    /** A SveltosCluster that is being deleted registers nothing: Sveltos withdraws its add-ons. */
    private boolean isRegistered(ObjectKey profile) {
        return ownership.isDeletable(sveltosClusters.get(profile));
    }

    private boolean isOverdue(ClusterProfile profile) {
        return profile.isBeingDeleted()
                && Instant.parse(profile.getMetadata().getDeletionTimestamp())
                        .plus(timeout)
                        .isBefore(clock.instant());
    }

    private static String turn(ClusterProfile profile) {
        String cluster = SameClusterGroups.clusterOf(profile);
        return cluster == null ? profile.getKey().toString() : cluster;
    }
}
