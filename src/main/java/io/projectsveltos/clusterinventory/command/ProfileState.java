package io.projectsveltos.clusterinventory.command;

/** How a profile is served; every profile is in one of these states. */
enum ProfileState {
    /** Its outputs are as they should be. */
    Served("is served", true),
    /** The next reconcile writes something. */
    Pending("waits for its next reconcile", true),
    /** Its cluster manager has not offered an access provider yet. */
    WaitingForStatus("waits for its cluster manager", true),
    /** It is registered once its control plane is healthy. */
    WaitingForControlPlane("waits for its control plane", true),
    /** It is registered, and Sveltos changes nothing in the cluster. */
    Paused("is paused until its control plane is healthy", true),
    /** An older profile registers the same cluster. */
    Suppressed("is registered through an older profile", true),
    /** Somebody has to change something. */
    Failing("needs attention", false),
    /** It is being deleted. */
    Deleting("is being deleted", true),
    /** The settings do not select it. */
    NotSelected("is not served by a controller with these settings", false),
    /** There is no such profile. */
    NotFound("does not exist", false),
    /** What the caller may read, or the settings of the command, do not suffice. */
    Unknown("cannot be explained from here", false);

    private final String text;
    private final boolean isFine;

    ProfileState(String text, boolean isFine) {
        this.text = text;
        this.isFine = isFine;
    }

    /** After the name of the profile. */
    String text() {
        return text;
    }

    /** Whether nobody has to do anything. */
    boolean isFine() {
        return isFine;
    }
}
