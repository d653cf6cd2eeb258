/**
 * Meters under the names of controller-runtime and client-go, so that existing dashboards and alerts work.
 * <ul>
 *   <li>Profiles and expiries are counted from the caches at each scrape: a counter could drift from the actual state.
 *   <li>Meters of Java and the process are created by the first scrape, because the start is CPU-bound.
 * </ul>
 */
package io.projectsveltos.clusterinventory.metrics;
