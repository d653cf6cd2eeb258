/**
 * The access providers that read a Secret. For {@code kubeconfig-secretreader} the kubeconfig is a key of it, copied byte
 * for byte, or with another current context if the extension names one. For {@code secretreader} and
 * {@code open-cluster-management} a key is the token, and the rest of the kubeconfig comes from the profile.
 * <ul>
 *   <li>The source is read only when it is newer. The fingerprint on the managed Secret identifies the Secret, key and
 *       resourceVersion that it was copied from; {@code SourceSecretIndex} knows the current resourceVersion, and nothing
 *       else about the cluster's Secrets.
 *   <li>A token takes the way of custom provider routes, through the queue of credentials, and a custom route may replace
 *       its packaged route. Its fingerprint contains the version of the Secret as the informer knew it before the Secret was
 *       read: if the Secret changes in between, it is read once more, and never one time too few.
 *   <li>Anyone who can write the status of a profile chooses the Secret, so {@code AllowedNamespaces} limits where it may
 *       be.
 *   <li>A Secret that this controller writes is refused as a source: each copy would be a change that leads to the next
 *       copy.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential.secretreader;
