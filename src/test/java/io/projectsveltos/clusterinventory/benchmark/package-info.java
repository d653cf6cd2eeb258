/**
 * Measures controllers from outside, side by side: this project's and any other that makes the same outputs.
 * <ul>
 *   <li>A controller is a command line. Nothing in here depends on the controller's own code, so that what is measured is
 *       what users run, and two versions of it can be compared.
 *   <li>Each turn, which is one controller in one round, has an etcd and an API server of its own. An API server becomes
 *       slower with what it has served: its counters, its watch cache and etcd's history would favour the first controller.
 *   <li>The controllers take turns within a round, and each round begins with another one: a slow minute of the machine
 *       then hits all of them, and none always has the cold caches.
 *   <li>What the operating system and the API server count anyway is preferred to what this process could measure: CPU and
 *       memory are from {@code /proc}, requests from the audit log. Only latencies are measured here, with one watch.
 * </ul>
 * {@code docs/performance.md} says what each figure means and how exact it is.
 */
package io.projectsveltos.clusterinventory.benchmark;
