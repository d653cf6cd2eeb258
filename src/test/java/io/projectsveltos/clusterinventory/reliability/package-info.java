/**
 * Faults, random sequences, hostile input and long runs, against the packaged controller and a real API server. Each test
 * compares what exists with a model that does not use the controller's code, and writes its figures down. The normal build
 * runs it with small numbers; {@code mvn -B verify -Pfaults} with those that are published.
 */
package io.projectsveltos.clusterinventory.reliability;
