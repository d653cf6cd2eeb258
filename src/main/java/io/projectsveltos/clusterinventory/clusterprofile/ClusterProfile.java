package io.projectsveltos.clusterinventory.clusterprofile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
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
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A {@code ClusterProfile} of {@code multicluster.x-k8s.io}: a cluster in the inventory. It only keeps what this controller
 * reads, because all profiles are cached in memory.
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@Group(ClusterProfile.GROUP)
@Version("v1alpha1")
@Kind("ClusterProfile")
@Plural("clusterprofiles")
public final class ClusterProfile implements HasMetadata {

    public static final String GROUP = "multicluster.x-k8s.io";

    /** Keeps a deleted profile until its outputs are gone. */
    public static final String FINALIZER = "clusterinventory.projectsveltos.io/finalizer";

    /**
     * The attribute of the deserialization context with the maximum size of a status's access providers, in bytes of JSON;
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
    private record Spec(
            @JsonDeserialize(using = DisplayNameReader.class)
            String displayName,

            @JsonDeserialize(using = ClusterManagerReader.class)
            String clusterManager) {}

    /**
     * Null for anything but text: one profile that cannot be read would fail the list of all. Of a long one only the
     * beginning, because a longer annotation is not kept of the SveltosCluster, or even refused.
     */
    private static final class DisplayNameReader extends JsonDeserializer<String> {

        private static final int MAX_LENGTH = 4 * 1024;

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String name = context.readTree(parser).textValue();
            if (name == null || name.length() <= MAX_LENGTH) {
                return name;
            }
            int end = Character.isHighSurrogate(name.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
            return name.substring(0, end);
        }
    }

    /** Keeps the name, if it is read. */
    private static final class ClusterManagerReader extends JsonDeserializer<String> {

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (ProfileInputs.of(context).clusterManager()) {
                return context.readTree(parser).path("name").textValue();
            }
            parser.skipChildren();
            return null;
        }
    }

    @JsonIgnore
    public ObjectKey getKey() {
        return ObjectKey.of(this);
    }

    /** {@code spec.displayName}, at most its first 4,096 characters; empty when it is not set. */
    @JsonIgnore
    public String getDisplayName() {
        return spec == null || spec.displayName() == null ? "" : spec.displayName();
    }

    /** {@code spec.clusterManager.name}; null if it is not set or {@linkplain ProfileInputs not kept}. */
    @JsonIgnore
    public String getClusterManager() {
        return spec == null ? null : spec.clusterManager();
    }

    /** {@code status.version.kubernetes}; null if it is not set or {@linkplain ProfileInputs not kept}. */
    @JsonIgnore
    public String getKubernetesVersion() {
        ProfileStatus.Version version = status == null ? null : status.offers().version();
        return version == null ? null : version.kubernetes();
    }

    /** The value of one of {@code status.properties}; null if it is not set or {@linkplain ProfileInputs not kept}. */
    public String getProperty(String name) {
        return status == null
                ? null
                : status.offers().properties().stream()
                        .filter(property -> name.equals(property.name()))
                        .map(ProfileStatus.Property::value)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    /** The {@code status.properties} that are {@linkplain ProfileInputs kept}, in their order. */
    @JsonIgnore
    public Map<String, String> getProperties() {
        Map<String, String> byName = new LinkedHashMap<>();
        if (status != null) {
            status.offers().properties().stream()
                    .filter(property -> property.name() != null && property.value() != null)
                    .forEach(property -> byName.putIfAbsent(property.name(), property.value()));
        }
        return byName;
    }

    /** Never null. */
    @JsonIgnore
    public Map<String, String> getLabels() {
        return metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }

    /**
     * The annotations that are kept: without {@code kubectl.kubernetes.io/last-applied-configuration}, without values longer
     * than 4,096 characters, and at most 32,768 characters in total. Never null.
     */
    @JsonIgnore
    public Map<String, String> getAnnotations() {
        return metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    }

    /** Whether it has a deletionTimestamp and waits for its finalizers. */
    @JsonIgnore
    public boolean isBeingDeleted() {
        return metadata.getDeletionTimestamp() != null;
    }

    /** Whether it has this controller's finalizer. */
    @JsonIgnore
    public boolean isFinalizerSet() {
        return metadata.getFinalizers() != null && metadata.getFinalizers().contains(FINALIZER);
    }

    /**
     * Whether the access providers in the status are larger than {@link #MAX_STATUS_BYTES}, nested more than 100 levels deep,
     * or not of the API's types. None of them is kept then.
     */
    @JsonIgnore
    public boolean isStatusUnreadable() {
        return status != null && status.isUnreadable();
    }

    /**
     * The access providers that the profile offers, by name, in the profile's order: {@code status.accessProviders}, then
     * those that exist only in the deprecated {@code status.credentialProviders}.
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

    /** What the cluster manager reports about the control plane; unknown without a status. */
    @JsonIgnore
    public ControlPlaneHealth getControlPlaneHealth() {
        return status == null ? ControlPlaneHealth.UNKNOWN : status.health();
    }

    /** Whether the profile still has entries in the deprecated {@code status.credentialProviders}. */
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
        setCompactMetadata(CompactMetadata.of(metadata).meta());
    }

    @JsonSetter("metadata")
    @JsonDeserialize(using = CompactMetadata.ReaderWithoutManagedFields.class)
    private void setCompactMetadata(ObjectMeta compact) {
        metadata = compact;
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
