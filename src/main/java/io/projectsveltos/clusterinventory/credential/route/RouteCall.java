package io.projectsveltos.clusterinventory.credential.route;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Endpoint;

/**
 * A call of a route that an integrator has written.
 *
 * @param route what the route is from, see {@link RouteCaller#find}
 * @param variables the variables that the route reads
 * @param body its body
 * @param headers the names of the headers that the caller reads when the route has ended, or has failed
 * @param timeout how long the call may take
 */
public record RouteCall(
        Endpoint route, Map<String, Object> variables, Object body, Set<String> headers, Duration timeout) {

    /** Leaves out what the route gets, which may be a credential. */
    @Override
    public String toString() {
        return "RouteCall[" + route + ", " + timeout + "]";
    }
}
