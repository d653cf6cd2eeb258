package io.projectsveltos.clusterinventory.sveltos;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.projectsveltos.clusterinventory.component.kubernetes.ManagedFields;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;

/**
 * Ends the co-ownership of objects that the Go controller made. It wrote them by plain updates, so that after our first
 * apply both own the same labels, and server-side apply would never again remove one. Taking our fields out of its entry
 * is what client-go's csaupgrade does, but for one thing: the rest of the entry stays, for Sveltos writes under the same
 * name.
 */
public final class TakeOver {

    private static final String OUR_LABEL = "f:metadata.f:labels.f:" + Markers.MANAGED_BY;

    /**
     * Whether our label on the object was written by a plain create or update, which nobody but the Go controller does.
     *
     * @param object the object as it is
     * @return true if so
     */
    public boolean isCoOwned(@Body PartialObjectMetadata object) {
        return object != null && object.managedFields().updatedNotApplied(OUR_LABEL);
    }

    /**
     * The patch that leaves us the only owner of what we apply.
     *
     * @param object the object with its managed fields
     * @return a JSON merge patch, bound to the object's version
     */
    public Map<String, Object> release(@Body GenericKubernetesResource object) {
        Set<String> ours =
                ManagedFields.of(object.getMetadata().getManagedFields()).appliedBy(Markers.FIELD_MANAGER);
        List<ManagedFieldsEntry> kept = new ArrayList<>();
        for (ManagedFieldsEntry entry : object.getMetadata().getManagedFields()) {
            if (isGoControllers(entry)) {
                ManagedFields.remove(ours, entry.getFieldsV1().getAdditionalProperties());
            }
            if (!isEmpty(entry.getFieldsV1())) {
                kept.add(entry);
            }
        }
        return Map.of(
                "apiVersion",
                object.getApiVersion(),
                "metadata",
                Map.of(
                        "namespace", object.getMetadata().getNamespace(),
                        "name", object.getMetadata().getName(),
                        "resourceVersion", object.getMetadata().getResourceVersion(),
                        "managedFields", kept));
    }

    private static boolean isGoControllers(ManagedFieldsEntry entry) {
        return ManagedFields.of(List.of(entry)).updatedNotApplied(OUR_LABEL);
    }

    private static boolean isEmpty(FieldsV1 fields) {
        return fields == null || fields.getAdditionalProperties().isEmpty();
    }
}
