/**
 * The small server behind probes and metrics, on blocking sockets. It does not depend on what it serves.
 * <ul>
 *   <li>camel-platform-http would bring Vert.x and Netty for three paths: 15 MB of jars, and their start and memory.
 *   <li>The JDK's own server closes the newest connection when it has too many, so silent clients block probes. This one
 *       closes the oldest connection that waits for its client: silent clients cost at most 128 connections and never block
 *       a probe.
 *   <li>{@code /metrics} over https is for clients that the API server authorizes (TokenReview, SubjectAccessReview), as in
 *       controller-runtime.
 * </ul>
 */
package io.projectsveltos.clusterinventory.http;
