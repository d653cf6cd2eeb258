package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import java.util.List;

/** A list of {@link PartialObjectMetadata}. */
@JsonDeserialize(using = JsonDeserializer.None.class)
@JsonIgnoreProperties(ignoreUnknown = true)
public final class PartialObjectMetadataList extends DefaultKubernetesResourceList<PartialObjectMetadata> {

    private static final long serialVersionUID = 1L;

    @Override
    public void setItems(List<PartialObjectMetadata> items) {
        // An empty metadata-only list comes as "items": null, on which an informer would break for ever.
        super.setItems(items == null ? List.of() : items);
    }
}
