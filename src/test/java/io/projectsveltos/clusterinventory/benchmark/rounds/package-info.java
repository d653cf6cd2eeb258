/**
 * Measures single rounds of the controller inside this process: its routes, queues and beans are the real ones, its API
 * server is an {@link io.projectsveltos.clusterinventory.apiserver.InMemoryApi}.
 * <ul>
 *   <li>Everything happens on the caller's thread, and time is set: workers, watches and timers are called in a fixed order.
 *       A round therefore always consists of the same steps, and its figures do not depend on who wakes up first.
 *   <li>A round that does not do what it is named after fails. Otherwise a change that breaks a round would look fast.
 *   <li>The rounds are compiled and tested with the other tests. Only the class with JMH's annotations, in
 *       {@code src/test/jmh}, needs the Maven profile {@code microbenchmark}.
 * </ul>
 * {@code docs/performance.md} says what the figures contain.
 */
package io.projectsveltos.clusterinventory.benchmark.rounds;
