/**
 * Builds kubeconfigs, and validates each kubeconfig before Sveltos receives it. Nothing here logs, and no message quotes a
 * value.
 * <ul>
 *   <li>The rules are client-go's, since Sveltos loads a kubeconfig with it; the Javadoc of each rule names the file and
 *       function. A kubeconfig must be validated as its reader parses it: aliases, merge keys and tags hide an {@code exec}
 *       stanza from a plain YAML parser. A kubeconfig that cannot be validated is refused.
 *   <li>A kubeconfig that leads to no server is refused under any setting: client-go would fall back to the in-cluster
 *       config, and Sveltos would deploy to the management cluster.
 *   <li>{@code exec}, {@code auth-provider} and files count in all users and clusters, not only in the current ones:
 *       another current context is easily selected.
 *   <li>The entry of a profile is checked before its plugin runs. No credential makes up for a cluster that client-go
 *       refuses, and users who can write a status must not be able to keep the workers busy.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential.kubeconfig;
