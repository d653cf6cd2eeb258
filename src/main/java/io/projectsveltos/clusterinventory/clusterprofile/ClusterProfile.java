package io.projectsveltos.clusterinventory.clusterprofile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.projectsveltos.clusterinventory.component.kubernetes.CompactMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@code ClusterProfile} of {@code multicluster.x-k8s.io}: a cluster of the inventory. Holds what this controller reads
 * and nothing else, since all of them are in memory.
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@Group(ClusterProfile.GROUP)
@Version("v1alpha1")
@Kind("ClusterProfile")
@Plural("clusterprofiles")
public final class ClusterProfile implements HasMetadata {

    /** The API group. */
    public static final String GROUP = "multicluster.x-k8s.io";

    /** Keeps a profile until its outputs are gone. */
    public static final String FINALIZER = "clusterinventory.projectsveltos.io/finalizer";

    /**
     * The attribute of the deserialization context with the most bytes of JSON that the access providers of a status may be,
     * an {@link java.util.function.IntSupplier}.
     */
    public static final String MAX_STATUS_BYTES = "clusterprofile.max-status-bytes";

    private static final long serialVersionUID = 1L;

    private String apiVersion = GROUP + "/v1alpha1";
    private String kind = "ClusterProfile";
    private ObjectMeta metadata = new ObjectMeta();
    private transient Spec spec;
    private transient ProfileStatus status;

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Spec(String displayName) {}

    /**
     * The profile's key.
     *
     * @return namespace and name
     */
    @JsonIgnore
    public ObjectKey getKey() {
        return ObjectKey.of(this);
    }

    /**
     * The name for humans.
     *
     * @return {@code spec.displayName}, empty when it is not set
     */
    @JsonIgnore
    public String getDisplayName() {
        return spec == null || spec.displayName() == null ? "" : spec.displayName();
    }

    /**
     * The profile's labels.
     *
     * @return the labels, never null
     */
    @JsonIgnore
    public Map<String, String> getLabels() {
        return metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }

    /**
     * The profile's annotations as far as they are kept: without {@code kubectl.kubernetes.io/last-applied-configuration},
     * values of more than 4,096 characters, and what comes after 32,768 characters in all.
     *
     * @return the annotations, never null
     */
    @JsonIgnore
    public Map<String, String> getAnnotations() {
        return metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    }

    /**
     * Whether the profile waits for its finalizers.
     *
     * @return true once it has a deletionTimestamp
     */
    @JsonIgnore
    public boolean isBeingDeleted() {
        return metadata.getDeletionTimestamp() != null;
    }

    /**
     * Whether our finalizer is on the profile.
     *
     * @return true if so
     */
    @JsonIgnore
    public boolean isFinalizerSet() {
        return metadata.getFinalizers() != null && metadata.getFinalizers().contains(FINALIZER);
    }

    /**
     * Whether the access providers of the status are more than {@link #MAX_STATUS_BYTES} allows, or nested more than 100
     * levels deep. None of them is known then.
     *
     * @return true if so
     */
    @JsonIgnore
    public boolean isStatusTooLarge() {
        return status != null && status.isTooLarge();
    }

    /**
     * What the profile offers, by name: {@code status.accessProviders}, then the names that only the deprecated
     * {@code status.credentialProviders} has.
     *
     * @return the entries in the profile's order
     */
    @JsonIgnore
    public Map<String, AccessProvider> getAccessProviders() {
        Map<String, AccessProvider> byName = new LinkedHashMap<>();
        if (status != null) {
            ProfileStatus.Offers offers = status.offers();
            offers.accessProviders().forEach(entry -> byName.putIfAbsent(entry.name(), entry));
            offers.credentialProviders().forEach(entry -> byName.putIfAbsent(entry.name(), entry));
        }
        return byName;
    }

    /**
     * Whether the profile still uses {@code status.credentialProviders}.
     *
     * @return true if it has an entry there
     */
    @JsonIgnore
    public boolean isCredentialProvidersUsed() {
        return status != null && !status.offers().credentialProviders().isEmpty();
    }

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    @Override
    public void setMetadata(ObjectMeta metadata) {
        this.metadata = CompactMetadata.of(metadata);
    }

    @Override
    public String getApiVersion() {
        return apiVersion;
    }

    @Override
    public void setApiVersion(String apiVersion) {
        this.apiVersion = apiVersion;
    }

    @Override
    public String getKind() {
        return kind;
    }

    void setKind(String kind) {
        this.kind = kind;
    }

    void setSpec(Spec spec) {
        this.spec = spec;
    }

    @JsonDeserialize(using = ProfileStatus.Reader.class)
    void setStatus(ProfileStatus status) {
        this.status = status;
    }
}
