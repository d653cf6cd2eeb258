package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.failure.Reason;

/**
 * Something to be told of a profile.
 *
 * @param key the profile's key
 * @param reason the reason, which decides the type
 * @param message one line for a human
 * @param news false when it lasts, and is told again only to keep its Event alive
 */
public record ProfileEvent(ObjectKey key, Reason reason, String message, boolean news) {}
