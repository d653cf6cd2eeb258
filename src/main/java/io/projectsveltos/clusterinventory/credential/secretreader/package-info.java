/**
 * The built-in access provider {@code kubeconfig-secretreader}: the kubeconfig is a key of a Secret, copied byte for byte,
 * or with another current context if the extension names one.
 * <ul>
 *   <li>The source is read only when it is newer. The fingerprint on the managed Secret identifies the Secret, key and
 *       resourceVersion that it was copied from; {@code SourceSecretIndex} knows the current resourceVersion, and nothing
 *       else about the cluster's Secrets.
 *   <li>Anyone who can write the status of a profile chooses the Secret, so {@code AllowedNamespaces} limits where it may
 *       be.
 *   <li>A Secret that this controller writes is refused as a source: each copy would be a change that leads to the next
 *       copy.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential.secretreader;
