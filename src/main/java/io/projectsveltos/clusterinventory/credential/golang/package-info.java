/**
 * Documents as Go's libraries read them: YAML, JSON fields, numbers, times, URLs, base64, PEM and key pairs. It knows
 * nothing of kubeconfigs or Kubernetes.
 *
 * <p>Each class names the Go function that it follows. Where Java's own class differs (as {@link java.net.URI} does from
 * {@code net/url}), a document could be accepted here and refused by its reader, or mean something else to it. What cannot
 * be read with certainty is an {@code UnreadableException}; its message never quotes the document, and it has no cause,
 * because the document may hold a credential.
 */
package io.projectsveltos.clusterinventory.credential.golang;
