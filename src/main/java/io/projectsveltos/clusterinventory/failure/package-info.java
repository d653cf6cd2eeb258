/**
 * Why a profile cannot be served: the reasons of Events, and the one exception that carries them. Every package that serves
 * profiles uses these types; they use none.
 *
 * <p>A {@code ReconcileFailure} is for what somebody has to change. Its reason decides what happens next: where a watch
 * reports the change, the profile waits for it; where no watch does (a plugin, an admission policy, an object of another
 * owner), the queue retries with backoff. Every other exception is retried with backoff and is not an Event.
 *
 * <p>An object that the API server refuses because its namespace terminates is neither: it goes with the namespace, and
 * nobody can change that.
 */
package io.projectsveltos.clusterinventory.failure;
