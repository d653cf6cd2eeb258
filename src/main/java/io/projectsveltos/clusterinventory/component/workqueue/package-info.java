/**
 * The {@code workqueue:} component: keyed queues with the rules of client-go's workqueue. It knows nothing of Kubernetes or
 * the controller.
 * <ul>
 *   <li>Per key there is one worker at most, no duplicate, a backoff and a delay. No EIP of Camel does that. The queue of
 *       the official Java client loses delayed keys when 1000 are added at the same time, and restarts its backoff after 64
 *       failures.
 *   <li>A group of keys gets at most half of the workers that the other groups leave. One group that hangs leaves workers
 *       to the next, and two that hang still do; a fixed half for each would not.
 *   <li>A circuit breaker pauses all queues that write to the API server once it has answered 401, 429, 502, 503, 504 or
 *       not at all three times in a row. Each key would otherwise find that out by itself, with a request and a log line at
 *       each attempt. {@code Retry-After} is honoured up to 5 minutes; without it the pauses are 1 to 5 s, so a server that
 *       is back does not wait for us. The queue of credentials goes on: a plugin asks another server, and one that hangs on
 *       trial would hold back everything.
 *   <li>One thread waits at the gate of a queue for all its workers: two dozen threads that have nothing to do yet take
 *       time to start, and memory in a standby.
 * </ul>
 */
package io.projectsveltos.clusterinventory.component.workqueue;
