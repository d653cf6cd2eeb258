/**
 * What tests of several packages share. An integration test registers a {@link
 * io.projectsveltos.clusterinventory.testing.ControllerExtension}, which starts its API server and closes its controllers,
 * and writes and reads objects through {@link io.projectsveltos.clusterinventory.testing.ClusterFixtures}. Unit tests take
 * objects from {@link io.projectsveltos.clusterinventory.testing.Fixtures}.
 */
package io.projectsveltos.clusterinventory.testing;
