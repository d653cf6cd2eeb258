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
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.util.LinkedHashMap;
import java.util.List;
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

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final long serialVersionUID = 1L;

    private String apiVersion = GROUP + "/v1alpha1";
    private String kind = "ClusterProfile";
    private ObjectMeta metadata = new ObjectMeta();
    private transient Spec spec;
    private transient Status status;

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Spec(String displayName) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Status(List<AccessProvider> accessProviders, List<AccessProvider> credentialProviders) {}

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
     * The profile's annotations, without kubectl's record of the last apply, which repeats the whole profile.
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
     * Whether the cluster manager has reported anything yet. It makes the profile first and its status later.
     *
     * @return false while there is no status
     */
    @JsonIgnore
    public boolean isReported() {
        return status != null;
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
            entries(status.accessProviders()).forEach(entry -> byName.putIfAbsent(entry.name(), entry));
            entries(status.credentialProviders()).forEach(entry -> byName.putIfAbsent(entry.name(), entry));
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
        return status != null && !entries(status.credentialProviders()).isEmpty();
    }

    private static List<AccessProvider> entries(List<AccessProvider> entries) {
        return entries == null ? List.of() : entries;
    }

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    @Override
    public void setMetadata(ObjectMeta metadata) {
        this.metadata = metadata;
        // never looked at, and often larger than all the rest
        metadata.setManagedFields(null);
        if (metadata.getAnnotations() != null) {
            metadata.getAnnotations().remove(LAST_APPLIED);
        }
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

    void setStatus(Status status) {
        this.status = status;
    }
}
