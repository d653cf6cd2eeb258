package io.projectsveltos.clusterinventory.component.kubernetes;

import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.eventually;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.map;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.strings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What both Kubernetes components have in common: the operations of their producer, and their consumer. */
@Timeout(120)
@ParameterizedClass
@FieldSource("COMPONENTS")
class ResourceComponentContractTest {

    private static final String CONTENT = "U3Bva2U=";
    private static final String OTHER_CONTENT = "b3RoZXI=";
    private static final String SPOKE_METADATA = "{namespace: fleet, name: spoke}";

    /** A component, and a resource type to access through it. */
    record Component(
            String uri,
            String kind,
            Class<? extends HasMetadata> resourceClass,
            String plural,
            String contentField,
            String nameHeader,
            String actionHeader,
            String yaml) {

        @Override
        public String toString() {
            return kind;
        }
    }

    static final List<Component> COMPONENTS = List.of(
            new Component(
                    ComponentContext.PROFILES,
                    "CustomResource",
                    GenericKubernetesResource.class,
                    "clusterprofiles",
                    "f:spec.f:displayName",
                    KubernetesConstants.KUBERNETES_CRD_INSTANCE_NAME,
                    KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION,
                    """
                    apiVersion: multicluster.x-k8s.io/v1alpha1
                    kind: ClusterProfile
                    metadata: %s
                    spec: {displayName: %s}
                    """),
            new Component(
                    ComponentContext.SECRETS,
                    "Secret",
                    Secret.class,
                    "secrets",
                    "f:data.f:kubeconfig",
                    KubernetesConstants.KUBERNETES_SECRET_NAME,
                    KubernetesConstants.KUBERNETES_EVENT_ACTION,
                    """
                    apiVersion: v1
                    kind: Secret
                    metadata: %s
                    data: {kubeconfig: %s}
                    """));

    @AutoClose
    private final MockApiServer server = MockApiServer.start();

    @AutoClose
    private final ComponentContext context = new ComponentContext(server.kubeconfigFile());

    private final RecordingListener listener = new RecordingListener();

    @Parameter
    Component component;

    @Test
    void getsAnObjectNamedByHeadersOrBody() {
        create("fleet", "spoke");

        for (Object found : List.of(
                get(),
                send("get", map("metadata: " + SPOKE_METADATA)),
                send("get", PartialObjectMetadata.of("fleet", "spoke", "1")))) {
            assertInstanceOf(component.resourceClass(), found);
            assertEquals("fleet/spoke", ObjectKey.of((HasMetadata) found).toString());
            assertHasContent(CONTENT, found);
        }
    }

    @Test
    void returnsNullForAMissingObject() {
        assertNull(get());
        assertNull(send("delete", null, spoke()));
    }

    @Test
    void getsOnlyMetadataIfConfigured() {
        create("fleet", "spoke");

        Object metadata = context.send(operation("get") + "&metadataOnly=true", null, spoke());

        assertInstanceOf(PartialObjectMetadata.class, metadata);
        assertHasNoContent(metadata);
    }

    @Test
    void reportsTheOutcomeOfEachRequestToTheListener() {
        context.setApiServerListener(listener);
        server.failNext("GET", "/" + component.plural() + "/spoke", 503, 1);

        assertThrows(KubernetesApiException.class, this::get);
        get();

        assertEquals(List.of("503 failed on purpose, after 0 s", "available"), listener.outcomes());
    }

    @Test
    void doesNotReportRequestsToAnotherServer() {
        context.setApiServerListener(listener);
        context.bind("other", server.client());

        context.send(operation("get") + "&kubernetesClient=#other", null, spoke());

        assertEquals(List.of(), listener.outcomes());
    }

    @Test
    void patchesOnlyTheFieldsOfThePatch() {
        create("fleet", "spoke");

        HasMetadata patched = (HasMetadata)
                send("patch", map("metadata: {namespace: fleet, name: spoke, finalizers: [example.com/ours]}"));

        assertEquals(List.of("example.com/ours"), patched.getMetadata().getFinalizers());
        assertHasContent(CONTENT, patched);
    }

    @Test
    void failsWithAConflictWhenPatchingAStaleVersion() {
        create("fleet", "spoke");

        assertThrows(
                ConflictException.class,
                () -> send("patch", map("metadata: {namespace: fleet, name: spoke, resourceVersion: '1'}")));
    }

    @Test
    void failsWithNotFoundWhenPatchingAMissingObject() {
        assertThrows(NotFoundException.class, () -> send("patch", map("metadata: " + SPOKE_METADATA)));
    }

    @Test
    void appliesAnObjectOnceAndThenChangesNothing() {
        HasMetadata created = (HasMetadata) send("apply", map(yaml(SPOKE_METADATA, CONTENT)));
        HasMetadata again = (HasMetadata) send("apply", map(yaml(SPOKE_METADATA, CONTENT)));

        assertHasContent(CONTENT, created);
        assertEquals(
                created.getMetadata().getResourceVersion(), again.getMetadata().getResourceVersion());
        assertEquals("camel", again.getMetadata().getManagedFields().get(0).getManager());
    }

    @Test
    void appliesAModelObject() {
        HasMetadata applied = (HasMetadata) send("apply", object("fleet", "spoke", "{}"));

        assertHasContent(CONTENT, applied);
        assertNotNull(applied.getMetadata().getUid());
    }

    @Test
    void onlyCreatesWhenApplyingResourceVersion1() {
        Map<String, Object> createOnly = map(yaml("{namespace: fleet, name: spoke, resourceVersion: '1'}", CONTENT));

        send("apply", createOnly);

        assertThrows(ConflictException.class, () -> send("apply", createOnly));
    }

    @Test
    void takesOverFieldsOfOtherManagersUnlessForceIsOff() {
        create("fleet", "spoke");
        Map<String, Object> changed = map(yaml(SPOKE_METADATA, OTHER_CONTENT));

        assertThrows(ConflictException.class, () -> context.send(operation("apply") + "&force=false", changed));
        send("apply", changed);

        assertHasContent(OTHER_CONTENT, get());
    }

    @Test
    void showsAWriteInTheStoreImmediately() {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = InformerStore.ofObjects();
        // a store shows writes only in namespaces that an informer watches
        store.newWriter("fleet");
        context.bind("objects", store);

        Object applied = context.send(
                operation("apply") + "&metadataOnly=true&store=#objects&fieldManager=ours",
                map(yaml(SPOKE_METADATA, CONTENT)));

        assertEquals(applied, store.get("fleet/spoke"));
        assertEquals(
                Set.of(component.contentField()),
                store.get("fleet/spoke").managedFields().appliedBy("ours"));
        assertHasContent(CONTENT, get());
    }

    @Test
    void leavesTheStoreUnchangedWhenAWriteIsRefused() {
        InformerStore<HasMetadata, ?> store = InformerStore.ofObjects();
        store.newWriter("fleet");
        context.bind("objects", store);
        create("fleet", "spoke");

        assertThrows(
                ConflictException.class,
                () -> context.send(
                        operation("apply") + "&force=false&store=#objects", map(yaml(SPOKE_METADATA, OTHER_CONTENT))));

        assertEquals(List.of(), store.keys());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deletesAnObjectAndReturnsNull(boolean namedByHeaders) {
        HasMetadata spoke = create("fleet", "spoke");

        assertNull(namedByHeaders ? send("delete", null, spoke()) : send("delete", spoke));

        assertNull(get());
    }

    @Test
    void failsWithAConflictWhenDeletingAnotherObjectOfThatName() {
        create("fleet", "spoke");

        assertThrows(
                ConflictException.class,
                () -> send("delete", map("metadata: {namespace: fleet, name: spoke, uid: of-the-previous-one}")));
        assertNotNull(get());
    }

    @Test
    void failsWithAConflictWhenDeletingAStaleVersion() {
        HasMetadata stale = create("fleet", "spoke");
        label(stale, "red");

        assertThrows(ConflictException.class, () -> send("delete", stale));
        assertNotNull(get());
        assertNull(send("delete", get()));
        assertNull(get());
    }

    @Test
    void returnsADeletedObjectThatFinalizersKeep() {
        HasMetadata spoke = object("fleet", "spoke", "{}");
        spoke.getMetadata().setFinalizers(List.of("example.com/theirs"));
        server.client().resource(spoke).create();

        HasMetadata kept = (HasMetadata) send("delete", null, spoke());

        assertNotNull(kept.getMetadata().getDeletionTimestamp());
        assertEquals(List.of("example.com/theirs"), kept.getMetadata().getFinalizers());
    }

    @Test
    void deletesNothingWithoutAName() {
        create("fleet", "spoke");

        assertThrows(
                IllegalArgumentException.class,
                () -> send(
                        "delete",
                        null,
                        Map.of(KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet", component.nameHeader(), "")));

        assertTrue(server.requests().stream().noneMatch(request -> request.startsWith("DELETE")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "delete", "patch", "apply"})
    void namesTheHeadersWhenBothBodyAndHeadersAreMissing(String verb) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> send(verb, null));

        assertTrue(refusal.getMessage().contains(KubernetesConstants.KUBERNETES_NAMESPACE_NAME), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(component.nameHeader()), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"patch", "apply"})
    void refusesToWriteWithoutAnObject(String verb) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> send(verb, null, spoke()));

        assertTrue(refusal.getMessage().contains("No object in the body"), refusal.getMessage());
        assertThrows(IllegalArgumentException.class, () -> send(verb, "text", spoke()));
    }

    @Test
    void readsTheOperationFromAHeader() {
        create("fleet", "spoke");
        Map<String, Object> spoke = map("metadata: " + SPOKE_METADATA);

        assertNotNull(context.send(
                component.uri(), spoke, Map.of(KubernetesConstants.KUBERNETES_OPERATION, "get" + component.kind())));
        assertThrows(IllegalArgumentException.class, () -> context.send(component.uri(), spoke));
    }

    @Test
    void refusesAnUnknownOption() {
        assertThrows(ResolveEndpointFailedException.class, () -> context.camel()
                .getEndpoint(uri("labelSelektor=team%3Dred")));
    }

    @Test
    void sendsEachChangeWithActionAndTime() throws Exception {
        context.watch(component.uri());
        HasMetadata spoke = create("fleet", "spoke");
        context.awaitEvents("ADDED fleet/spoke");

        label(spoke, "red");
        context.awaitEvents("MODIFIED fleet/spoke");
        server.client().resource(spoke).delete();
        context.awaitEvents("DELETED fleet/spoke");

        assertEquals(
                List.of(Action.ADDED, Action.MODIFIED, Action.DELETED),
                context.events().stream()
                        .map(event -> event.headers().get(component.actionHeader()))
                        .toList());
        assertInstanceOf(
                Long.class, context.events().get(0).headers().get(KubernetesConstants.KUBERNETES_EVENT_TIMESTAMP));
        HasMetadata modified = context.events().get(1).object();
        assertInstanceOf(component.resourceClass(), modified);
        assertHasContent(CONTENT, modified);
        assertEquals("red", modified.getMetadata().getLabels().get("team"));
    }

    @Test
    void sendsExistingObjectsAsAdded() throws Exception {
        create("edge", "spoke");
        create("fleet", "spoke");

        context.watch(component.uri());

        context.awaitEvents("ADDED edge/spoke", "ADDED fleet/spoke");
    }

    @Test
    void sendsOnlyMetadataIfConfigured() throws Exception {
        create("fleet", "listed");
        watch("metadataOnly=true");
        context.awaitEvents("ADDED fleet/listed");
        HasMetadata watched = create("fleet", "watched", "{team: red}");
        context.awaitEvents("ADDED fleet/watched");
        server.client().resource(watched).delete();
        context.awaitEvents("DELETED fleet/watched");

        context.events().forEach(event -> assertHasNoContent(event.object()));
        PartialObjectMetadata added =
                (PartialObjectMetadata) context.events().get(1).object();
        assertEquals(Map.of("team", "red"), added.labels());
        assertFalse(added.managedFields().owners().isEmpty());
    }

    @Test
    void watchesOnlyTheConfiguredNamespaces() throws Exception {
        InformerStore<PartialObjectMetadata, String> store = InformerStore.ofVersions();
        context.bind("versions", store);
        HasMetadata spoke = create("fleet", "spoke");
        create("other", "spoke");

        watch("namespaces=fleet,edge&metadataOnly=true&store=#versions");
        eventually(() -> store.synced().isDone());
        create("other", "second");
        create("edge", "spoke");
        create("fleet", "second");

        context.awaitEvents("ADDED fleet/spoke", "ADDED edge/spoke", "ADDED fleet/second");
        assertEquals(3, context.events().size());
        assertEquals(Set.of("fleet/spoke", "edge/spoke", "fleet/second"), Set.copyOf(store.keys()));
        assertEquals(spoke.getMetadata().getResourceVersion(), store.get("fleet/spoke"));
        assertFalse(requests("watch=true").isEmpty());
        assertTrue(requests("watch=true").stream().allMatch(request -> request.contains("/namespaces/")));
    }

    @Test
    void sendsSelectorsToTheServer() throws Exception {
        create("fleet", "red", "{team: red}");
        create("fleet", "hidden", "{team: red}");
        create("fleet", "plain");

        watch("labelSelector=team%3Dred,other!%3Dx&pageSize=7"
                + "&fieldSelector=metadata.name!%3Dhidden,%20metadata.name!%3Dobscure,metadata.namespace%3Dfleet");
        context.awaitEvents("ADDED fleet/red");
        create("fleet", "late", "{team: red}");
        context.awaitEvents("ADDED fleet/late");

        assertEquals(List.of("ADDED fleet/red", "ADDED fleet/late"), strings(context.events()));
        for (String request :
                List.of(requests("limit=7").get(0), requests("watch=true").get(0))) {
            String query = URLDecoder.decode(request, StandardCharsets.UTF_8);
            assertTrue(query.contains("labelSelector=team=red,other!=x"), query);
            assertTrue(query.contains("metadata.name!=hidden"), query);
            assertTrue(query.contains("metadata.name!=obscure"), query);
            assertTrue(query.contains("metadata.namespace=fleet"), query);
        }
    }

    @Test
    void sendsAnObjectThatLeavesTheSelectorAsDeleted() throws Exception {
        HasMetadata red = create("fleet", "red", "{team: red}");
        watch("labelSelector=team%3Dred");
        context.awaitEvents("ADDED fleet/red");

        label(red, "blue");

        context.awaitEvents("DELETED fleet/red");
    }

    @Test
    void keepsTheStoreInSyncWithTheServer() throws Exception {
        InformerStore<HasMetadata, HasMetadata> store = InformerStore.ofObjects();
        context.bind("objects", store);
        HasMetadata spoke = create("fleet", "spoke");

        assertFalse(store.synced().isDone());
        watch("store=#objects");
        eventually(() -> store.synced().isDone());
        assertHasContent(CONTENT, store.get("fleet/spoke"));

        create("fleet", "second");
        server.client().resource(spoke).delete();
        eventually(() -> store.keys().equals(List.of("fleet/second")));
    }

    @Test
    void syncsWithAnEmptyCluster() throws Exception {
        InformerStore<PartialObjectMetadata, ?> store = InformerStore.ofVersions();
        context.bind("versions", store);

        watch("metadataOnly=true&store=#versions");

        eventually(() -> store.synced().isDone());
        assertEquals(List.of(), store.keys());
    }

    private String uri(String options) {
        return component.uri() + (component.uri().contains("?") ? "&" : "?") + options;
    }

    private String operation(String verb) {
        return uri("operation=" + verb + component.kind());
    }

    private void watch(String options) throws Exception {
        context.watch(uri(options));
    }

    private Object send(String verb, Object body) {
        return send(verb, body, Map.of());
    }

    private Object send(String verb, Object body, Map<String, Object> headers) {
        return context.send(operation(verb), body, headers);
    }

    private Object get() {
        return send("get", null, spoke());
    }

    private Map<String, Object> spoke() {
        return Map.of(KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet", component.nameHeader(), "spoke");
    }

    private List<String> requests(String parameter) {
        return server.requests().stream()
                .filter(request -> request.startsWith("GET ") && request.contains("/" + component.plural() + "?"))
                .filter(request -> request.contains(parameter))
                .toList();
    }

    private HasMetadata create(String namespace, String name) {
        return create(namespace, name, "{}");
    }

    private HasMetadata create(String namespace, String name, String labels) {
        return server.client().resource(object(namespace, name, labels)).create();
    }

    private void label(HasMetadata object, String team) {
        server.client().resource(object).edit(current -> {
            current.getMetadata().setLabels(Map.of("team", team));
            return current;
        });
    }

    private HasMetadata object(String namespace, String name, String labels) {
        String metadata = "{namespace: %s, name: %s, labels: %s}".formatted(namespace, name, labels);
        return Serialization.unmarshal(yaml(metadata, CONTENT), component.resourceClass());
    }

    private String yaml(String metadata, String content) {
        return component.yaml().formatted(metadata, content);
    }

    private static void assertHasContent(String content, Object object) {
        assertTrue(Serialization.asJson(object).contains(content), () -> Serialization.asJson(object));
    }

    private static void assertHasNoContent(Object object) {
        assertFalse(Serialization.asJson(object).contains(CONTENT), () -> Serialization.asJson(object));
    }
}
