/**
 * Custom provider routes: a route from {@code direct:access-provider-NAME} makes NAME an access provider. Only routes that
 * exist are called; a name in a profile never becomes an endpoint. Packaged routes have the same form under another prefix,
 * so that a custom route of the same name replaces them.
 * <ul>
 *   <li>{@code RouteCaller} calls a route on an exchange and a thread of its own, with a time limit: it may stop, handle errors
 *       itself, set anything or never end, without an effect on the reconcile. Packaged routes need none of this.
 *   <li>Its body is read under the same exception handling and time limit: a stream may hang, and a conversion that fails may
 *       quote the body in its message.
 *   <li>The step, the class and the HTTP status of its exception are reported, and of its message only what cannot be a
 *       credential: the message may contain a URL with a token, or the body of a response. The loggers of Camel's processors
 *       and error handlers are off for the same reason. A packaged route talks to our API server only, whose refusals are
 *       reported as such.
 *   <li>Steps of custom routes are traced by a wrapper that packaged routes do not have. Camel's message history would cost
 *       every reconcile.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential.route;
