package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.failure.Reason;

/**
 * An occurrence to record as an Event.
 *
 * @param key the profile's key
 * @param reason the reason, which decides the type
 * @param message one line for a human
 * @param isNew false for an ongoing state, which is recorded again only to keep its Event from expiring
 */
public record ProfileEvent(ObjectKey key, Reason reason, String message, boolean isNew) {}
