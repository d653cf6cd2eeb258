/**
 * The outputs: what the managed Secret and the SveltosCluster of a profile should be, who owns them, and what is left of
 * profiles that are gone. It decides and describes; the routes read and write.
 *
 * <h2>What a profile costs</h2>
 *
 * <p>A new profile costs three writes (finalizer, Secret, SveltosCluster) and one read (the source Secret), apart from its
 * Event; a managed Secret of a chosen type costs one more write. A converged profile costs nothing, not even at resyncs and
 * restarts. {@code CostIT} counts the requests.
 * <ul>
 *   <li>Drift is detected from managed fields. The API server takes a field out of a manager's entry when another manager
 *       changes or removes it. So an output is unchanged if and only if our {@code Apply} entry still owns the fields that
 *       we apply, and its labels and annotations have our values. Neither the Secret's content nor the SveltosCluster's
 *       spec is ever fetched to detect drift.
 *   <li>Creation is an apply that cannot overwrite. Its body carries {@code resourceVersion: "1"}, which no stored object
 *       has: the server creates the object if there is none and answers 409 if there is. It needs no read first, and it
 *       never overwrites an object that somebody created a moment earlier. After a 409 the object is looked up: it is
 *       either ours (the watch lags behind) or {@code NotOwned}.
 *   <li>An apply to an existing object and a delete carry its UID and resourceVersion for the same reason: if somebody
 *       removes our label in between to keep the object, the request fails.
 * </ul>
 *
 * <h2>What is written</h2>
 * <ul>
 *   <li>Outputs are written by server-side apply, with force and with our fields only: the fields of other managers stay,
 *       and changes to our fields are reverted.
 *   <li>Repairs of the same desired state are limited, by default to 5 in a row and then one a minute. Two writers that
 *       undo each other would otherwise write as fast as the API server answers. A changed desired state is never delayed.
 *   <li>A Secret type is immutable, and a field that is applied once has to be in every apply from then on. So a chosen
 *       type is applied by a second field manager, {@code clusterinventory-camel-create}, at creation only; existing
 *       Secrets keep theirs.
 *   <li>Tracking labels of Argo CD, Flux and Helm are not copied by default. Argo CD prunes what carries its label and is
 *       not in git, and when a SveltosCluster is pruned, Sveltos uninstalls the cluster's add-ons.
 *   <li>With {@code tokenRequestRenewalOption}, {@code kubeconfigKeyName} is applied only while we own it, and only to the
 *       version that was read: Sveltos changes it to its own key, and a forced apply would change it back.
 *   <li>Managed fields do not show that we want another value now. What a kubeconfig's SveltosCluster holds depends on its
 *       name alone, but the fields of a workload identity depend on the profile, so an annotation has their fingerprint.
 *   <li>A SveltosCluster with workload identity is written only once its access provider is known, labels included: an apply
 *       without these fields would drop them.
 *   <li>A Secret is not needed any more when the SveltosCluster, as the API server has accepted it, does not have a reference
 *       to it that any manager owns. That follows from the cache, so a stop between the two writes leaves nothing behind.
 *   <li>{@code spec.paused} is applied while the health gate pauses a cluster. To release it, it is left out of the next
 *       apply: the API server removes it, unless another writer has set it too. Our managed fields remember that we have
 *       paused the cluster, and show that {@code spec.activeWindow} is set.
 *   <li>The migration from the Go controller ends its co-ownership. It wrote with plain updates, so its entry would keep a
 *       label that we drop. Our fields are removed from the entry that owns our label; the rest stays, because Sveltos
 *       writes under the same manager name. Labels of {@code labels.exclude} that the Go controller copied are removed at
 *       the same time.
 * </ul>
 *
 * <h2>One registration for each cluster</h2>
 *
 * <p>With {@code same-cluster=oldest}, a profile with an older one of the same cluster has no outputs.
 * <ul>
 *   <li>The groups are the index of the informer's store. They are complete when the store is synced, which the workers wait
 *       for: at a start no profile looks like the only one of its cluster.
 *   <li>A SveltosCluster is deleted in favour of another only after the API server has returned the other. The informers may
 *       lag behind, and one that is being deleted does not count.
 *   <li>Two profiles of a cluster take turns with that. Otherwise each of two workers could see the SveltosCluster that the
 *       other is deleting, if the oldest profile is deleted while a younger one is withdrawn. In its turn a worker asks the
 *       groups again who the oldest is. The write fence does the same for two replicas.
 *   <li>The oldest one is chosen by its age alone, not by whether it can be registered: that changes, and each change of the
 *       registration makes Sveltos remove add-ons and deploy them again. A profile that cannot be registered never causes a
 *       withdrawal, and it holds back a deletion only for {@code same-cluster.takeover-timeout}.
 *   <li>A change of the groups queues one profile, the oldest. Its reconcile queues the others, once it is registered: the
 *       thread of the watch does not work through a group.
 * </ul>
 *
 * <h2>Deletion and orphans</h2>
 * <ul>
 *   <li>If an output is not in the cache, a deletion asks the API server: an output that was created a moment ago, perhaps
 *       by another replica, must not be left behind.
 *   <li>Orphans are confirmed by one list of profiles, which is cheaper than a read per suspect and needed because a
 *       profile of another shard is not in our cache. The API server is asked again right before anything is deleted. A
 *       confirmation is valid only until the next scan, because the profile may exist again by then.
 *   <li>The same list finds profiles that are being deleted, carry our finalizer and are not in our cache; after the second
 *       scan their deletion is finished. Otherwise a profile that no longer matches the selector could never be deleted.
 *   <li>When the namespace of a profile is deleted, the outputs are deleted in order, nothing is created again, and the
 *       finalizer is removed once Sveltos has released the SveltosCluster.
 * </ul>
 */
package io.projectsveltos.clusterinventory.sveltos;
