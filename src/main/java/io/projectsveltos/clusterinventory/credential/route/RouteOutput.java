package io.projectsveltos.clusterinventory.credential.route;

import org.apache.camel.Exchange;

/**
 * Reads what a route returns.
 *
 * @param <T> what is read
 */
@FunctionalInterface
public interface RouteOutput<T> {

    /**
     * Runs on the thread of the call, within its time limit and before its unit of work ends, which may close a stream.
     *
     * @param exchange of the route
     * @return what is read from its message, which has to be independent of the exchange
     * @throws Exception which then is the failure of the call
     */
    T read(Exchange exchange) throws Exception;
}
