/**
 * Documents as Go's libraries read them: YAML, JSON fields, numbers, times, URLs, base64, PEM and key pairs. It does not
 * depend on kubeconfigs or on Kubernetes.
 *
 * <p>Each class names the Go function that it follows. Where Java's own class differs (as {@link java.net.URI} does from
 * {@code net/url}), a document could be accepted here and refused by its reader, or mean something else to it. A document
 * that cannot be read with certainty causes an {@code UnreadableException}. Its message never quotes the document, and it
 * has no cause, because the document may contain a credential.
 */
package io.projectsveltos.clusterinventory.credential.golang;
