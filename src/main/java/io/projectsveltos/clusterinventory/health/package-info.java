/**
 * {@code /healthz} and {@code /readyz}: Camel's health checks, which ask the consumers and the leader election.
 * <ul>
 *   <li>Ready means that each cache is filled and its watch connected. Alive means that something supervises both, and that
 *       no worker is stuck. The kubelet must restart a process with a stuck worker, but not one whose API server is
 *       unreachable.
 *   <li>While the API server refuses the Lease, the process is not ready: a rollout must not continue with a replica that
 *       can never lead.
 *   <li>A standby is ready. The next pod starts before the old one ends and fills its caches in the meantime; if readiness
 *       depended on leading, a rollout would never end.
 * </ul>
 */
package io.projectsveltos.clusterinventory.health;
