/**
 * Routes of integrators that the controller calls at certain points: to change what is written, and to be notified. None is
 * there by default, and a point without a route costs nothing.
 * <ul>
 *   <li>A decoration becomes part of the desired state, so it is repaired and removed like everything else that is
 *       applied. If its route fails, what was applied before stays.
 *   <li>A notification is delivered from a queue of its own, once. If its route fails, one line is logged.
 *   <li>They run through {@code RouteCaller}, as custom provider routes do: nothing in them affects the reconcile.
 *   <li>They get what the informer keeps of a profile, so that a call does not cost a request.
 * </ul>
 */
package io.projectsveltos.clusterinventory.hooks;
