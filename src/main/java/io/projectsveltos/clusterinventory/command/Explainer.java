package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ControlPlaneHealth;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.command.Explanation.AuthoritySecret;
import io.projectsveltos.clusterinventory.command.Explanation.Cluster;
import io.projectsveltos.clusterinventory.command.Explanation.ManagedSecret;
import io.projectsveltos.clusterinventory.command.Explanation.Provider;
import io.projectsveltos.clusterinventory.command.Explanation.Reported;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.SveltosConnection;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Explains how a profile is served: what the next reconcile would do, and what the controller has reported before. */
final class Explainer {

    /** Warnings about profiles that are served. */
    private static final Set<String> SERVED_ANYWAY = Set.of(
            Reason.UnsafeKubeconfig.name(),
            Reason.LongName.name(),
            Reason.LabelReplaced.name(),
            // the status of the SveltosCluster says whether that is still so
            Reason.SveltosCannotConnect.name());

    private final ManagementCluster cluster;
    private final Previewer previewer;
    private final Duration syncPeriod;

    Explainer(CommandContext context) {
        cluster = new ManagementCluster(context);
        previewer = new Previewer(context, cluster);
        syncPeriod = context.settings().duration("sync-period");
    }

    /**
     * Explains a profile.
     *
     * @throws io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException if the profile cannot be read
     */
    Explanation explain(ObjectKey key) {
        cluster.load(key);
        Preview preview = previewer.preview(key);
        ClusterProfile profile = preview.profile();
        List<Reported> events = profile == null ? List.of() : reported(cluster.events(profile));
        GenericKubernetesResource whole = preview.cluster().current() == null ? null : cluster.sveltosCluster(key);
        SveltosConnection connection = whole == null ? null : cluster.connection(whole);
        Verdict verdict = verdict(preview, events, connection);
        return new Explanation(
                key.toString(),
                verdict.state(),
                verdict.why(),
                verdict.action(),
                next(preview, verdict),
                verdict.reason() == null ? null : verdict.reason().name(),
                profile == null ? null : provider(preview),
                secret(preview),
                authority(preview),
                sveltosCluster(preview.cluster(), key, whole, connection),
                events,
                cluster.denied());
    }

    /** A state and its cause. Each state is decided in one line of {@link #verdict}. */
    private record Verdict(ProfileState state, String why, String action, Reason reason) {

        static Verdict fine(ProfileState state, String why) {
            return new Verdict(state, why, null, null);
        }

        static Verdict failing(Reason reason, String why) {
            return new Verdict(ProfileState.Failing, why, Advice.of(reason), reason);
        }
    }

    private Verdict verdict(Preview preview, List<Reported> events, SveltosConnection connection) {
        if (preview.profile() == null) {
            return notFound(preview);
        }
        if (!cluster.isSelected(preview.key())) {
            return new Verdict(
                    ProfileState.NotSelected,
                    "The settings --watch-namespaces and --selector leave it out.",
                    "Give this command the flags of the controller that should serve it, or change the profile's labels.",
                    null);
        }
        if (isServedByOthers(preview)) {
            return unknown(
                    "The controller has used an access provider that is not configured here.",
                    "Give this command the controller's --clusterprofile-provider-file and --routes.");
        }
        if (preview.profile().isBeingDeleted()) {
            return deleting(preview);
        }
        if (preview.failure() != null) {
            return Verdict.failing(
                    preview.failure().getReason(), preview.failure().getMessage());
        }
        if (preview.hold() != null && !isUnknown(preview)) {
            return onHold(preview);
        }
        if (preview.provider() == null && preview.hold() == null) {
            return Verdict.fine(
                    ProfileState.WaitingForStatus,
                    "Its status does not offer an access provider yet. That is normal until the cluster manager has"
                            + " written it.");
        }
        if (isUnknown(preview)) {
            return latestFailure(events)
                    .map(Explainer::failing)
                    .orElseGet(() -> unknown(
                            "What decides its state may not be read.",
                            "Ask for the permissions below, or run this command as somebody who has them."));
        }
        return preview.isWrite() ? pending(preview, events) : served(preview, events, connection);
    }

    private static Verdict onHold(Preview preview) {
        if (preview.isHeldBack()) {
            return new Verdict(
                    ProfileState.WaitingForControlPlane,
                    preview.hold(),
                    Advice.of(Reason.WaitingForControlPlane),
                    Reason.WaitingForControlPlane);
        }
        String rest = preview.isWrite()
                ? " The outputs of this one are deleted, because that one has its own."
                : preview.cluster().change() == Change.AwaitSveltos
                        ? " Sveltos is still cleaning up the SveltosCluster of this one."
                        : "";
        return new Verdict(ProfileState.Suppressed, preview.hold() + rest, null, Reason.SameCluster);
    }

    private static Verdict unknown(String why, String action) {
        return new Verdict(ProfileState.Unknown, why, action, null);
    }

    /** An Event of a later version may have a reason that is not known here. */
    private static Verdict failing(Reported event) {
        return Stream.of(Reason.values())
                .filter(reason -> reason.name().equals(event.reason()))
                .findFirst()
                .map(reason -> Verdict.failing(reason, event.message()))
                .orElseGet(() -> new Verdict(ProfileState.Failing, event.message(), null, null));
    }

    /** Whether the profile offers nothing that is configured here, and the controller has configured more. */
    private static boolean isServedByOthers(Preview preview) {
        String used = annotation(preview.secret().current(), ManagedMetadata.ACCESS_PROVIDER);
        return preview.failure() != null
                && preview.failure().getReason() == Reason.NoAccessProvider
                && used != null
                && preview.profile().getAccessProviders().containsKey(used);
    }

    private static Verdict notFound(Preview preview) {
        boolean isLeft = Stream.of(preview.secret(), preview.cluster()).anyMatch(output -> output.current() != null);
        return new Verdict(
                ProfileState.NotFound,
                isLeft
                        ? "There is no such profile, but objects with the names of its outputs exist. If they carry the"
                                + " controller's label, it deletes them after two sync periods."
                        : "There is no such profile.",
                "Check the name and the namespace.",
                null);
    }

    private static Verdict deleting(Preview preview) {
        if (!preview.profile().isFinalizerSet()) {
            return Verdict.fine(
                    ProfileState.Deleting, "The controller is done; the finalizers of others keep the profile.");
        }
        if (preview.failure() != null) {
            return Verdict.failing(
                    preview.failure().getReason(),
                    "It is being deleted, and Sveltos may need a newer kubeconfig to clean up the cluster. "
                            + preview.failure().getMessage());
        }
        if (preview.cluster().change() == Change.AwaitTakeover) {
            return Verdict.fine(
                    ProfileState.Deleting,
                    "ClusterProfile " + preview.successor()
                            + " takes over the cluster; the SveltosCluster is deleted when" + " that one has its own.");
        }
        return preview.cluster().change() == Change.AwaitSveltos
                ? new Verdict(
                        ProfileState.Deleting,
                        "Sveltos is still cleaning up the cluster: its finalizers keep the SveltosCluster.",
                        Advice.of(Reason.WaitingForSveltosCluster),
                        Reason.WaitingForSveltosCluster)
                : Verdict.fine(ProfileState.Deleting, "The controller deletes the outputs, then its finalizer.");
    }

    private boolean isUnknown(Preview preview) {
        return preview.secret().change() == Change.Unknown
                || preview.cluster().change() == Change.Unknown
                || !cluster.areOthersKnown()
                || isTokenSecret(preview) && !cluster.areTokensKnown()
                || preview.source() != null
                        && !cluster.isSourceKnown(preview.source().secret());
    }

    private static boolean isTokenSecret(Preview preview) {
        return preview.provider() != null && preview.provider().kind() == Kind.TOKEN_SECRET;
    }

    /** A write that is due and a Warning: the controller has tried. */
    private static Verdict pending(Preview preview, List<Reported> events) {
        return latestFailure(events)
                .map(Explainer::failing)
                .orElseGet(() -> new Verdict(
                        ProfileState.Pending,
                        due(preview),
                        "If this stays: see that a controller runs, is ready, and is the leader.",
                        null));
    }

    private static String due(Preview preview) {
        if (preview.isCredentialDue()) {
            return preview.secret().current() == null
                    ? "There is no managed Secret yet."
                    : "The next kubeconfig is due or was asked for, or the managed Secret was changed.";
        }
        if (preview.isFinalizerMissing()) {
            return "The profile lacks the controller's finalizer.";
        }
        return preview.cluster().change().isWrite()
                ? "The SveltosCluster is not as it should be."
                : "A Secret is not as it should be, or is not needed any more.";
    }

    private static Verdict served(Preview preview, List<Reported> events, SveltosConnection connection) {
        if (connection != null && connection.state() == SveltosConnection.State.DOWN) {
            return Verdict.failing(
                    Reason.SveltosCannotConnect,
                    "Its outputs are as they should be, but Sveltos cannot connect to the cluster: "
                            + connection.failure());
        }
        if (preview.isPaused()) {
            return new Verdict(
                    ProfileState.Paused,
                    "Sveltos changes nothing in the cluster until the condition " + ControlPlaneHealth.CONDITION
                            + " is True (setting health-gate). Its outputs are as they should be.",
                    Advice.of(Reason.WaitingForControlPlane),
                    null);
        }
        return Stream.ofNullable(preview.warning())
                .findFirst()
                .or(() -> latestWarning(events)
                        .filter(event -> event.reason().equals(Reason.UnsafeKubeconfig.name()))
                        .map(Reported::message))
                .map(warning -> new Verdict(
                        ProfileState.Served,
                        "Its outputs are as they should be, but: " + warning,
                        Advice.of(Reason.UnsafeKubeconfig),
                        Reason.UnsafeKubeconfig))
                .or(() -> replacedLabels(preview))
                .orElseGet(() -> Verdict.fine(ProfileState.Served, asItShouldBe(preview)));
    }

    private static Optional<Verdict> replacedLabels(Preview preview) {
        return preview.rules().replaced().stream()
                .findFirst()
                .map(label -> new Verdict(
                        ProfileState.Served,
                        asItShouldBe(preview) + " A rule gives the label " + label
                                + " another value than the profile has, and the rule's is used.",
                        Advice.of(Reason.LabelReplaced),
                        Reason.LabelReplaced));
    }

    private static String asItShouldBe(Preview preview) {
        String identity = preview.identity() == null
                ? ""
                : " Sveltos accesses the cluster with its own identity in the cloud, so no credential is stored.";
        Duration delay = preview.rules().delay();
        String rule = delay == null
                ? ""
                : " A rule gives a label or the shard another value now, which is taken once it has held for "
                        + Times.text(delay) + " (setting rules.settle-after).";
        return "Its outputs are as they should be." + identity + rule;
    }

    /** The latest Event, if it is about a failure: a kubeconfig that is written afterwards is reported as a later Event. */
    private static Optional<Reported> latestFailure(List<Reported> events) {
        return latestWarning(events).filter(event -> !SERVED_ANYWAY.contains(event.reason()));
    }

    private static Optional<Reported> latestWarning(List<Reported> events) {
        return events.stream().findFirst().filter(event -> event.type().equals(Reason.Type.Warning.name()));
    }

    private String next(Preview preview, Verdict verdict) {
        String resync = "at the latest after the sync period (" + Times.text(syncPeriod) + ")";
        return switch (verdict.state()) {
            case NotFound, NotSelected, Unknown -> null;
            case Deleting -> "when the SveltosCluster changes, " + resync;
            case Pending -> "immediately, if a controller runs";
            case WaitingForControlPlane, Paused -> "when the profile's status changes, " + resync;
            case Suppressed -> "when that profile is deleted or belongs to another cluster, " + resync;
            case WaitingForStatus -> "when the status is written, " + resync;
            case Served -> {
                if (preview.rules().delay() != null) {
                    yield "when the rule's value has held long enough, " + resync;
                }
                if (preview.identity() != null) {
                    yield "when the profile changes, " + resync;
                }
                String due = annotation(preview.secret().current(), ManagedMetadata.REFRESH);
                yield due == null
                        ? "when the profile or its source Secret changes, " + resync
                        : "when the next credential is due, at " + due;
            }
            case Failing ->
                verdict.reason() != null && verdict.reason().isRetriedWithBackoff()
                        ? "with backoff, at most 1000 s after the last attempt; immediately when the profile changes"
                        : "when the profile or its source Secret changes, " + resync;
        };
    }

    private static Provider provider(Preview preview) {
        return new Provider(
                List.copyOf(preview.profile().getAccessProviders().keySet()),
                preview.provider() == null ? null : preview.provider().entry().name(),
                preview.provider() == null ? null : preview.provider().kind().label(),
                preview.source() == null ? null : preview.source().toString());
    }

    private static ManagedSecret secret(Preview preview) {
        PartialObjectMetadata current = preview.secret().current();
        return new ManagedSecret(
                ManagedMetadata.secretOf(preview.key()).toString(),
                current != null,
                preview.secret().change(),
                annotation(current, ManagedMetadata.OBTAINED),
                annotation(current, ManagedMetadata.REFRESH),
                annotation(current, ManagedMetadata.EXPIRY));
    }

    private static AuthoritySecret authority(Preview preview) {
        Output output = preview.authority();
        return output.current() == null && !output.change().isWrite()
                ? null
                : new AuthoritySecret(
                        ManagedMetadata.authoritySecretOf(preview.key()).toString(),
                        output.current() != null,
                        output.change());
    }

    private static String annotation(PartialObjectMetadata object, String name) {
        return object == null ? null : object.annotations().get(name);
    }

    private static Cluster sveltosCluster(
            Output output, ObjectKey key, GenericKubernetesResource whole, SveltosConnection connection) {
        Map<String, Object> status =
                whole == null || !(whole.get("status") instanceof Map<?, ?>) ? Map.of() : whole.get("status");
        return new Cluster(
                key.toString(),
                output.current() != null,
                output.change(),
                output.differences(),
                status.get("ready") instanceof Boolean ready ? ready : null,
                status.get("version") instanceof String version ? version : null,
                connection == null ? null : connection.failure());
    }

    private static List<Reported> reported(List<Event> events) {
        return events.stream()
                .map(Explainer::reported)
                .sorted(Comparator.comparing(Reported::lastSeen).reversed())
                .toList();
    }

    private static Reported reported(Event event) {
        boolean isSeries = event.getSeries() != null;
        return new Reported(
                event.getType(),
                event.getReason(),
                event.getNote(),
                isSeries ? event.getSeries().getCount() : 1,
                isSeries
                        ? event.getSeries().getLastObservedTime().getTime()
                        : event.getEventTime().getTime());
    }
}
