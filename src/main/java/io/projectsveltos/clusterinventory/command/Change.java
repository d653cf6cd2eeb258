package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.sveltos.OperationResult;

/** What the next reconcile would do to an output. */
enum Change {
    /** It is as it should be, or there is none and none is needed. */
    None("is as it should be"),
    Create("will be created"),
    /** Its labels, annotations or other fields change. */
    Update("will be updated"),
    /** Sveltos will change nothing in the cluster until its control plane is healthy. */
    Pause("will be paused"),
    /** The control plane is healthy again. */
    Release("will no longer be paused by this controller"),
    /** It gets another kubeconfig. */
    Rotate("will get a new kubeconfig"),
    /** The Go controller wrote it; this controller becomes the owner of the fields. */
    TakeOver("will be taken over from the Go controller"),
    Delete("will be deleted"),
    /** Sveltos has to release it first. */
    AwaitSveltos("is kept by Sveltos, which is still cleaning up the cluster"),
    /** It is deleted once the ClusterProfile that takes over the cluster has a SveltosCluster. */
    AwaitTakeover("is kept until another ClusterProfile has registered the same cluster"),
    /** An object of this name exists that is not managed by this controller. */
    LeaveAlone("is not managed by this controller and is left alone"),
    /** The caller may not read it. */
    Unknown("cannot be read with your permissions");

    private final String text;

    Change(String text) {
        this.text = text;
    }

    static Change of(OperationResult result) {
        return switch (result) {
            case NONE -> None;
            case CREATED -> Create;
            case ROTATED -> Rotate;
            case UPDATED -> Update;
            case PAUSED -> Pause;
            case RELEASED -> Release;
        };
    }

    /** Whether a write follows. */
    boolean isWrite() {
        return switch (this) {
            case Create, Update, Pause, Release, Rotate, TakeOver, Delete -> true;
            case None, AwaitSveltos, AwaitTakeover, LeaveAlone, Unknown -> false;
        };
    }

    String text() {
        return text;
    }
}
