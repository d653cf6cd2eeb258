/**
 * Why a profile cannot be served: the reasons of Events, and the one exception that carries them. Every package that serves
 * profiles uses these types; they use no other package.
 *
 * <p>A {@code ReconcileFailure} means that somebody has to change something. Its reason decides what happens next: if a
 * watch reports the change, the profile waits for it; if no watch does (a plugin, an admission policy, an object that this
 * controller does not manage), the queue retries with backoff. Every other exception is retried with backoff and is not
 * reported as an Event.
 *
 * <p>If the API server refuses an object because its namespace is terminating, that is neither retried nor reported: the
 * object goes with the namespace, and nobody can change that.
 */
package io.projectsveltos.clusterinventory.failure;
