package io.projectsveltos.clusterinventory.benchmark;

/**
 * One figure of one turn.
 *
 * @param round from 1 on
 */
record Sample(String controller, int round, Metric metric, double value) {}
