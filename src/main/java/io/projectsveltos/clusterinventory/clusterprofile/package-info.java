/**
 * The input: the ClusterProfile, the selection of its access provider, and the finalizer. It does not depend on what is
 * made from a profile.
 * <ul>
 *   <li>Anyone may write a status, so only its access providers are kept, up to {@code clusterprofile.max-status-bytes} and
 *       100 levels. A larger status is reported, not read.
 *   <li>A status without access providers is normal: cluster managers write the status first and the access providers up to
 *       a minute later.
 *   <li>The finalizer is set and removed by a merge patch that carries the full list and the resourceVersion. A concurrent
 *       change of the profile is a 409, never a lost finalizer of another controller.
 *   <li>The finalizer is set before anything is created: otherwise a profile that is deleted between two writes would leave
 *       its Secret behind. It is removed last.
 * </ul>
 */
package io.projectsveltos.clusterinventory.clusterprofile;
