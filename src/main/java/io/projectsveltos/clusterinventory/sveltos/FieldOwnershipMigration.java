package io.projectsveltos.clusterinventory.sveltos;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ManagedFields;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Ends the co-ownership of objects that the Go controller created. It wrote them with plain updates, so after our first
 * apply both controllers own the same labels, and server-side apply can no longer remove one. Removing our fields from the
 * other entry is what client-go's {@code csaupgrade.UpgradeManagedFields} does; but here the rest of the entry stays,
 * because Sveltos writes under the same manager name.
 */
public final class FieldOwnershipMigration {

    private static final String LABEL = "f:metadata.f:labels.f:";
    private static final String OUR_LABEL = LABEL + ManagedMetadata.MANAGED_BY;

    private final OutputOptions options;

    FieldOwnershipMigration(OutputOptions options) {
        this.options = options;
    }

    /**
     * Whether our label on the object was written with a plain create or update, which only the Go controller does.
     *
     * @param object the object as it is
     * @return true if so
     */
    public boolean isNeeded(@Body PartialObjectMetadata object) {
        return object != null && object.managedFields().isOwnedByUpdate(OUR_LABEL);
    }

    /**
     * The patch that makes us the only owner of what we apply. It also removes labels that the Go controller has copied
     * and that are excluded here: we never owned them, so no apply would ever remove them.
     *
     * @param object the object with its managed fields
     * @param profile the profile that the object is made from
     * @return a JSON merge patch that applies to this version of the object only
     */
    public Map<String, Object> patch(
            @Body GenericKubernetesResource object, @Variable("clusterProfile") ClusterProfile profile) {
        Set<String> taken = new HashSet<>(
                ManagedFields.of(object.getMetadata().getManagedFields()).appliedBy(ManagedMetadata.FIELD_MANAGER));
        Map<String, String> labels = new HashMap<>();
        List<ManagedFieldsEntry> kept = new ArrayList<>();
        for (ManagedFieldsEntry entry : object.getMetadata().getManagedFields()) {
            if (isGoControllers(entry)) {
                for (String label : copiedThoughExcluded(entry, profile)) {
                    taken.add(LABEL + label);
                    labels.put(label, null);
                }
                ManagedFields.remove(taken, entry.getFieldsV1().getAdditionalProperties());
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
                        "labels", labels,
                        "managedFields", kept));
    }

    private Set<String> copiedThoughExcluded(ManagedFieldsEntry entry, ClusterProfile profile) {
        ManagedFields written = ManagedFields.of(List.of(entry));
        return options.excludedLabels(profile).stream()
                .filter(label -> written.isOwnedByUpdate(LABEL + label))
                .collect(Collectors.toSet());
    }

    private static boolean isGoControllers(ManagedFieldsEntry entry) {
        return ManagedFields.of(List.of(entry)).isOwnedByUpdate(OUR_LABEL);
    }

    private static boolean isEmpty(FieldsV1 fields) {
        return fields == null || fields.getAdditionalProperties().isEmpty();
    }
}
