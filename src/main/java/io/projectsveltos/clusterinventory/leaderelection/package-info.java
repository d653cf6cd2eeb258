/**
 * Leader election with a Lease: only one of several replicas writes. It follows client-go's rules in a loop of its own.
 * <ul>
 *   <li>Not fabric8's LeaderElector (7.5.2): it compares the renewTime of one machine with the clock of another, so a skew
 *       of 4 s makes two leaders; it checks its deadline only between requests; it releases the Lease with the holder still
 *       in it; and after an unexpected exception it silently stops competing. Camel's KubernetesClusterService stops after
 *       a single 409.
 *   <li>A leader that loses its Lease halts the process. An orderly stop would finish the work in progress, which writes.
 *       Plugins are killed first, for a second at most.
 *   <li>{@code LeaseValidity} compares the last renewal with both the monotonic and the wall clock and uses the longer
 *       time. That needs no request; the monotonic clock stops while a virtual machine is suspended, and the wall clock may
 *       be changed.
 *   <li>Our own renewal counts from before its request was sent; the Lease of another replica counts from when its change
 *       was observed. So network delays make our own lease end earlier and the other's later, never the reverse.
 *   <li>Every write asks whether this process still leads, right before it is sent: see {@code WriteFence}. The threads of
 *       a process that was suspended continue before anything can stop them.
 *   <li>Editing or deleting the Lease by hand cannot create two leaders: the leader writes it again, or halts if it names
 *       another holder.
 * </ul>
 */
package io.projectsveltos.clusterinventory.leaderelection;
