package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.failure.Reason;

/** What somebody has to do about a failure: the column "what to do" of {@code docs/events.md}. */
final class Advice {

    private Advice() {}

    /** One line, or null if nobody has to do anything. */
    static String of(Reason reason) {
        return switch (reason) {
            case Synced, SveltosConnected, SameCluster -> null;
            case NoAccessProvider ->
                "Configure an access provider that the profile offers, or have the cluster manager offer one that is"
                        + " configured. If the controller has one: give this command the controller's"
                        + " --clusterprofile-provider-file and --routes.";
            case InvalidAccessProvider ->
                "Correct the profile's entry in the cluster manager, or the setting that the message names.";
            case SourceSecretNotFound -> "Create the Secret with this key; it is copied immediately.";
            case SourceSecretInvalid -> "Correct the value in the source Secret; it is copied immediately.";
            case UnsafeKubeconfig ->
                "Embed the data in the kubeconfig, or refuse such kubeconfigs with secretreader.unsafe-kubeconfig.";
            case ExecPluginFailed, InvalidExecCredential ->
                "Do what the message says; run 'try' with the access provider to see each step.";
            case ExecPluginTimeout -> "Check why the plugin hangs, or raise exec-plugin.timeout.";
            case HookFailed -> "Correct the route of the hook: docs/hooks.md says what it may return.";
            case AccessProviderTimeout -> "Check what the route waits for, or raise access-provider.timeout.NAME.";
            case ShardUnknown -> "Add it in the cluster manager, or change the rule in the registration file.";
            case LabelReplaced -> "Remove the label from the profile, or the rule for it from the registration file.";
            case WaitingForControlPlane ->
                "If it takes long, check the control plane, and the conditions that the cluster manager reports.";
            case SveltosCannotConnect ->
                "Check that the cluster accepts what its access provider offers, and that Sveltos' pods can reach its"
                        + " server.";
            case InvalidName, LongName -> "Recreate the profile with a shorter name.";
            case NotOwned -> "Rename or delete that object, or add the label to let this controller manage it.";
            case ApplyRefused -> "Do what the API server's message says.";
            case FieldManagerConflict -> "Stop one of the two writers.";
            case WaitingForSveltosCluster -> "If it takes long, check Sveltos.";
        };
    }
}
