package io.projectsveltos.clusterinventory.component.kubernetes;

import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.PROFILES;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.SECRETS;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.eventually;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.RealApiServer;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The behaviour of a real API server that the components rely on. */
@Timeout(240)
class KubernetesComponentsIT {

    private static final int LARGE = 300_000;
    private static final String METADATA = "&metadataOnly=true&store=#metadata";
    private static final String TYPE = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: gadgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: gadgets, singular: gadget, kind: Gadget, listKind: GadgetList}
              versions:
                - name: v1alpha2
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    @AutoClose
    private static RealApiServer server;

    private final String namespace = server.createNamespace("components");
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Wire wire = new Wire(server.client().getMasterUrl().getPort());
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> metadata = InformerStore.ofObjects();
    private ComponentContext context = new ComponentContext(client(config -> config));

    @BeforeAll
    static void start() {
        server = RealApiServer.start();
    }

    KubernetesComponentsIT() {
        context.bind("metadata", metadata);
    }

    @AfterEach
    void close() {
        context.close();
        wire.close();
    }

    @Test
    void catchesUpAfterALostConnection() throws Exception {
        Secret gone = create("gone");
        create("stays");
        context.watch(secrets(""));
        context.awaitEvents(added("gone"), added("stays"));

        wire.cut();
        server.client().resource(gone).delete();
        create("new");
        wire.reconnect();

        context.awaitEvents("DELETED " + namespace + "/gone", added("new"));
        assertEquals(4, context.events().size(), context.events()::toString);
    }

    @Test
    void catchesUpAfterACompaction() throws Exception {
        Secret gone = create("gone");
        Secret changed = create("changed");
        context.watch(secrets(METADATA));
        context.awaitEvents(added("gone"), added("changed"));

        wire.cut();
        server.client().resource(gone).delete();
        server.client().resource(labelled(changed, "red")).update();
        create("new");
        server.compact();
        server.kill();
        server.restart();
        wire.reconnect();

        context.awaitEvents("DELETED " + namespace + "/gone", "MODIFIED " + namespace + "/changed", added("new"));
        assertEquals(5, context.events().size(), context.events()::toString);
        assertEquals("red", metadata.get(key("changed")).labels().get("team"));
        assertEquals(Set.of(key("changed"), key("new")), Set.copyOf(metadata.keys()));
        assertEquals(2, listsOf("/secrets").size(), "one list at the start and one after the 410");
    }

    @Test
    void continuesAfterAServerCrash() throws Exception {
        Secret spoke = create("spoke");
        context.watch(secrets(""));
        context.awaitEvents(added("spoke"));

        server.kill();
        server.restart();
        server.client().resource(labelled(spoke, "red")).update();
        create("new");

        context.awaitEvents("MODIFIED " + namespace + "/spoke", added("new"));
        assertEquals(3, context.events().size(), context.events()::toString);
    }

    @Test
    void receivesNoContentWithMetadataOnly() throws Exception {
        create("listed", LARGE);
        context.watch(secrets(METADATA));
        context.awaitEvents(added("listed"));
        create("watched", LARGE);
        context.awaitEvents(added("watched"));
        context.send(SECRETS + "?operation=getSecret&metadataOnly=true", null, headers("listed"));
        context.send(
                SECRETS + "?operation=patchSecret&metadataOnly=true",
                map("metadata: {namespace: %s, name: listed, labels: {team: red}}".formatted(namespace)));
        context.awaitEvents("MODIFIED " + namespace + "/listed");

        assertTrue(wire.received() < LARGE, () -> wire.received() + " bytes");
        assertEquals(LARGE, content("listed").length);
        assertEquals("red", metadata.get(key("listed")).labels().get("team"));
    }

    @Test
    void readsManagedFieldsFromMetadata() throws Exception {
        apply("ours", "{kubeconfig: eA==}", "");
        context.watch(secrets(METADATA));

        context.awaitEvents(added("spoke"));
        assertEquals(
                Set.of("f:data.f:kubeconfig"),
                metadata.get(key("spoke")).managedFields().appliedBy("ours"));
    }

    @Test
    void startsWithoutObjects() throws Exception {
        context.watch(secrets(METADATA));
        eventually(() -> metadata.synced().isDone());
        create("spoke");

        context.awaitEvents(added("spoke"));
    }

    @Test
    void readsAllPagesOfAList() throws Exception {
        for (int i = 0; i < 5; i++) {
            create("secret-" + i);
        }

        context.watch(secrets(METADATA + "&pageSize=2"));
        eventually(() -> metadata.synced().isDone());

        context.awaitEvents(
                added("secret-0"), added("secret-1"), added("secret-2"), added("secret-3"), added("secret-4"));
        assertEquals(5, metadata.keys().size());
        assertEquals(3, listsOf("/secrets").size(), requests::toString);
    }

    @Test
    void listsMetadataOfCustomResources() {
        profile("spoke", "Spoke");

        List<?> found = (List<?>) context.send(
                PROFILES + "&operation=listCustomResources&metadataOnly=true&namespaces=" + namespace, null);

        assertEquals(
                List.of(key("spoke")),
                found.stream()
                        .map(object ->
                                ObjectKey.of((PartialObjectMetadata) object).toString())
                        .toList());
    }

    @Test
    void appliesFieldsOfOtherManagersOnlyWithForce() {
        // a store shows writes to what its informers watch
        metadata.newWriter(namespace);
        apply("theirs", "{kubeconfig: dGhlaXJz, more: eA==}", "");

        ConflictException conflict =
                assertThrows(ConflictException.class, () -> apply("ours", "{kubeconfig: b3Vycw==}", "&force=false"));
        assertTrue(conflict.getMessage().contains("theirs"), conflict.getMessage());
        apply("ours", "{kubeconfig: b3Vycw==}", "");

        ManagedFields owners = metadata.get(key("spoke")).managedFields();
        assertEquals(Set.of("f:data.f:kubeconfig"), owners.appliedBy("ours"));
        assertEquals(Set.of("f:data.f:more"), owners.appliedBy("theirs"));
        assertEquals("ours", new String(content("spoke"), StandardCharsets.UTF_8));
    }

    @Test
    void removesFieldsThatAreNoLongerApplied() {
        apply("ours", "{kubeconfig: eA==, more: eA==}", "");

        apply("ours", "{kubeconfig: eA==}", "");

        assertEquals(Set.of("kubeconfig"), read("spoke").getData().keySet());
    }

    @Test
    void appliesCharactersThatYamlReadsDifferently() {
        String text = "\u0001\u007f\u0085\u009f\u00a0\u2028\ufeff\ufffe\uffff" + Character.toString(0x1F680);
        Map<String, Object> labelled = Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("namespace", namespace, "name", "spoke", "annotations", Map.of("display-name", text)));

        HasMetadata first = (HasMetadata) context.send(SECRETS + "?operation=applySecret", labelled);
        HasMetadata second = (HasMetadata) context.send(SECRETS + "?operation=applySecret", labelled);

        assertEquals(Map.of("display-name", text), first.getMetadata().getAnnotations());
        assertEquals(
                first.getMetadata().getResourceVersion(), second.getMetadata().getResourceVersion());
    }

    @Test
    void onlyCreatesWhenApplyingResourceVersion1() {
        Map<String, Object> createOnly = secret("spoke", "resourceVersion: '1'");

        context.send(SECRETS + "?operation=applySecret", createOnly);

        assertThrows(ConflictException.class, () -> context.send(SECRETS + "?operation=applySecret", createOnly));
    }

    @Test
    void failsWithAConflictWhenWritingToAnotherObjectOfThatName() {
        String uid = create("spoke").getMetadata().getUid();
        server.client().resource(read("spoke")).delete();
        create("spoke");
        Map<String, Object> former = secret("spoke", "uid: " + uid);

        assertThrows(ConflictException.class, () -> context.send(SECRETS + "?operation=applySecret", former));
        assertThrows(ConflictException.class, () -> context.send(SECRETS + "?operation=patchSecret", former));
        assertThrows(ConflictException.class, () -> context.send(SECRETS + "?operation=deleteSecret", former));
        assertNotNull(read("spoke"));
    }

    @Test
    void failsWithAConflictWhenApplyingToADeletedObject() {
        Secret gone = create("spoke");
        server.client().resource(gone).delete();

        assertThrows(
                ConflictException.class,
                () -> context.send(
                        SECRETS + "?operation=applySecret",
                        secret("spoke", "uid: " + gone.getMetadata().getUid())));
    }

    @Test
    void failsWithAConflictForAStaleVersion() {
        GenericKubernetesResource stale = profile("spoke", "Spoke");
        server.client().resource(labelled(stale, "red")).update();

        assertThrows(ConflictException.class, () -> context.send(PROFILES + "&operation=updateCustomResource", stale));
        assertThrows(
                ConflictException.class,
                () -> context.send(
                        PROFILES + "&operation=patchCustomResource",
                        map("metadata: {namespace: %s, name: spoke, resourceVersion: '%s'}"
                                .formatted(namespace, stale.getMetadata().getResourceVersion()))));
        stale.getMetadata().setResourceVersion(null);
        assertThrows(ConflictException.class, () -> context.send(PROFILES + "&operation=createCustomResource", stale));
    }

    @Test
    void failsAsInvalidIfTheSchemaForbidsIt() {
        profile("spoke", "Spoke");

        assertThrows(
                InvalidException.class,
                () -> context.send(PROFILES + "&operation=patchCustomResource", map("""
                                metadata: {namespace: %s, name: spoke}
                                spec: {displayName: [no, text]}
                                """.formatted(namespace))));
    }

    @Test
    void deletesImmediatelyOrWhenTheFinalizersAreRemoved() {
        create("plain");
        Secret held = create("held");
        held.getMetadata().setFinalizers(List.of("example.com/theirs"));
        server.client().resource(held).update();

        assertNull(context.send(SECRETS + "?operation=deleteSecret", null, headers("plain")));
        assertNull(context.send(SECRETS + "?operation=deleteSecret", null, headers("plain")));
        HasMetadata kept = (HasMetadata)
                context.send(SECRETS + "?operation=deleteSecret&metadataOnly=true", null, headers("held"));

        assertNotNull(kept.getMetadata().getDeletionTimestamp());
        assertEquals(List.of("example.com/theirs"), kept.getMetadata().getFinalizers());
        context.send(
                SECRETS + "?operation=patchSecret",
                map("metadata: {namespace: %s, name: held, finalizers: []}".formatted(namespace)));
        assertNull(read("held"));
    }

    @Test
    void watchesTextInAnyScript() throws Exception {
        String name = "K\u00fcche \u2013 \u53a8\u623f \ud83c\udf73";
        context.watch(PROFILES + "&namespaces=" + namespace);
        GenericKubernetesResource spoke = profile("spoke", name);
        context.awaitEvents(added("spoke"));
        server.client().resource(labelled(spoke, "red")).update();
        context.awaitEvents("MODIFIED " + namespace + "/spoke");

        context.events()
                .forEach(event ->
                        assertEquals(name, ((GenericKubernetesResource) event.object()).get("spec", "displayName")));
        assertEquals(1, listsOf("/clusterprofiles").size());
    }

    @Test
    void waitsForThePermissionToWatch() throws Exception {
        context.close();
        context = new ComponentContext(client(config -> config.withImpersonateUsername("watcher")));
        context.bind("metadata", metadata);
        create("spoke");

        try (LogCapture log = LogCapture.started()) {
            context.watch(secrets(METADATA));
            eventually(() -> log.lines().stream().anyMatch(line -> line.contains("Cannot watch secrets")));
            assertFalse(metadata.synced().isDone());
            allow("watcher");

            context.awaitEvents(added("spoke"));
            eventually(() -> metadata.synced().isDone());
            List<String> ours = log.lines().stream()
                    .filter(line -> line.contains("Cannot watch"))
                    .toList();
            assertEquals(1, ours.size(), ours::toString);
            assertTrue(ours.get(0).contains("403") && ours.get(0).contains("watcher"), ours.get(0));
        }
    }

    @Test
    void requestsMetadataWithAnySelector() throws Exception {
        Secret listed = create("listed", LARGE);
        server.client().resource(listed).delete();
        listed.getMetadata().setResourceVersion(null);
        listed.getMetadata().setLabels(Map.of("watch", "true"));
        server.client().resource(listed).create();

        context.watch(secrets(METADATA + "&labelSelector=watch%3Dtrue"));

        context.awaitEvents(added("listed"));
        assertTrue(wire.received() < LARGE, () -> wire.received() + " bytes");
    }

    @Test
    void followsATypeThatIsReinstalledInAnotherVersion() throws Exception {
        context.watch("kubernetes-custom-resources:local?crdGroup=example.com&crdVersion=v1alpha1,v1alpha2"
                + "&crdPlural=gadgets&namespaces=" + namespace);
        install(TYPE);
        gadget("v1alpha2", "first");
        context.awaitEvents(added("first"));

        server.client().load(stream(TYPE)).delete();
        context.awaitEvents("DELETED " + namespace + "/first");
        eventually(() -> server.client().raw("/apis/example.com/v1alpha2") == null);
        install(TYPE.replace("v1alpha2", "v1alpha1"));
        gadget("v1alpha1", "second");

        context.awaitEvents(added("second"));
        assertEquals(
                "example.com/v1alpha1",
                context.events().get(context.events().size() - 1).object().getApiVersion());
    }

    /** The controller's own client, through the wire and with a record of its requests. */
    private KubernetesClient client(UnaryOperator<ConfigBuilder> more) {
        ConfigBuilder config;
        try (KubernetesClient usual =
                KubernetesClients.create(server.kubeconfigFile().toString(), () -> true)) {
            config = new ConfigBuilder(usual.getConfiguration()).withMasterUrl("https://127.0.0.1:" + wire.port());
        }
        return new KubernetesClientBuilder()
                .withKubernetesSerialization(ObjectSerialization.byKind(Map.of()))
                .withConfig(more.apply(config).build())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("record", new Interceptor() {
                    @Override
                    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
                        requests.add(request.method() + " " + request.uri());
                    }
                }))
                .build();
    }

    private List<String> listsOf(String path) {
        return requests.stream()
                .filter(request -> request.contains(path + "?") && request.contains("limit="))
                .toList();
    }

    private void allow(String user) {
        server.client()
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(user)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("")
                        .withResources("secrets")
                        .withVerbs("list", "watch")
                        .endRule()
                        .build())
                .create();
        server.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(user)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", user)
                        .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                        .build())
                .create();
    }

    private static void install(String type) {
        server.client().load(stream(type)).create();
        String version = type.contains("v1alpha2") ? "v1alpha2" : "v1alpha1";
        eventually(() -> server.client().raw("/apis/example.com/" + version + "/gadgets") != null);
    }

    private void gadget(String version, String name) {
        server.client()
                .resource(Serialization.unmarshal(
                        """
                        apiVersion: example.com/%s
                        kind: Gadget
                        metadata: {namespace: %s, name: %s}
                        """.formatted(version, namespace, name), GenericKubernetesResource.class))
                .create();
    }

    private static InputStream stream(String yaml) {
        return new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private String secrets(String options) {
        return SECRETS + "?namespaces=" + namespace + options;
    }

    private String key(String name) {
        return namespace + "/" + name;
    }

    private String added(String name) {
        return "ADDED " + key(name);
    }

    private Map<String, Object> headers(String name) {
        return Map.of(
                KubernetesConstants.KUBERNETES_NAMESPACE_NAME, namespace,
                KubernetesConstants.KUBERNETES_SECRET_NAME, name);
    }

    private void apply(String manager, String data, String options) {
        context.send(SECRETS + "?operation=applySecret&fieldManager=" + manager + METADATA + options, map("""
                apiVersion: v1
                kind: Secret
                metadata: {namespace: %s, name: spoke}
                data: %s
                """.formatted(
                        namespace, data)));
    }

    private Map<String, Object> secret(String name, String more) {
        return map("""
                apiVersion: v1
                kind: Secret
                metadata: {namespace: %s, name: %s, %s}
                """.formatted(namespace, name, more));
    }

    private Secret read(String name) {
        return server.client().secrets().inNamespace(namespace).withName(name).get();
    }

    private byte[] content(String name) {
        return Base64.getDecoder().decode(read(name).getData().get("kubeconfig"));
    }

    private Secret create(String name) {
        return create(name, 10);
    }

    private Secret create(String name, int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return server.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .addToData("kubeconfig", Base64.getEncoder().encodeToString(content))
                        .build())
                .create();
    }

    private GenericKubernetesResource profile(String name, String displayName) {
        return server.client()
                .resource(Serialization.unmarshal(
                        """
                apiVersion: multicluster.x-k8s.io/v1alpha1
                kind: ClusterProfile
                metadata: {namespace: %s, name: %s}
                spec: {displayName: "%s", clusterManager: {name: ocm}}
                """.formatted(namespace, name, displayName), GenericKubernetesResource.class))
                .create();
    }

    private static <T extends HasMetadata> T labelled(T object, String team) {
        T copy = Serialization.clone(object);
        copy.getMetadata().setLabels(Map.of("team", team));
        return copy;
    }
}
