/**
 * Leader election by a Lease: only one of several replicas writes. It follows client-go's rules in a loop of its own.
 * <ul>
 *   <li>Not fabric8's LeaderElector (7.5.2): it compares the renewTime of one machine with the clock of another, so a skew
 *       of 4 s makes two leaders; it looks at its deadline only between requests; it releases the Lease with the holder
 *       still in it; and after an unexpected exception it stops contending, silently. Camel's KubernetesClusterService ends
 *       on one 409.
 *   <li>A leader that loses its Lease halts the process. An orderly stop finishes what is in progress, which is writing.
 *       Plugins are killed first, for a second at most.
 *   <li>{@code LeaseValidity} compares the last renewal with both the monotonic and the wall clock and uses the longer
 *       time. That needs no request; the monotonic clock stops while a virtual machine is suspended, and the wall clock may
 *       be changed.
 *   <li>A renewal counts from before it was sent, a Lease of others from when it was seen to change. Whatever the network
 *       does in between makes the first shorter and the second longer.
 *   <li>Every write asks whether this process still leads, right before it is sent: see {@code WriteFence}. Threads of a
 *       process that was suspended go on before anything can stop them.
 *   <li>Somebody who edits or deletes the Lease cannot make two leaders: the leader writes it again, or halts if another
 *       holder was put in.
 * </ul>
 */
package io.projectsveltos.clusterinventory.leaderelection;
