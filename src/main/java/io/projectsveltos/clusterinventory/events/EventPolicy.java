package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ControlPlaneHealth;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import io.projectsveltos.clusterinventory.sveltos.SveltosConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;

/**
 * Decides what is reported as an Event on a profile. An ongoing state is new once, and again when it returns after it was
 * resolved.
 */
public final class EventPolicy {

    /** The longest value of a label. */
    private static final int MAX_LABEL_VALUE = 63;

    /** What was done to an output; any other result is not reported. */
    private static final Map<OperationResult, String> DONE = new EnumMap<>(Map.of(
            OperationResult.CREATED, "Created SveltosCluster %s",
            OperationResult.ROTATED, "Rotated the kubeconfig of SveltosCluster %s",
            OperationResult.PAUSED,
                    "Paused SveltosCluster %s: its profile's condition " + ControlPlaneHealth.CONDITION + " is False",
            OperationResult.RELEASED, "health-gate no longer pauses SveltosCluster %s"));

    private final EventCorrelator correlator;
    private final RepairLimiter repairs;
    private final Clock clock;
    private final Duration slowDeletionThreshold;

    /**
     * Reports to a correlator.
     *
     * @param correlator knows what was reported before
     * @param repairs the repairs of outputs, which show whether a conflict may be ongoing
     * @param clock the clock
     * @param slowDeletionThreshold how long a deletion may wait for Sveltos before it is reported
     */
    public EventPolicy(EventCorrelator correlator, RepairLimiter repairs, Clock clock, Duration slowDeletionThreshold) {
        this.correlator = correlator;
        this.repairs = repairs;
        this.clock = clock;
        this.slowDeletionThreshold = slowDeletionThreshold;
    }

    /**
     * The Events of a reconcile that succeeded, which resolves what failed before.
     *
     * @param profile the profile
     * @param credential the kubeconfig, null when it was not read because it has not changed
     * @param secret what was done to the managed Secret, null when it was not checked
     * @param cluster what was done to the SveltosCluster, null when it was not checked
     * @param rules what the rules add to it, null when it was not checked
     * @param hookFailure why a hook failed, which is reported at the end of the reconcile; null if none did
     * @return the Events, usually none
     */
    public List<ProfileEvent> outcome(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Variable("secretChange") OperationResult secret,
            @Variable("sveltosClusterChange") OperationResult cluster,
            @Variable("ruleValues") RuleValues rules,
            @Variable("hookFailure") ReconcileFailure hookFailure) {
        String synced = synced(profile, secret, cluster);
        String warning = credential == null ? null : credential.warning();
        String longName = longName(profile);
        String replaced = replaced(rules);
        // a kubeconfig that was not read may still be unsafe
        boolean maybeUnsafe = credential == null || warning != null;
        boolean maybeConflict = repairs.isRecentlyRepaired(profile);
        correlator.resolve(profile, reason -> switch (reason) {
            case UnsafeKubeconfig -> !maybeUnsafe;
            case FieldManagerConflict -> !maybeConflict;
            // the credential is renewed while a deletion waits
            case WaitingForSveltosCluster -> !profile.isBeingDeleted();
            // a profile that is only waiting to be withdrawn does not have its SveltosCluster checked
            case SameCluster -> cluster != null;
            case LongName, SveltosCannotConnect -> false;
            case LabelReplaced -> replaced == null;
            case HookFailed -> hookFailure == null;
            default -> true;
        });
        return Stream.of(
                        synced == null ? null : correlator.observe(profile, Reason.Synced, synced),
                        replaced == null ? null : correlator.observe(profile, Reason.LabelReplaced, replaced),
                        longName == null ? null : correlator.observe(profile, Reason.LongName, longName),
                        warning == null ? null : correlator.observe(profile, Reason.UnsafeKubeconfig, warning))
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * The Event of a reconcile that failed.
     *
     * @param profile the profile, null when it is gone
     * @param failure why the reconcile failed
     * @return the Event; or none when it is recorded already, a retry may help, or there is no profile to record it on
     */
    public List<ProfileEvent> failure(
            @Variable("clusterProfile") ClusterProfile profile, @ExchangeException Exception failure) {
        if (profile == null) {
            return List.of();
        }
        if (failure instanceof ReconcileFailure known) {
            return report(profile, known.getReason(), known.getMessage());
        }
        if (failure instanceof KubernetesApiException answer && answer.isRefusal()) {
            return report(profile, Reason.ApplyRefused, failure.getMessage());
        }
        return List.of();
    }

    /**
     * The Event of a repair that has to wait.
     *
     * @param profile the profile
     * @param conflict who changes what
     * @return the Event, or none when it is recorded already
     */
    public List<ProfileEvent> conflict(@Variable("clusterProfile") ClusterProfile profile, @Body String conflict) {
        return report(profile, Reason.FieldManagerConflict, conflict);
    }

    /**
     * The Event of a profile that is not registered yet.
     *
     * @param profile the profile
     * @return the Event, or none when it is recorded already
     */
    public List<ProfileEvent> heldBack(@Variable("clusterProfile") ClusterProfile profile) {
        return report(
                profile,
                Reason.WaitingForControlPlane,
                "Not registered with Sveltos yet: the cluster manager has to report the condition "
                        + ControlPlaneHealth.CONDITION + " as True first (setting health-gate)");
    }

    /**
     * The Event of a connection of Sveltos that is down, or no longer.
     *
     * @param profile the profile, null when it is gone
     * @param connection what Sveltos reports
     * @return the Event, or none when nothing has changed
     */
    public List<ProfileEvent> connection(
            @Variable("clusterProfile") ClusterProfile profile, @Variable("connection") SveltosConnection connection) {
        if (profile == null) {
            return List.of();
        }
        return switch (connection.state()) {
            case DOWN ->
                report(
                        profile,
                        Reason.SveltosCannotConnect,
                        "Sveltos cannot connect to the cluster: " + connection.failure()
                                + (connection.isRejected()
                                        ? "; the cluster rejects the credential: check its access provider and its permissions there"
                                        : "; check that Sveltos' pods can reach the server in its kubeconfig"));
            case READY ->
                correlator.resolve(profile, reason -> reason == Reason.SveltosCannotConnect)
                        ? report(profile, Reason.SveltosConnected, "Sveltos can connect to the cluster again")
                        : List.of();
            case UNKNOWN -> List.of();
        };
    }

    /**
     * The Event of a deletion that waits for Sveltos.
     *
     * @param profile the profile, null when it is gone already
     * @return the Event; or none when it is recorded already, or the deletion is not slow yet
     */
    public List<ProfileEvent> slowDeletion(@Variable("clusterProfile") ClusterProfile profile) {
        if (!isSlowDeletion(profile)) {
            return List.of();
        }
        return report(
                profile,
                Reason.WaitingForSveltosCluster,
                "Sveltos is still cleaning up the cluster: its finalizers keep SveltosCluster " + profile.getKey());
    }

    /**
     * The Event of a deletion that waits until another profile has taken over the cluster.
     *
     * @param profile the profile
     * @param successor the other profile
     * @return the Event; or none when it is recorded already, or the deletion is not slow yet
     */
    public List<ProfileEvent> slowTakeover(
            @Variable("clusterProfile") ClusterProfile profile, @Variable("successor") ObjectKey successor) {
        if (!isSlowDeletion(profile) || successor == null) {
            return List.of();
        }
        return report(
                profile,
                Reason.WaitingForSveltosCluster,
                "Waiting for ClusterProfile " + successor
                        + ", which takes over the cluster but does not have a SveltosCluster yet: see its Events");
    }

    /**
     * The Event of a profile whose cluster is registered through an older one.
     *
     * @param profile the profile
     * @param successor the older one
     * @return the Event, or none when it is recorded already
     */
    public List<ProfileEvent> sameCluster(
            @Variable("clusterProfile") ClusterProfile profile, @Variable("successor") ObjectKey successor) {
        return successor == null
                ? List.of()
                : report(
                        profile,
                        Reason.SameCluster,
                        "Not registered: ClusterProfile " + successor + " is older and of the same cluster");
    }

    private boolean isSlowDeletion(ClusterProfile profile) {
        return profile != null && profile.isBeingDeleted() && slowDeletionDelay(profile) == null;
    }

    /**
     * How long until a deletion is slow, and is reported.
     *
     * @param profile the profile, null when it is gone already
     * @return the time, or null when the deletion is slow already, or there is no profile that is being deleted
     */
    public Duration slowDeletionDelay(@Variable("clusterProfile") ClusterProfile profile) {
        if (profile == null || !profile.isBeingDeleted()) {
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
                        + " characters: Sveltos uses cluster names as label values, which cannot be longer; recreate"
                        + " the profile with a shorter name";
    }

    private static String replaced(RuleValues rules) {
        return rules == null || rules.replaced().isEmpty()
                ? null
                : "The registration file replaces labels of the profile on its SveltosCluster: "
                        + String.join(", ", rules.replaced()) + "; rename them in the rules or in the cluster manager";
    }

    private static String synced(ClusterProfile profile, OperationResult secret, OperationResult cluster) {
        boolean isAboutSecret = secret == OperationResult.CREATED || !DONE.containsKey(cluster);
        String done = DONE.get(isAboutSecret ? secret : cluster);
        return done == null ? null : done.formatted(profile.getKey());
    }

    private List<ProfileEvent> report(ClusterProfile profile, Reason reason, String message) {
        return Stream.ofNullable(correlator.observe(profile, reason, message)).toList();
    }
}
