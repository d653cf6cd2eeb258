package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object of any kind without its content, as the API server returns it for
 * {@code Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1}. Secrets are watched in this form, so that
 * their content is never in memory. A subclass keeps more of the object, and is read from the whole one.
 */
// None: otherwise fabric8's deserializer by kind would read every event, and would call itself endlessly.
@JsonDeserialize(using = JsonDeserializer.None.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@Group("meta.k8s.io")
@Version("v1")
public class PartialObjectMetadata implements HasMetadata {

    private static final long serialVersionUID = 1L;

    private String apiVersion;
    private String kind;
    private ObjectMeta metadata = new ObjectMeta();

    @JsonIgnore
    private transient ManagedFields managedFields = ManagedFields.NONE;

    /**
     * Metadata with only a name and a version.
     *
     * @param namespace the object's namespace
     * @param name the object's name
     * @param resourceVersion its version
     * @return the metadata
     */
    public static PartialObjectMetadata of(String namespace, String name, String resourceVersion) {
        ObjectMeta meta = new ObjectMeta();
        meta.setNamespace(namespace);
        meta.setName(name);
        meta.setResourceVersion(resourceVersion);
        PartialObjectMetadata partial = new PartialObjectMetadata();
        partial.metadata = meta;
        return partial;
    }

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    @Override
    public void setMetadata(ObjectMeta metadata) {
        setCompactMetadata(CompactMetadata.of(metadata));
    }

    @JsonSetter("metadata")
    private void setCompactMetadata(CompactMetadata compact) {
        metadata = compact.meta();
        managedFields = compact.managedFields();
    }

    /**
     * The field ownership of the object.
     *
     * @return the owners, never null
     */
    public ManagedFields managedFields() {
        return managedFields;
    }

    /**
     * The object's labels.
     *
     * @return the labels, never null
     */
    public Map<String, String> labels() {
        return metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }

    /**
     * The object's annotations.
     *
     * @return the annotations, never null
     */
    public Map<String, String> annotations() {
        return metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    }

    @Override
    public String getApiVersion() {
        return apiVersion;
    }

    /**
     * The reference to the object that controls this one, as {@code metav1.GetControllerOf}.
     *
     * @return empty if there is none
     */
    public Optional<OwnerReference> controller() {
        return Optional.ofNullable(metadata.getOwnerReferences()).stream()
                .flatMap(List::stream)
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }

    @Override
    public void setApiVersion(String apiVersion) {
        this.apiVersion = apiVersion;
    }

    @Override
    public String getKind() {
        return kind;
    }

    /**
     * Sets the kind.
     *
     * @param kind {@code PartialObjectMetadata}, or the object's own kind from servers that do not support that
     */
    public void setKind(String kind) {
        this.kind = kind;
    }
}
