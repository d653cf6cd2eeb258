package io.projectsveltos.clusterinventory.failure;

/** Why an Event is recorded on a ClusterProfile: the whole of what users can be told by one. */
public enum Reason {
    /** Outputs were created, or the kubeconfig in them was replaced by a newer one. */
    Synced(Type.Normal, Retry.ON_CHANGE),
    /** The profile offers access providers, but none that is configured here. */
    NoAccessProvider(Type.Warning, Retry.ON_CHANGE),
    /** The entry of the chosen access provider lacks something or holds what cannot be. */
    InvalidAccessProvider(Type.Warning, Retry.ON_CHANGE),
    /** The Secret that the profile names as the source of its kubeconfig is not there, or lacks the key. */
    SourceSecretNotFound(Type.Warning, Retry.ON_CHANGE),
    /** The source Secret is there, but its value cannot be taken: empty, too large, or refused by a setting. */
    SourceSecretInvalid(Type.Warning, Retry.ON_CHANGE),
    /** The kubeconfig would make Sveltos run a program or read a file of its pods; copied all the same. */
    UnsafeKubeconfig(Type.Warning, Retry.ON_CHANGE),
    /**
     * The plugin could not be started, ended with another exit code than 0, or wrote too much; or the route of an access
     * provider failed.
     */
    ExecPluginFailed(Type.Warning, Retry.WITH_BACKOFF),
    /** The plugin did not end in time and was killed. */
    ExecPluginTimeout(Type.Warning, Retry.WITH_BACKOFF),
    /** What the plugin or the route of an access provider gave cannot be used. */
    InvalidExecCredential(Type.Warning, Retry.WITH_BACKOFF),
    /** The profile's name leaves no room for the name of the managed Secret. */
    InvalidName(Type.Warning, Retry.ON_CHANGE),
    /** An object of the name is somebody else's. It may be renamed or deleted any time, and no watch of ours tells. */
    NotOwned(Type.Warning, Retry.WITH_BACKOFF),
    /**
     * The API server refused an output, by validation, admission, a quota or for lack of a right. What lifts that is not
     * watched.
     */
    ApplyRefused(Type.Warning, Retry.WITH_BACKOFF),
    /** Another writer undoes our repairs of an output, so they are limited; the next comes when its time is up. */
    FieldManagerConflict(Type.Warning, Retry.ON_CHANGE),
    /** The profile's name is longer than a label's value can be, and Sveltos uses it as one; served all the same. */
    LongName(Type.Warning, Retry.ON_CHANGE),
    /** Deletion goes on when Sveltos has let go of the SveltosCluster. */
    WaitingForSveltosCluster(Type.Normal, Retry.ON_CHANGE);

    /** An Event's type, in the API's spelling. */
    public enum Type {
        /** All is well. */
        Normal,
        /** Somebody should look. */
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

    /**
     * The type of the Event.
     *
     * @return normal or warning
     */
    public Type type() {
        return type;
    }

    /**
     * Whether the profile is tried again with backoff, because nothing that is watched tells when it would work.
     *
     * @return false if only a change or the next resync leads to another try
     */
    public boolean retriedWithBackoff() {
        return retry == Retry.WITH_BACKOFF;
    }
}
