/**
 * Custom provider routes: a route from {@code direct:access-provider-NAME} makes NAME an access provider. Only routes that
 * exist are called; a name in a profile never becomes an endpoint. Packaged routes have the same form under another prefix,
 * so that a custom route of the same name replaces them.
 * <ul>
 *   <li>The route runs on its own exchange; only its body and its exception are used. It may stop, handle errors itself or
 *       set anything, without an effect on the reconcile.
 *   <li>Its body is converted under the same exception handling, because a conversion that fails may quote the body in its
 *       message.
 *   <li>Only the class and the HTTP status of its exception are reported: the message may contain a URL with a token, or
 *       the body of a response. The loggers of Camel's Pipeline and error handlers are off for the same reason. A packaged
 *       route talks to our API server only, whose refusals are reported as such.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential.route;
