/**
 * Puts the parts together. Each package binds its own beans under the names that the route files use; this one gives them
 * what they share (settings, stores, clock, API client) and adds the health checks, metrics and ports. It depends on all
 * packages but the root, and only the root depends on it.
 *
 * <h2>Start</h2>
 *
 * <p>The start is CPU-bound: it takes one second of CPU time, 0.6 s on two cores.
 * <ul>
 *   <li>The Kubernetes client connects in parallel with Camel's start and is first used when the first route is built:
 *       keys, certificates and classes take as long as the routes do.
 *   <li>Workers wait until all caches are filled, since a half-filled cache makes converged profiles look new. Only the
 *       workers wait for leadership: informers and timers only fill caches and queues, so that a standby can take over
 *       quickly.
 *   <li>The route files of the jar are parsed once; those of {@code --routes} twice, because Camel first looks for beans in
 *       them.
 * </ul>
 *
 * <h2>Stop</h2>
 * <ul>
 *   <li>The queues take no more keys before plugins are killed. Workers would otherwise start the next plugins, and the
 *       killed ones would be reported as failed.
 *   <li>Reconciles in progress are finished; one that still hangs after 5 s is interrupted. Outputs are written and deleted
 *       in an order in which every SveltosCluster has its Secret at all times.
 * </ul>
 */
package io.projectsveltos.clusterinventory.wiring;
