/**
 * Tests of custom provider routes in Java, for integrators: published as the artifact of this project with the classifier
 * {@code testkit}. It only describes a case; {@code try --cases} runs the same ones from YAML.
 */
package io.projectsveltos.clusterinventory.testkit;
