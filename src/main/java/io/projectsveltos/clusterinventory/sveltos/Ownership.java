package io.projectsveltos.clusterinventory.sveltos;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.util.Map;
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
        return object != null && isLabelledOurs(object);
    }

    /**
     * Whether an object carries our label.
     *
     * @param object the object, with its content or without
     * @return true if it does
     */
    public static boolean isLabelledOurs(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && ManagedMetadata.MANAGER.equals(labels.get(ManagedMetadata.MANAGED_BY));
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
