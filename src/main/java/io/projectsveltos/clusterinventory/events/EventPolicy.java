package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;

/**
 * Decides what is worth an Event on a profile. A state that lasts is news once, and again when it comes back after it was
 * over.
 */
public final class EventPolicy {

    /** The longest value of a label. */
    private static final int MAX_LABEL_VALUE = 63;

    private final EventCorrelator told;
    private final RepairLimiter repairs;
    private final Clock clock;
    private final Duration slowDeletionThreshold;

    /**
     * Makes it.
     *
     * @param told the memory
     * @param repairs the repairs of outputs, which say whether a conflict may still last
     * @param clock the clock
     * @param slowDeletionThreshold how long a deletion may wait before that is told
     */
    public EventPolicy(EventCorrelator told, RepairLimiter repairs, Clock clock, Duration slowDeletionThreshold) {
        this.told = told;
        this.repairs = repairs;
        this.clock = clock;
        this.slowDeletionThreshold = slowDeletionThreshold;
    }

    /**
     * What a round that ended well has to tell.
     *
     * @param credential the kubeconfig, null when it was not read because it is the same as before
     * @param secret what became of the managed Secret, null when it was not looked at
     * @param cluster what became of the SveltosCluster
     * @return the Events, mostly none
     */
    public List<ProfileEvent> outcome(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Variable("secretChange") OperationResult secret,
            @Variable("sveltosClusterChange") OperationResult cluster) {
        String synced = synced(profile, secret, cluster);
        String warning = credential == null ? null : credential.warning();
        String longName = longName(profile);
        // a kubeconfig that was not read is as doubtful as it was
        boolean doubtful = credential == null || warning != null;
        boolean contested = repairs.isRepairedLately(profile);
        told.end(profile, reason -> switch (reason) {
            case UnsafeKubeconfig -> !doubtful;
            case FieldManagerConflict -> !contested;
            // the credential is renewed while a deletion waits
            case WaitingForSveltosCluster -> !profile.isBeingDeleted();
            case LongName -> false;
            default -> true;
        });
        return Stream.of(
                        synced == null ? null : told.occurred(profile, Reason.Synced, synced),
                        longName == null ? null : told.occurred(profile, Reason.LongName, longName),
                        warning == null ? null : told.occurred(profile, Reason.UnsafeKubeconfig, warning))
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * What a round that failed has to tell.
     *
     * @param profile the profile, null when it is gone
     * @param failure why it failed
     * @return the Event, or none when it was told before or there is no profile to tell it of
     */
    public List<ProfileEvent> failure(
            @Variable("clusterProfile") ClusterProfile profile, @ExchangeException Exception failure) {
        if (profile == null) {
            return List.of();
        }
        if (failure instanceof ReconcileFailure terminal) {
            return tell(profile, terminal.getReason(), terminal.getMessage());
        }
        if (failure instanceof KubernetesApiException answer && answer.isRefusal()) {
            return tell(profile, Reason.ApplyRefused, failure.getMessage());
        }
        return List.of();
    }

    /**
     * What to report of a repair that has to wait.
     *
     * @param profile the profile
     * @param conflict who changes what
     * @return the Event, or none when it was reported before
     */
    public List<ProfileEvent> conflict(@Variable("clusterProfile") ClusterProfile profile, @Body String conflict) {
        return tell(profile, Reason.FieldManagerConflict, conflict);
    }

    /**
     * What a deletion that has to wait has to tell.
     *
     * @param profile the profile, null when it is gone already
     * @return the Event, or none while it has not waited for long
     */
    public List<ProfileEvent> waiting(@Variable("clusterProfile") ClusterProfile profile) {
        if (profile == null || untilWaitIsReported(profile) != null) {
            return List.of();
        }
        return tell(
                profile,
                Reason.WaitingForSveltosCluster,
                "Sveltos still cleans up the cluster: its finalizers keep SveltosCluster " + profile.getKey());
    }

    /**
     * How long a deletion goes on to wait before that is reported.
     *
     * @param profile the profile, null when it is gone already
     * @return the time, or null when there is nothing to wait for
     */
    public Duration untilWaitIsReported(@Variable("clusterProfile") ClusterProfile profile) {
        if (profile == null) {
            return null;
        }
        Instant deleted = Instant.parse(profile.getMetadata().getDeletionTimestamp());
        Duration left = Duration.between(clock.instant(), deleted.plus(slowDeletionThreshold));
        return left.isNegative() || left.isZero() ? null : left;
    }

    private static String longName(ClusterProfile profile) {
        return profile.getMetadata().getName().length() <= MAX_LABEL_VALUE
                ? null
                : "The profile's name is longer than " + MAX_LABEL_VALUE
                        + " characters: Sveltos uses a cluster's name as the value of labels, which cannot be longer; create"
                        + " the profile again with a shorter name";
    }

    private static String synced(ClusterProfile profile, OperationResult secret, OperationResult cluster) {
        String done = secret == OperationResult.CREATED || cluster == OperationResult.CREATED
                ? "Created "
                : secret == OperationResult.ROTATED ? "Rotated the kubeconfig of " : null;
        return done == null ? null : done + "SveltosCluster " + profile.getKey();
    }

    private List<ProfileEvent> tell(ClusterProfile profile, Reason reason, String message) {
        return Stream.ofNullable(told.occurred(profile, reason, message)).toList();
    }
}
