/**
 * The {@code workqueue:} component: keyed queues with the rules of client-go's workqueue. It does not depend on Kubernetes
 * or on the controller.
 * <ul>
 *   <li>Each key has at most one worker, no duplicates, a backoff and a delay. None of Camel's EIPs does that. The queue
 *       of the official Java client loses delayed keys when 1000 are added at the same time, and restarts its backoff after
 *       64 failures.
 *   <li>A group of keys gets at most half of the workers that the other groups leave free. So one group that hangs leaves
 *       workers for the next, and so do two; with a fixed half for each, two would leave none.
 *   <li>A circuit breaker pauses all queues that write to the API server after three requests in a row that it answered
 *       with 401, 429, 502, 503 or 504, or not at all. Each key would otherwise find that out by itself, with a request and
 *       a log line per attempt. {@code Retry-After} is honoured up to 5 minutes; without it the pauses are 1 to 5 s, so
 *       work resumes soon after the server is back. The credentials queue is not paused: a plugin calls another server, and
 *       a plugin that hangs on trial would hold back all keys.
 *   <li>One thread waits at the gate for all workers of a queue: two dozen idle threads would delay the start, and take
 *       memory on a standby.
 * </ul>
 */
package io.projectsveltos.clusterinventory.component.workqueue;
