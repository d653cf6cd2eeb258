package io.projectsveltos.clusterinventory.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.apiserver.ResourceTypes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;

/** Creates, changes and reads the objects of one namespace, as cluster managers, users, Sveltos and other controllers do. */
public final class ClusterFixtures {

    public static final String MANAGED_BY = "clusterinventory.projectsveltos.io/managed-by";
    public static final String MANAGER = "clusterinventory-controller";
    public static final String FINALIZER = "clusterinventory.projectsveltos.io/finalizer";
    public static final String DISPLAY_NAME = "clusterinventory.projectsveltos.io/display-name";
    public static final String FIELD_MANAGER = "clusterinventory-camel";

    private static final Duration SOON = Duration.ofSeconds(60);

    private final KubernetesClient client;
    private final String namespace;
    private final ResourceDefinitionContext profiles;

    private ClusterFixtures(KubernetesClient client, String namespace, ResourceDefinitionContext profiles) {
        this.client = client;
        this.namespace = namespace;
        this.profiles = profiles;
    }

    /** In the namespace {@code fleet}. */
    public static ClusterFixtures of(MockApiServer server) {
        return new ClusterFixtures(server.client(), "fleet", ResourceTypes.CLUSTER_PROFILES);
    }

    public static ClusterFixtures inNewNamespaceOf(AuditedApiServer server) {
        return inNewNamespaceOf(server, "v1alpha1");
    }

    /** With profiles of another version. */
    public static ClusterFixtures inNewNamespaceOf(AuditedApiServer server, String version) {
        return in(server, server.server().createNamespace("fleet"), version);
    }

    /** In an existing namespace. */
    public static ClusterFixtures in(AuditedApiServer server, String namespace, String version) {
        return new ClusterFixtures(server.client(), namespace, ResourceTypes.clusterProfiles(version));
    }

    public static void eventually(ThrowingRunnable assertion) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }

    /** Asserts that something holds now and for two more seconds. */
    public static void steadily(ThrowingRunnable assertion) {
        await().during(Duration.ofSeconds(2))
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(assertion);
    }

    public String namespace() {
        return namespace;
    }

    // the cluster manager

    public GenericKubernetesResource createProfile(String name) {
        return createProfile(name, Map.of(), "");
    }

    public GenericKubernetesResource createProfile(
            String name, Map<String, String> labels, String displayName, String... finalizers) {
        GenericKubernetesResource profile = object(profiles, name, labels);
        profile.getMetadata().setFinalizers(List.of(finalizers));
        Map<String, Object> spec = new HashMap<>(Map.of("clusterManager", Map.of("name", "test")));
        if (!displayName.isEmpty()) {
            spec.put("displayName", displayName);
        }
        profile.setAdditionalProperty("spec", spec);
        return client.resource(profile).create();
    }

    /** Writes the status. */
    public void report(String profile, List<Map<String, Object>> accessProviders) {
        reportStatus(profile, Map.of("accessProviders", accessProviders));
    }

    /** Writes the whole status. */
    public void reportStatus(String profile, Map<String, Object> status) {
        untilNoConflict(() -> profile(profile).editStatus(current -> {
            current.setAdditionalProperty("status", status);
            return current;
        }));
    }

    /** Sets the condition ControlPlaneHealthy, and leaves the rest of the status as it is. */
    public void reportHealth(String profile, String condition) {
        untilNoConflict(() -> profile(profile).editStatus(current -> {
            Map<String, Object> status = new TreeMap<>();
            Map<String, Object> before = current.get("status");
            status.putAll(before == null ? Map.of() : before);
            status.put("conditions", List.of(Map.of("type", "ControlPlaneHealthy", "status", condition)));
            current.setAdditionalProperty("status", status);
            return current;
        }));
    }

    /** Has the profile offer the kubeconfig under the key value of a Secret. */
    public void reportSource(String profile, String secret) {
        report(profile, List.of(secretReader(Map.of("name", secret, "key", "value"))));
    }

    /** A profile with these access providers, each with only a server. */
    public void createProfileOffering(String name, String... accessProviders) {
        createProfileOffering(
                name,
                Stream.of(accessProviders)
                        .map(provider -> accessProvider(provider, List.of()))
                        .toList());
    }

    public void createProfileOffering(String name, List<Map<String, Object>> accessProviders) {
        createProfile(name);
        report(name, accessProviders);
    }

    /** A profile with the kubeconfig under the key value of a Secret. */
    public void createProfileFrom(String secret, String name) {
        createProfile(name);
        reportSource(name, secret);
    }

    /** A profile with its source Secret, both with this name. */
    public void createProfileAndSource(String name) {
        createSource(name, kubeconfig(name));
        createProfileFrom(name, name);
    }

    /** Such a profile, once the controller has created its outputs. */
    public void createServedProfile(String name) {
        createProfileAndSource(name);
        awaitServed(name);
    }

    public void awaitServed(String name) {
        eventually(() -> assertNotNull(cluster(name).get()));
    }

    public static Map<String, Object> secretReader(Map<String, Object> extension) {
        return accessProvider(
                "kubeconfig-secretreader",
                List.of(Map.of("name", "client.authentication.k8s.io/exec", "extension", extension)));
    }

    public static Map<String, Object> accessProvider(String name, List<Map<String, Object>> extensions) {
        return Map.of("name", name, "cluster", Map.of("server", "https://" + name, "extensions", extensions));
    }

    /** An entry of a provider that finds its Secret by the cluster's name. */
    public static Map<String, Object> tokenProvider(String name, String cluster) {
        return accessProvider(
                name,
                List.of(Map.of(
                        "name", "client.authentication.k8s.io/exec", "extension", Map.of("clusterName", cluster))));
    }

    /** The copy of a ManagedServiceAccount's token next to a profile, as OCM's ClusterProfileCredSyncer writes it. */
    public void createTokenCopy(String profile, String account, String token) {
        String name = profile + "-" + account;
        Secret copy = secretObject(
                name,
                "token",
                token.getBytes(StandardCharsets.UTF_8),
                Map.of("authentication.open-cluster-management.io/synced-from", name));
        copy.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion("multicluster.x-k8s.io/v1alpha1")
                        .withKind("ClusterProfile")
                        .withName(profile)
                        .withUid(profile(profile).get().getMetadata().getUid())
                        .withController(true)
                        .build()));
        client.resource(copy).create();
    }

    public void createSource(String name, String value) {
        createSource(name, value.getBytes(StandardCharsets.UTF_8));
    }

    public void createSource(String name, byte[] value) {
        client.resource(secretObject(name, "value", value, Map.of())).create();
    }

    /** Creates or changes a source. */
    public void putSource(String name, String value) {
        client.resource(secretObject(name, "value", value.getBytes(StandardCharsets.UTF_8), Map.of()))
                .createOr(NonDeletingOperation::update);
    }

    public void changeSource(String name, String value) {
        editData(secret(name), "value", value);
    }

    /**
     * Limits the number of objects, and has one of each counted: kube-controller-manager would count, which does not run here.
     *
     * @param resources {@code resource.group}
     */
    public Resource<ResourceQuota> setQuota(int most, String... resources) {
        ResourceQuota quota = new ResourceQuotaBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("few")
                .endMetadata()
                .withNewSpec()
                .withHard(counts(most, resources))
                .endSpec()
                .build();
        Resource<ResourceQuota> stored = client.resource(quota);
        stored.serverSideApply();
        stored.editStatus(current -> new ResourceQuotaBuilder(current)
                .withNewStatus()
                .withHard(counts(most, resources))
                .withUsed(counts(1, resources))
                .endStatus()
                .build());
        return stored;
    }

    private static Map<String, Quantity> counts(int number, String... resources) {
        return Stream.of(resources)
                .collect(Collectors.toMap(
                        resource -> "count/" + resource, resource -> new Quantity(String.valueOf(number))));
    }

    public static String kubeconfig(String cluster) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: %1$s, cluster: {server: "https://%1$s"}}]
                users: [{name: %1$s, user: {token: token-of-%1$s}}]
                contexts: [{name: %1$s, context: {cluster: %1$s, user: %1$s}}]
                current-context: %1$s
                """.formatted(cluster);
    }

    // others

    /** A Secret that the controller did not create. */
    public Secret createSecret(String name, Map<String, String> labels, String kubeconfig) {
        byte[] value = kubeconfig.getBytes(StandardCharsets.UTF_8);
        return client.resource(secretObject(name, "kubeconfig", value, labels)).create();
    }

    public GenericKubernetesResource createCluster(String name, Map<String, String> labels, Map<String, Object> spec) {
        GenericKubernetesResource cluster = object(ResourceTypes.SVELTOS_CLUSTERS, name, labels);
        cluster.setAdditionalProperty("spec", spec);
        return client.resource(cluster).create();
    }

    /** Changes an object with a plain update, and again after a conflict. */
    public <T extends HasMetadata> void edit(Resource<T> object, Consumer<T> change) {
        untilNoConflict(() -> object.edit(current -> {
            change.accept(current);
            return current;
        }));
    }

    /** Deletes an object only in the version that was read, and again after a conflict. */
    public <T extends HasMetadata> void delete(Resource<T> object) {
        await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsMatching(ClusterFixtures::isConflict)
                .until(() -> {
                    T current = object.get();
                    if (current != null) {
                        object.lockResourceVersion(current.getMetadata().getResourceVersion())
                                .delete();
                    }
                    return true;
                });
    }

    public <T extends HasMetadata> void label(Resource<T> object, String label, String value) {
        edit(object, current -> {
            Map<String, String> labels = new TreeMap<>(labels(current));
            if (value == null) {
                labels.remove(label);
            } else {
                labels.put(label, value);
            }
            current.getMetadata().setLabels(labels);
        });
    }

    public <T extends HasMetadata> void annotate(Resource<T> object, String annotation, String value) {
        edit(object, current -> {
            Map<String, String> annotations = new TreeMap<>(annotations(current));
            annotations.put(annotation, value);
            current.getMetadata().setAnnotations(annotations);
        });
    }

    public void editData(Resource<Secret> secret, String key, String value) {
        edit(secret, current -> {
            Map<String, String> data = new TreeMap<>(current.getData());
            data.put(key, encoded(value.getBytes(StandardCharsets.UTF_8)));
            current.setData(data);
        });
    }

    /** Sets fields of the spec; null removes one. */
    public void editSpec(Resource<GenericKubernetesResource> object, Map<String, Object> fields) {
        edit(object, current -> {
            Map<String, Object> spec = new TreeMap<>(spec(current));
            spec.putAll(fields);
            spec.values().removeIf(value -> value == null);
            current.setAdditionalProperty("spec", spec);
        });
    }

    /** Applies fields of the spec as another field manager, which owns them too if the values are equal. */
    public void applyAs(String manager, Resource<GenericKubernetesResource> object, Map<String, Object> spec) {
        GenericKubernetesResource current = object.get();
        GenericKubernetesResource applied = new GenericKubernetesResource();
        applied.setApiVersion(current.getApiVersion());
        applied.setKind(current.getKind());
        applied.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(current.getMetadata().getName())
                .build());
        applied.setAdditionalProperty("spec", spec);
        client.resource(applied).fieldManager(manager).serverSideApply();
    }

    /** Has Sveltos report the status of a SveltosCluster. */
    public void reportConnection(String name, Map<String, Object> status) {
        untilNoConflict(() -> cluster(name).editStatus(current -> {
            current.setAdditionalProperty("status", status);
            return current;
        }));
    }

    public <T extends HasMetadata> void setFinalizers(Resource<T> object, String... finalizers) {
        edit(object, current -> current.getMetadata().setFinalizers(new ArrayList<>(List.of(finalizers))));
    }

    // what exists

    public Resource<GenericKubernetesResource> profile(String name) {
        return client.genericKubernetesResources(profiles)
                .inNamespace(namespace)
                .withName(name);
    }

    public Resource<GenericKubernetesResource> cluster(String name) {
        return clusters().withName(name);
    }

    public NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            clusters() {
        return client.genericKubernetesResources(ResourceTypes.SVELTOS_CLUSTERS).inNamespace(namespace);
    }

    public Resource<Secret> secret(String name) {
        return client.secrets().inNamespace(namespace).withName(name);
    }

    public Resource<Secret> managedSecret(String profile) {
        return secret(secretName(profile));
    }

    public static String secretName(String profile) {
        return profile + "-sveltos-kubeconfig";
    }

    /** The value of a key of a managed Secret. */
    public String copied(String profile, String key) {
        Secret secret = managedSecret(profile).get();
        String value = secret == null || secret.getData() == null
                ? null
                : secret.getData().get(key);
        return value == null ? null : new String(decoded(value), StandardCharsets.UTF_8);
    }

    public String copied(String profile) {
        return copied(profile, "kubeconfig");
    }

    /** The kubeconfig in a managed Secret. */
    public Config copiedConfig(String profile) {
        return Serialization.unmarshal(copied(profile), Config.class);
    }

    /** The token in a managed Secret. */
    public String token(String profile) {
        return copiedConfig(profile).getUsers().get(0).getUser().getToken();
    }

    public void awaitToken(String profile, String token) {
        eventually(() -> assertEquals(token, token(profile)));
    }

    /** When the credential in a managed Secret expires. */
    public Instant expiry(String profile) {
        return time(profile, "expires-at");
    }

    /** When the credential in a managed Secret was fetched. */
    public Instant fetched(String profile) {
        return time(profile, "obtained-at");
    }

    private Instant time(String profile, String annotation) {
        return Instant.parse(
                annotations(managedSecret(profile).get()).get("clusterinventory.projectsveltos.io/" + annotation));
    }

    public List<Event> events(String profile, String reason) {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(profile))
                .filter(event -> event.getReason().equals(reason))
                .toList();
    }

    public void awaitEvent(String profile, String reason) {
        eventually(() -> assertEquals(1, events(profile, reason).size()));
    }

    public void assertGone(Resource<?> object) {
        assertNull(object.get());
    }

    public static Map<String, String> labels(HasMetadata object) {
        return object.getMetadata().getLabels() == null
                ? Map.of()
                : object.getMetadata().getLabels();
    }

    public static Map<String, String> annotations(HasMetadata object) {
        return object.getMetadata().getAnnotations() == null
                ? Map.of()
                : object.getMetadata().getAnnotations();
    }

    public static Map<String, Object> spec(GenericKubernetesResource object) {
        return object.get("spec");
    }

    /** The field managers of an object, such as "Apply by clusterinventory-camel". */
    public static List<String> writers(HasMetadata object) {
        return object.getMetadata().getManagedFields().stream()
                .map(ClusterFixtures::writer)
                .sorted()
                .toList();
    }

    public static byte[] decoded(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static void untilNoConflict(Callable<? extends HasMetadata> write) {
        await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsMatching(ClusterFixtures::isConflict)
                .until(() -> write.call() != null);
    }

    private static boolean isConflict(Throwable failure) {
        return failure instanceof KubernetesClientException e && e.getCode() == 409;
    }

    private static String writer(ManagedFieldsEntry entry) {
        return entry.getOperation() + " by " + entry.getManager();
    }

    private static String encoded(byte[] value) {
        return Base64.getEncoder().encodeToString(value);
    }

    private Secret secretObject(String name, String key, byte[] value, Map<String, String> labels) {
        return new SecretBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace(namespace)
                        .withName(name)
                        .withLabels(labels)
                        .build())
                .withType("Opaque")
                .addToData(key, encoded(value))
                .build();
    }

    private GenericKubernetesResource object(ResourceDefinitionContext type, String name, Map<String, String> labels) {
        GenericKubernetesResource object = new GenericKubernetesResource();
        object.setApiVersion(type.getGroup() + "/" + type.getVersion());
        object.setKind(type.getKind());
        object.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .build());
        return object;
    }
}
