package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.Map;

/**
 * How a call of a route ended.
 *
 * @param value what was read from its message; null if it failed, or if that was null
 * @param headers the requested headers that it has set, also if it failed
 * @param failure why it failed, a {@link RouteTimeoutException} if it did not end in time; null if it did not fail. Its
 *     message may contain a credential
 * @param description what may be reported about the failure; null if it did not fail
 * @param <T> what was read
 */
public record RouteResult<T>(T value, Map<String, Object> headers, Exception failure, FailureDescription description) {

    /** Whether the call failed. */
    public boolean isFailed() {
        return failure != null;
    }

    /**
     * Describes a failure without a credential: with the step, the class of the exception and the HTTP status.
     *
     * @return to be put after the name of the route, such as {@code failed in step ... with ...}
     */
    public String describe() {
        if (failure instanceof RouteTimeoutException) {
            return failure.getMessage();
        }
        return failure instanceof ReconcileFailure ? "failed: " + failure.getMessage() : description.text();
    }

    /** Leaves everything out that the route returned, which may be a credential. */
    @Override
    public String toString() {
        return "RouteResult[" + (isFailed() ? failure.getClass().getSimpleName() : "...") + "]";
    }
}
