/**
 * Meters under the names of controller-runtime and client-go, so that dashboards and alerts of other controllers fit.
 * <ul>
 *   <li>Profiles and expiries are counted from the caches at each scrape: there is no counter that could drift from what
 *       exists.
 *   <li>Meters of Java and the process are created by the first scrape, because a start is bound by CPU.
 * </ul>
 */
package io.projectsveltos.clusterinventory.metrics;
