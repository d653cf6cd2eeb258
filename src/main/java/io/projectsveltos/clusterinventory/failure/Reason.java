package io.projectsveltos.clusterinventory.failure;

/** Why an Event is recorded on a ClusterProfile; this list is complete. */
public enum Reason {
    /** Outputs were created, paused or released, or the kubeconfig in them was replaced by a newer one. */
    Synced(Type.Normal, Retry.ON_CHANGE),
    /** The profile offers access providers, but none of them is configured in this controller. */
    NoAccessProvider(Type.Warning, Retry.ON_CHANGE),
    /** The entry of the selected access provider is incomplete or invalid. */
    InvalidAccessProvider(Type.Warning, Retry.ON_CHANGE),
    /** The source Secret does not exist or lacks the key. */
    SourceSecretNotFound(Type.Warning, Retry.ON_CHANGE),
    /** The source Secret exists, but its value cannot be used: empty, too large, or refused by a setting. */
    SourceSecretInvalid(Type.Warning, Retry.ON_CHANGE),
    /** The kubeconfig is invalid, or makes Sveltos run a program or read a file inside its own pods; it is copied anyway. */
    UnsafeKubeconfig(Type.Warning, Retry.ON_CHANGE),
    /** The plugin could not be started, exited with an error or wrote too much; or a custom provider route failed. */
    ExecPluginFailed(Type.Warning, Retry.WITH_BACKOFF),
    /** The plugin did not exit in time and was killed. */
    ExecPluginTimeout(Type.Warning, Retry.WITH_BACKOFF),
    /** A custom provider route did not end in time, or was not called because too many of its calls have not ended. */
    AccessProviderTimeout(Type.Warning, Retry.WITH_BACKOFF),
    /** The output of the plugin or custom provider route cannot be used. */
    InvalidExecCredential(Type.Warning, Retry.WITH_BACKOFF),
    /** A hook that changes outputs failed or returned what it may not change; what it has set before stays. */
    HookFailed(Type.Warning, Retry.WITH_BACKOFF),
    /** The profile lacks what the rules make its shard from, so its cluster is not registered. */
    ShardUnknown(Type.Warning, Retry.ON_CHANGE),
    /** A rule and the profile have different values of a label; the rule's is used. */
    LabelReplaced(Type.Warning, Retry.ON_CHANGE),
    /** The profile's name leaves no room for the name of the managed Secret. */
    InvalidName(Type.Warning, Retry.ON_CHANGE),
    /** An object with the output's name is not managed by this controller. No watch shows when it is renamed or deleted. */
    NotOwned(Type.Warning, Retry.WITH_BACKOFF),
    /** The API server refused an output: validation, admission, quota or RBAC. No watch shows when that changes. */
    ApplyRefused(Type.Warning, Retry.WITH_BACKOFF),
    /** Another field manager reverts repairs of an output, so they are limited; the next one is scheduled. */
    FieldManagerConflict(Type.Warning, Retry.ON_CHANGE),
    /** The profile's name is longer than the value of a label may be, and Sveltos uses it as one; it is synced anyway. */
    LongName(Type.Warning, Retry.ON_CHANGE),
    /** An older profile registers the same cluster, so this one has no outputs. */
    SameCluster(Type.Normal, Retry.ON_CHANGE),
    /** The profile is registered when its control plane is healthy for the first time. */
    WaitingForControlPlane(Type.Normal, Retry.ON_CHANGE),
    /** Sveltos reports that it cannot connect to the cluster. */
    SveltosCannotConnect(Type.Warning, Retry.ON_CHANGE),
    /** Sveltos can connect to the cluster again. */
    SveltosConnected(Type.Normal, Retry.ON_CHANGE),
    /**
     * Deletion continues when Sveltos has removed its finalizer from the SveltosCluster, or when the profile that takes over
     * the cluster has a SveltosCluster.
     */
    WaitingForSveltosCluster(Type.Normal, Retry.ON_CHANGE);

    /** An Event's type, in the API's spelling. */
    public enum Type {
        Normal,
        Warning
    }

    private enum Retry {
        ON_CHANGE,
        WITH_BACKOFF
    }

    private final Type type;
    private final Retry retry;

    Reason(Type type, Retry retry) {
        this.type = type;
        this.retry = retry;
    }

    public Type type() {
        return type;
    }

    /**
     * Whether the profile is requeued with backoff, because no watch shows when it would succeed.
     *
     * @return false if it is only reconciled again after a change or at the next resync
     */
    public boolean isRetriedWithBackoff() {
        return retry == Retry.WITH_BACKOFF;
    }
}
