package io.projectsveltos.clusterinventory.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.ContextAttributes;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ProfileInputs;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.SveltosCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The objects that tests are about, in the form in which the API server returns them. */
public final class Fixtures {

    public static final String NAMESPACE = "fleet";
    public static final String NAME = "member";
    public static final String KEY = NAMESPACE + "/" + NAME;
    public static final String PROFILE_UID = "profile-uid";
    public static final String PROFILE_VERSION = "41";

    public static final String SOURCE_NAME = "member-admin";
    public static final String SOURCE_KEY = "value";

    public static final String MANAGED_SECRET = NAME + ManagedMetadata.SECRET_SUFFIX;

    /** A complete kubeconfig. */
    public static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters:
            - name: cluster
              cluster: {server: https://member.example:6443}
            users:
            - name: user
              user: {token: s3cr3t-token}
            contexts:
            - name: context
              context: {cluster: cluster, user: user}
            current-context: context
            """;

    /** The status of a SveltosCluster whose API server has answered 401. */
    public static final Map<String, Object> REJECTED = Map.of(
            "ready",
            true,
            "connectionStatus",
            "Down",
            "failureMessage",
            "the server has asked for the client to provide credentials");

    /** Keeps all of a profile that a registration may read. */
    private static final Supplier<ProfileInputs> INPUTS = () -> new ProfileInputs(name -> true, true, true);

    private static final ObjectMapper JSON = new ObjectMapper()
            .setDefaultAttributes(ContextAttributes.getEmpty().withSharedAttribute(ProfileInputs.ATTRIBUTE, INPUTS));

    private Fixtures() {}

    /** A profile that is served already: it has our finalizer and offers the key of a Secret of its namespace. */
    public static Profile profile() {
        return new Profile();
    }

    /** The entry of {@code kubeconfig-secretreader} that names a Secret by these fields. */
    public static Map<String, Object> secretReader(Map<String, ?> extension) {
        return accessProvider(AccessProviderSelector.SECRET_READER, extension);
    }

    /** An entry whose extension has these fields. */
    public static Map<String, Object> accessProvider(String name, Map<String, ?> extension) {
        return Map.of(
                "name",
                name,
                "cluster",
                Map.of(
                        "server",
                        "https://member.example:6443",
                        "extensions",
                        List.of(Map.of("name", AccessProvider.EXEC_EXTENSION, "extension", extension))));
    }

    /**
     * A kubeconfig with one context.
     *
     * @param cluster fields of its cluster, as YAML
     * @param user fields of its user, as YAML
     */
    public static byte[] kubeconfig(String cluster, String user) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(cluster, user).getBytes(StandardCharsets.UTF_8);
    }

    /** The source Secret that {@link #profile()} names. */
    public static Secret sourceSecret(String resourceVersion, String kubeconfig) {
        return sourceSecret(resourceVersion, SOURCE_KEY, kubeconfig.getBytes(StandardCharsets.UTF_8));
    }

    public static Secret sourceSecret(String resourceVersion, String key, byte[] value) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(SOURCE_NAME)
                .withResourceVersion(resourceVersion)
                .endMetadata()
                .addToData(key, Base64.getEncoder().encodeToString(value))
                .build();
    }

    /** A copy of a ManagedServiceAccount's token, as OCM's ClusterProfileCredSyncer writes it. */
    public static Secret tokenCopy(String resourceVersion, String cluster, String account, String token) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(cluster + "-" + account)
                .withResourceVersion(resourceVersion)
                .addToLabels("authentication.open-cluster-management.io/synced-from", cluster + "-" + account)
                .addNewOwnerReference()
                .withApiVersion("multicluster.x-k8s.io/v1alpha1")
                .withKind("ClusterProfile")
                .withName(cluster)
                .withUid(cluster.equals(NAME) ? PROFILE_UID : "uid-of-" + cluster)
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withType("Opaque")
                .addToData("token", Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)))
                .addToData(
                        "ca.crt",
                        Base64.getEncoder()
                                .encodeToString(ClientCertificates.AUTHORITY.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    /** The metadata of a Secret, as the informer receives it. */
    public static PartialObjectMetadata metadataOf(Secret secret) {
        PartialObjectMetadata metadata = new PartialObjectMetadata();
        metadata.setMetadata(secret.getMetadata());
        return metadata;
    }

    /** The metadata of an object without field managers. */
    public static Metadata metadata(String namespace, String name) {
        return new Metadata(namespace, name);
    }

    /** The result of our server-side apply. */
    public static Metadata applied(Map<String, Object> body) {
        Map<?, ?> metadata = (Map<?, ?>) body.get("metadata");
        return new Metadata((String) metadata.get("namespace"), (String) metadata.get("name"))
                .with(body)
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", body);
    }

    /** Our label, as part of an object. */
    public static Map<String, Object> ourLabel() {
        return labels(Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER));
    }

    /** Labels, as part of an object. */
    public static Map<String, Object> labels(Map<String, String> labels) {
        return Map.of("metadata", Map.of("labels", labels));
    }

    /** Builds a {@link ClusterProfile}. */
    public static final class Profile {

        private final Map<String, Object> metadata = new LinkedHashMap<>();
        private final Map<String, Object> spec = new LinkedHashMap<>();
        private final Map<String, Object> status = new LinkedHashMap<>();
        private boolean reported = true;
        private String version = "v1alpha1";

        private Profile() {
            metadata.put("namespace", NAMESPACE);
            metadata.put("name", NAME);
            metadata.put("uid", PROFILE_UID);
            metadata.put("resourceVersion", PROFILE_VERSION);
            metadata.put("finalizers", List.of(ClusterProfile.FINALIZER));
            spec.put("clusterManager", Map.of("name", "manager"));
            reading(Map.of("name", SOURCE_NAME, "key", SOURCE_KEY));
        }

        public Profile named(String name) {
            metadata.put("name", name);
            return this;
        }

        public Profile inNamespace(String namespace) {
            metadata.put("namespace", namespace);
            return this;
        }

        public Profile uid(String uid) {
            metadata.put("uid", uid);
            return this;
        }

        public Profile apiVersion(String apiVersion) {
            version = apiVersion;
            return this;
        }

        public Profile labelled(String label, String value) {
            metadata.put("labels", Map.of(label, value));
            return this;
        }

        public Profile finalizers(String... finalizers) {
            metadata.put("finalizers", List.of(finalizers));
            return this;
        }

        public Profile withoutFinalizers() {
            metadata.remove("finalizers");
            return this;
        }

        public Profile deletedAt(String timestamp) {
            metadata.put("deletionTimestamp", timestamp);
            return this;
        }

        /** Anything else of the metadata. */
        public Profile metadata(String field, Object value) {
            metadata.put(field, value);
            return this;
        }

        public Profile displayed(String name) {
            spec.put("displayName", name);
            return this;
        }

        public Profile withoutStatus() {
            reported = false;
            return this;
        }

        /** Offers {@code kubeconfig-secretreader} with this extension. */
        public Profile reading(Map<String, ?> extension) {
            return accessProviders(secretReader(extension));
        }

        public Profile accessProviders(Map<?, ?>... entries) {
            return status("accessProviders", List.of(entries));
        }

        public Profile credentialProviders(Map<?, ?>... entries) {
            return status("credentialProviders", List.of(entries));
        }

        /** Reports the condition ControlPlaneHealthy. */
        public Profile healthy(String condition) {
            return status(
                    "conditions",
                    List.of(
                            Map.of("type", "Joined", "status", "True"),
                            Map.of("type", "ControlPlaneHealthy", "status", condition)));
        }

        /** Anything else of the status. */
        public Profile status(String field, Object value) {
            status.put(field, value);
            return this;
        }

        public Map<String, Object> toMap() {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("apiVersion", ClusterProfile.GROUP + "/" + version);
            object.put("kind", "ClusterProfile");
            object.put("metadata", metadata);
            object.put("spec", spec);
            if (reported) {
                object.put("status", status);
            }
            return object;
        }

        public ClusterProfile build() {
            return JSON.convertValue(toMap(), ClusterProfile.class);
        }
    }

    /** Builds {@link PartialObjectMetadata}, with the managed fields that the API server keeps for each write. */
    public static final class Metadata {

        private final ObjectMeta meta;
        private final List<ManagedFieldsEntry> owners = new ArrayList<>();

        private Metadata(String namespace, String name) {
            meta = new ObjectMetaBuilder()
                    .withNamespace(namespace)
                    .withName(name)
                    .withUid("uid-of-" + name)
                    .withResourceVersion("7")
                    .withLabels(new TreeMap<>())
                    .withAnnotations(new TreeMap<>())
                    .build();
        }

        public Metadata uid(String uid) {
            meta.setUid(uid);
            return this;
        }

        public Metadata resourceVersion(String version) {
            meta.setResourceVersion(version);
            return this;
        }

        public Metadata deletedAt(String timestamp) {
            meta.setDeletionTimestamp(timestamp);
            return this;
        }

        public Metadata finalizers(String... finalizers) {
            meta.setFinalizers(List.of(finalizers));
            return this;
        }

        /** Carries our label, without a field manager. */
        public Metadata ours() {
            return with(ourLabel());
        }

        /** Adds the labels and annotations that this part of an object has. */
        public Metadata with(Map<String, Object> part) {
            if (part.get("metadata") instanceof Map<?, ?> metadata) {
                copy(metadata.get("labels"), meta.getLabels());
                copy(metadata.get("annotations"), meta.getAnnotations());
            }
            return this;
        }

        public Metadata without(String label) {
            meta.getLabels().remove(label);
            return this;
        }

        /** Has a field manager own the fields of this part of an object, as if it had written them. */
        public Metadata owned(String manager, String operation, Map<String, Object> part) {
            FieldsV1 fields = new FieldsV1();
            fields.setAdditionalProperties(fields(part));
            owners.add(new ManagedFieldsEntryBuilder()
                    .withManager(manager)
                    .withOperation(operation)
                    .withFieldsType("FieldsV1")
                    .withFieldsV1(fields)
                    .build());
            return this;
        }

        public List<ManagedFieldsEntry> owners() {
            return owners;
        }

        public PartialObjectMetadata build() {
            ObjectMeta copy =
                    new ObjectMetaBuilder(meta).withManagedFields(owners).build();
            PartialObjectMetadata metadata = new PartialObjectMetadata();
            metadata.setApiVersion("meta.k8s.io/v1");
            metadata.setKind("PartialObjectMetadata");
            metadata.setMetadata(copy);
            return metadata;
        }

        /** A SveltosCluster with this status, as it is read when not only metadata is. */
        public SveltosCluster reporting(Map<String, Object> status) {
            ObjectMeta copy =
                    new ObjectMetaBuilder(meta).withManagedFields(owners).build();
            return JSON.convertValue(
                    Map.of("kind", "SveltosCluster", "metadata", copy, "spec", Map.of("a", 1), "status", status),
                    SveltosCluster.class);
        }

        private static void copy(Object from, Map<String, String> to) {
            if (from instanceof Map<?, ?> values) {
                values.forEach((key, value) -> to.put((String) key, (String) value));
            }
        }

        private static Map<String, Object> fields(Map<?, ?> part) {
            Map<String, Object> fields = new LinkedHashMap<>();
            part.forEach((name, value) -> {
                if (value instanceof Map<?, ?> below) {
                    fields.put("f:" + name, fields(below));
                } else if (!List.of("apiVersion", "kind", "namespace", "name", "uid", "resourceVersion")
                        .contains(name)) {
                    fields.put("f:" + name, Map.of());
                }
            });
            return fields;
        }
    }
}
