package io.projectsveltos.clusterinventory.sveltos;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.Map;
import org.apache.camel.Body;

/** Distinguishes our objects from foreign ones: an object without our label is never written and never deleted. */
public final class Ownership {

    /**
     * Whether an object is ours.
     *
     * @param object the object, or null if there is none
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
     * Whether an object exists that is not ours.
     *
     * @param object the object, or null if there is none
     * @return true if it does
     */
    public boolean isForeign(@Body PartialObjectMetadata object) {
        return object != null && !isOurs(object);
    }

    /**
     * Whether an object is ours and is not being deleted yet.
     *
     * @param object the object, or null if there is none
     * @return true if it has to be deleted, and may be
     */
    public boolean isDeletable(@Body PartialObjectMetadata object) {
        return isOurs(object) && object.getMetadata().getDeletionTimestamp() == null;
    }

    static void refuseForeign(String kind, PartialObjectMetadata object) {
        if (object != null && !isLabelledOurs(object)) {
            throw new ReconcileFailure(
                    Reason.NotOwned,
                    kind + " " + ObjectKey.of(object) + " exists but lacks the label " + ManagedMetadata.MANAGED_BY
                            + "="
                            + ManagedMetadata.MANAGER
                            + ", so it was left untouched. Rename or delete it, or add the label"
                            + " to let this controller manage it.");
        }
    }
}
