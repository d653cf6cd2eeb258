/**
 * Puts the parts together. Each package binds its own beans under the names that the route files use; this one gives them
 * what they share (settings, stores, clock, API client) and adds the health checks, metrics and ports. It knows all packages
 * but the root, and only the root knows it.
 *
 * <h2>Start</h2>
 *
 * <p>A start is bound by CPU: two cores have a second of work to do in 0.6 s.
 * <ul>
 *   <li>The Kubernetes client connects in parallel with Camel's start and is first used when the first route is built:
 *       keys, certificates and classes take as long as the routes do.
 *   <li>Workers wait until all caches are filled, since a half-filled cache makes converged profiles look new. Only the
 *       workers wait for the leadership: informers and timers do nothing but fill caches and queues, so a standby is warm.
 *   <li>The route files of the jar are parsed once; those of {@code --routes} twice, as Camel does, because the first time
 *       is for beans in them.
 * </ul>
 *
 * <h2>Stop</h2>
 * <ul>
 *   <li>The queues take no more keys before plugins are killed. Workers would otherwise start the next plugins, and the
 *       killed ones would be reported as failed.
 *   <li>What is in progress is finished; what still hangs after 5 s is interrupted. Outputs are written and deleted in such
 *       an order that at any point a SveltosCluster has its Secret.
 * </ul>
 */
package io.projectsveltos.clusterinventory.wiring;
