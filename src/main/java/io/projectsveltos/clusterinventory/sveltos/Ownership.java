package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import org.apache.camel.Body;

/** Tells our objects from those of others: an object without our label is never written and never deleted. */
public final class Ownership {

    /**
     * Whether an object is ours.
     *
     * @param object the object, or null when there is none
     * @return true if it carries our label
     */
    public boolean isOurs(@Body PartialObjectMetadata object) {
        return object != null && Markers.MANAGER.equals(object.labels().get(Markers.MANAGED_BY));
    }

    /**
     * Whether an object is there and somebody else's.
     *
     * @param object the object, or null when there is none
     * @return true if it is
     */
    public boolean isForeign(@Body PartialObjectMetadata object) {
        return object != null && !isOurs(object);
    }

    /**
     * Whether an object is ours and nobody has deleted it yet.
     *
     * @param object the object, or null when there is none
     * @return true if it may and need be deleted
     */
    public boolean isDeletable(@Body PartialObjectMetadata object) {
        return isOurs(object) && object.getMetadata().getDeletionTimestamp() == null;
    }
}
