package io.projectsveltos.clusterinventory.credential.route;

/** A route did not end in time, or was not called because too many of its calls have not ended. */
public final class RouteTimeoutException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Without a stack trace, which would be that of the caller.
     *
     * @param message what happened, to be put after the name of the route; without a credential
     */
    RouteTimeoutException(String message) {
        super(message, null, false, false);
    }
}
