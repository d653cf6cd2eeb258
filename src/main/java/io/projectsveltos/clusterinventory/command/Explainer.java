package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.command.Explanation.Cluster;
import io.projectsveltos.clusterinventory.command.Explanation.ManagedSecret;
import io.projectsveltos.clusterinventory.command.Explanation.Provider;
import io.projectsveltos.clusterinventory.command.Explanation.Reported;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
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
    private static final Set<String> SERVED_ANYWAY = Set.of(Reason.UnsafeKubeconfig.name(), Reason.LongName.name());

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
        Verdict verdict = verdict(preview, events);
        return new Explanation(
                key.toString(),
                verdict.state(),
                verdict.why(),
                verdict.action(),
                next(preview, verdict),
                verdict.reason() == null ? null : verdict.reason().name(),
                profile == null ? null : provider(preview),
                secret(preview),
                sveltosCluster(preview),
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

    private Verdict verdict(Preview preview, List<Reported> events) {
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
        if (preview.provider() == null) {
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
        return preview.isWrite() ? pending(preview, events) : served(preview, events);
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
                || preview.source() != null
                        && !cluster.isSourceKnown(preview.source().secret());
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
                    : "The next kubeconfig is due, or the managed Secret was changed.";
        }
        return preview.isFinalizerMissing()
                ? "The profile lacks the controller's finalizer."
                : "The SveltosCluster is not as it should be.";
    }

    private static Verdict served(Preview preview, List<Reported> events) {
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
                .orElseGet(() -> Verdict.fine(ProfileState.Served, "Its outputs are as they should be."));
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
            case WaitingForStatus -> "when the status is written, " + resync;
            case Served -> {
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
                preview.provider() == null ? null : kind(preview.provider().kind()),
                preview.source() == null ? null : preview.source().toString());
    }

    static String kind(Kind kind) {
        return switch (kind) {
            case WORKLOAD_IDENTITY -> "workload identity";
            case SECRET_READER -> "built in";
            case EXEC_PLUGIN -> "exec plugin";
            case CUSTOM_ROUTE -> "custom provider route";
            case TOKEN_SECRET -> "packaged provider route";
        };
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

    private static String annotation(PartialObjectMetadata object, String name) {
        return object == null ? null : object.annotations().get(name);
    }

    private Cluster sveltosCluster(Preview preview) {
        Output output = preview.cluster();
        GenericKubernetesResource whole = output.current() == null ? null : cluster.sveltosCluster(preview.key());
        Map<String, Object> status =
                whole == null || !(whole.get("status") instanceof Map<?, ?>) ? Map.of() : whole.get("status");
        return new Cluster(
                preview.key().toString(),
                output.current() != null,
                output.change(),
                output.differences(),
                status.get("ready") instanceof Boolean ready ? ready : null,
                status.get("version") instanceof String version ? version : null,
                status.get("failureMessage") instanceof String failure && !failure.isEmpty() ? failure : null);
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
