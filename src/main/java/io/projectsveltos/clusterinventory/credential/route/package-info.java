/**
 * Custom provider routes: a route from {@code direct:access-provider-NAME} makes NAME an access provider. Only routes that
 * exist are called; a name in a profile never becomes an endpoint.
 * <ul>
 *   <li>The route runs on an exchange of its own, of which only the body and the exception come back. It may stop, handle
 *       errors itself or set anything without effect on the reconcile.
 *   <li>Its body is converted inside the same guard, since a conversion that fails may have the body in its message.
 *   <li>Of its exception, only class and HTTP status are reported: the message may hold an address with a token, or the
 *       body of a response. The loggers of Camel's Pipeline and error handlers are off for the same reason.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential.route;
