package io.projectsveltos.clusterinventory.hooks;

/** The points at which a route of an integrator is called. */
public enum Hook {
    /** Changes the SveltosCluster before it is compared and applied. */
    DECORATE_SVELTOSCLUSTER("decorate-sveltoscluster"),
    /** Changes the managed Secret before it is compared and applied. */
    DECORATE_SECRET("decorate-secret"),
    /** After outputs were applied. */
    ON_SYNCED("on-synced"),
    /** After something new was reported as an Event. */
    ON_EVENT("on-event");

    private final String route;

    Hook(String route) {
        this.route = route;
    }

    /** What the route is from, without {@code direct:}. */
    public String route() {
        return route;
    }
}
