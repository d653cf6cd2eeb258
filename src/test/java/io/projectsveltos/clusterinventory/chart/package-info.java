/** Tests of {@code charts/clusterinventory-camel}, with a real helm. */
package io.projectsveltos.clusterinventory.chart;
