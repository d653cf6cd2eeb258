/**
 * The registration file: how clusters are registered with Sveltos where the profile alone does not say it.
 * <ul>
 *   <li>It is read strictly and once, at the start: a typo would otherwise register a whole fleet in another way. A reference
 *       to a field that does not exist is an error then, not when a profile uses it.
 *   <li>A field that a profile lacks is {@code InvalidAccessProvider}, and its SveltosCluster stays as it is. An empty value
 *       would be worse than none: Sveltos would ask the cloud for a token for another cluster, or for its own role.
 *   <li>With workload identity Sveltos sends only the endpoint, the CA and a token. So an entry with a proxy, another TLS
 *       server name or without verification is refused: Sveltos would connect in another way than the cluster manager says.
 *   <li>A label of a rule changes only after its new value has held for some time, because Sveltos uninstalls the add-ons of a
 *       cluster that no longer matches. The value that was taken is on the SveltosCluster, so a restart does not forget it.
 *   <li>The registrations say which fields of profiles have to be kept in memory, because all profiles are.
 * </ul>
 */
package io.projectsveltos.clusterinventory.registration;
