package io.projectsveltos.clusterinventory.component.kubernetes;

import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.PROFILES;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.SECRETS;
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
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CustomResourcesComponentTest {

    private static final String CLUSTERS = "kubernetes-custom-resources:local?crdGroup=lib.projectsveltos.io"
            + "&crdVersion=v1beta1&crdPlural=sveltosclusters";
    private static final Map<String, Object> SPOKE = Map.of(
            KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet",
            KubernetesConstants.KUBERNETES_CRD_INSTANCE_NAME, "spoke");

    private final MockApiServer server = MockApiServer.start();
    private final ComponentContext context = new ComponentContext(server.kubeconfigFile());

    @AfterEach
    void close() {
        context.close();
        server.close();
    }

    @Test
    void getsAnObjectNamedByHeadersOrByABody() {
        create("fleet", "spoke");

        assertEquals("fleet/spoke", key(send("get", null, SPOKE)));
        assertEquals("fleet/spoke", key(send("get", profile("fleet", "spoke"))));
        assertEquals("fleet/spoke", key(send("get", PartialObjectMetadata.of("fleet", "spoke", "1"))));
    }

    @Test
    void getsNullForAMissingObject() {
        assertNull(send("get", null, SPOKE));
    }

    @Test
    void readsObjectsAsTheClassOfTheEndpoint() {
        create("fleet", "spoke");

        assertInstanceOf(GenericKubernetesResource.class, send("get", null, SPOKE));
        assertInstanceOf(
                ClusterProfile.class,
                context.send(
                        PROFILES + "&operation=getCustomResource&resourceClass=" + ClusterProfile.class.getName(),
                        null,
                        SPOKE));
        PartialObjectMetadata metadata = (PartialObjectMetadata)
                context.send(PROFILES + "&operation=getCustomResource&metadataOnly=true", null, SPOKE);
        assertFalse(Serialization.asJson(metadata).contains("spec"));
    }

    @Test
    void letsAListenerHearOfWhatTheServerAnswers() {
        RecordingListener heard = new RecordingListener();
        context.camel()
                .getComponent("kubernetes-custom-resources", CustomResourcesComponent.class)
                .setApiServerListener(heard);
        server.failNext("GET", "/clusterprofiles/spoke", 503, 1);

        assertThrows(KubernetesApiException.class, () -> send("get", null, SPOKE));
        send("get", null, SPOKE);

        assertEquals(List.of("503 failed on purpose, after 0 s", "answered"), heard.all());
    }

    @Test
    void letsNoListenerHearOfAnotherServer() {
        RecordingListener heard = new RecordingListener();
        context.camel()
                .getComponent("kubernetes-custom-resources", CustomResourcesComponent.class)
                .setApiServerListener(heard);
        context.camel()
                .getComponent("kubernetes-secrets", SecretsComponent.class)
                .setApiServerListener(heard);
        context.bind("other", server.client());

        context.send(PROFILES + "&kubernetesClient=#other&operation=getCustomResource", null, SPOKE);
        context.send(
                SECRETS + "?kubernetesClient=#other&operation=getSecret",
                null,
                Map.of(
                        KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet",
                        KubernetesConstants.KUBERNETES_SECRET_NAME, "spoke"));

        assertEquals(List.of(), heard.all());
    }

    @Test
    void listsTheWholeClusterOrSomeNamespaces() {
        create("fleet", "spoke");
        create("edge", "spoke");
        create("other", "spoke");

        assertEquals(Set.of("fleet/spoke", "edge/spoke", "other/spoke"), list(""));
        assertEquals(Set.of("fleet/spoke", "edge/spoke"), list("&namespaces=fleet,edge"));
        assertEquals(Set.of("other/spoke"), list("&namespace=other"));
        assertEquals(Set.of("other/spoke"), list("&namespaces=other&metadataOnly=true"));
        assertEquals(Set.of(), list("&namespaces=empty"));
    }

    @Test
    void listsWhatTheLabelSelectorSelects() {
        create("fleet", "plain");
        server.client().resource(typed("fleet", "red", "{team: red}")).create();

        assertEquals(Set.of("fleet/red"), list("&labelSelector=team%3Dred"));
        assertEquals(Set.of("fleet/plain"), list("&labelSelector=team%21%3Dred"));
    }

    @Test
    void createsAnObjectUnderItsFieldManager() {
        GenericKubernetesResource created = (GenericKubernetesResource)
                context.send(PROFILES + "&operation=createCustomResource&fieldManager=ours", profile("fleet", "spoke"));

        assertNotNull(created.getMetadata().getUid());
        assertEquals("Spoke", created.get("spec", "displayName"));
        assertEquals("ours", created.getMetadata().getManagedFields().get(0).getManager());
    }

    @Test
    void creatingWhatExistsIsAConflict() {
        create("fleet", "spoke");

        assertThrows(ConflictException.class, () -> send("create", profile("fleet", "spoke")));
    }

    @Test
    void updatesTheVersionThatItWasGivenAndNoOther() {
        GenericKubernetesResource stale = create("fleet", "spoke");
        GenericKubernetesResource renamed = server.client().resource(stale).edit(object -> labelled(object, "red"));
        renamed.setAdditionalProperty("spec", Map.of("displayName", "Renamed"));

        GenericKubernetesResource updated = (GenericKubernetesResource) send("update", renamed);

        assertEquals("Renamed", updated.get("spec", "displayName"));
        stale.setAdditionalProperty("spec", Map.of("displayName", "Too late"));
        assertThrows(ConflictException.class, () -> send("update", stale));
    }

    @Test
    void patchesWhatThePatchNamesAlone() {
        create("fleet", "spoke");

        GenericKubernetesResource patched = (GenericKubernetesResource)
                send("patch", map("metadata: {namespace: fleet, name: spoke, finalizers: [example.com/ours]}"));

        assertEquals(List.of("example.com/ours"), patched.getMetadata().getFinalizers());
        assertEquals("Spoke", patched.get("spec", "displayName"));
    }

    @Test
    void patchingAStaleVersionIsAConflict() {
        create("fleet", "spoke");

        assertThrows(
                ConflictException.class,
                () -> send("patch", map("metadata: {namespace: fleet, name: spoke, resourceVersion: '1'}")));
    }

    @Test
    void patchingAMissingObjectIsNotFound() {
        assertThrows(NotFoundException.class, () -> send("patch", map("metadata: {namespace: fleet, name: spoke}")));
    }

    @Test
    void applyCreatesThenChangesNothing() {
        HasMetadata created = (HasMetadata) send("apply", profile("fleet", "spoke"));
        HasMetadata again = (HasMetadata) send("apply", profile("fleet", "spoke"));

        assertEquals(
                created.getMetadata().getResourceVersion(), again.getMetadata().getResourceVersion());
        assertEquals("camel", again.getMetadata().getManagedFields().get(0).getManager());
    }

    @Test
    void applyWithResourceVersion1OnlyCreates() {
        Map<String, Object> createOnly = map("""
                apiVersion: multicluster.x-k8s.io/v1alpha1
                kind: ClusterProfile
                metadata: {namespace: fleet, name: spoke, resourceVersion: '1'}
                spec: {displayName: Spoke}
                """);

        send("apply", createOnly);

        assertThrows(ConflictException.class, () -> send("apply", createOnly));
    }

    @Test
    void applyTakesFieldsOverUnlessForceIsOff() {
        create("fleet", "spoke");
        Map<String, Object> renamed = map("""
                apiVersion: multicluster.x-k8s.io/v1alpha1
                kind: ClusterProfile
                metadata: {namespace: fleet, name: spoke}
                spec: {displayName: Renamed}
                """);

        assertThrows(
                ConflictException.class,
                () -> context.send(PROFILES + "&operation=applyCustomResource&force=false", renamed));
        GenericKubernetesResource applied = (GenericKubernetesResource) send("apply", renamed);

        assertEquals("Renamed", applied.get("spec", "displayName"));
    }

    @Test
    void appliesToTheVersionOfTheObjectItself() {
        context.send(
                "kubernetes-custom-resources:local?operation=applyCustomResource&crdGroup=lib.projectsveltos.io"
                        + "&crdVersion=v1alpha1,v1beta1&crdPlural=sveltosclusters",
                map("""
                        apiVersion: lib.projectsveltos.io/v1beta1
                        kind: SveltosCluster
                        metadata: {namespace: fleet, name: spoke}
                        """));

        assertTrue(server.requests()
                .contains("PATCH /apis/lib.projectsveltos.io/v1beta1/namespaces/fleet/sveltosclusters/spoke"
                        + "?fieldManager=camel&force=true"));
    }

    @Test
    void findsAnObjectNamedByHeadersInTheVersionThatTheServerHas() {
        String uri = CLUSTERS.replace("v1beta1", "v1alpha1,v1beta1");
        context.send(CLUSTERS + "&operation=applyCustomResource", map("""
                apiVersion: lib.projectsveltos.io/v1beta1
                kind: SveltosCluster
                metadata: {namespace: fleet, name: spoke}
                """));

        Object found = context.send(uri + "&operation=getCustomResource&metadataOnly=true", null, SPOKE);

        assertEquals("fleet/spoke", key(found));
        assertEquals("fleet/spoke", key(context.send(uri + "&operation=getCustomResource", found)));
        context.send(uri + "&operation=deleteCustomResource", null, SPOKE);
        assertNull(context.send(CLUSTERS + "&operation=getCustomResource", null, SPOKE));
    }

    @Test
    void reportsAServerThatDoesNotTellItsTypesAsEveryOtherRefusal() {
        server.failNext("GET", "/v1alpha1$", 500, 1);

        String uri = PROFILES.replace("v1alpha1", "v1alpha1,v1alpha2") + "&operation=listCustomResources";
        KubernetesApiException refusal = assertThrows(KubernetesApiException.class, () -> context.send(uri, null));

        assertEquals(500, refusal.code());
    }

    @Test
    void deletesAnObjectAndAnswersNull() {
        GenericKubernetesResource spoke = create("fleet", "spoke");

        assertNull(send("delete", spoke));

        assertNull(send("get", null, SPOKE));
    }

    @Test
    void deletesByHeadersWhateverTheUid() {
        create("fleet", "spoke");

        assertNull(send("delete", null, SPOKE));

        assertNull(send("get", null, SPOKE));
    }

    @Test
    void deletingAMissingObjectIsDoneAlready() {
        assertNull(send("delete", null, SPOKE));
    }

    @Test
    void deletingAnotherObjectOfThatNameIsAConflict() {
        create("fleet", "spoke");

        assertThrows(
                ConflictException.class,
                () -> send("delete", map("metadata: {namespace: fleet, name: spoke, uid: of-the-one-before}")));
        assertNotNull(send("get", null, SPOKE));
    }

    @Test
    void deletingAnObjectThatHasChangedSinceItWasLookedAtIsAConflict() {
        GenericKubernetesResource seen = create("fleet", "spoke");
        server.client().resource(seen).edit(object -> labelled(object, "now it is mine"));

        assertThrows(ConflictException.class, () -> send("delete", seen));
        assertNotNull(send("get", null, SPOKE));
        assertNull(send("delete", send("get", null, SPOKE)));
        assertNull(send("get", null, SPOKE));
    }

    @Test
    void answersADeletionWithWhatFinalizersKeep() {
        GenericKubernetesResource spoke = typed("fleet", "spoke", "{}");
        spoke.getMetadata().setFinalizers(List.of("example.com/theirs"));
        server.client().resource(spoke).create();

        HasMetadata kept = (HasMetadata) send("delete", null, SPOKE);

        assertNotNull(kept.getMetadata().getDeletionTimestamp());
        assertEquals(List.of("example.com/theirs"), kept.getMetadata().getFinalizers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "delete", "create", "update", "patch", "apply"})
    void saysWhatIsMissingWithoutObjectAndHeaders(String verb) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> send(verb, null));

        assertTrue(refusal.getMessage().contains(KubernetesConstants.KUBERNETES_NAMESPACE_NAME), refusal.getMessage());
        assertTrue(
                refusal.getMessage().contains(KubernetesConstants.KUBERNETES_CRD_INSTANCE_NAME), refusal.getMessage());
    }

    @Test
    void namesTheOperationsOverOneItDoesNotKnow() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> context.send(PROFILES + "&operation=scaleCustomResource", profile("fleet", "spoke")));

        assertTrue(refusal.getMessage().contains("Unsupported operation scaleCustomResource"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("apply"), refusal.getMessage());
    }

    @Test
    void takesTheOperationFromAHeaderToo() {
        create("fleet", "spoke");

        assertNotNull(context.send(
                PROFILES,
                profile("fleet", "spoke"),
                Map.of(KubernetesConstants.KUBERNETES_OPERATION, "getCustomResource")));
        assertThrows(IllegalArgumentException.class, () -> context.send(PROFILES, profile("fleet", "spoke")));
    }

    @Test
    void leavesATypeNamedByHeadersToTheStockProducer() {
        create("fleet", "spoke");

        Object found = context.send(
                "kubernetes-custom-resources:local?operation=listCustomResources",
                null,
                Map.of(
                        KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet",
                        KubernetesConstants.KUBERNETES_CRD_NAME, "clusterprofiles.multicluster.x-k8s.io",
                        KubernetesConstants.KUBERNETES_CRD_GROUP, "multicluster.x-k8s.io",
                        KubernetesConstants.KUBERNETES_CRD_SCOPE, "Namespaced",
                        KubernetesConstants.KUBERNETES_CRD_VERSION, "v1alpha1",
                        KubernetesConstants.KUBERNETES_CRD_PLURAL, "clusterprofiles"));

        assertEquals(1, assertInstanceOf(List.class, found).size());
    }

    @Test
    void refusesToWatchATypeThatTheUriDoesNotName() {
        FailedToStartRouteException refusal = assertThrows(
                FailedToStartRouteException.class, () -> context.watch("kubernetes-custom-resources:local"));

        assertTrue(refusal.getMessage().contains("crdGroup, crdVersion and crdPlural"), refusal.getMessage());
    }

    @Test
    void refusesAnOptionThatItDoesNotKnow() {
        assertThrows(ResolveEndpointFailedException.class, () -> context.camel()
                .getEndpoint(PROFILES + "&labelSelektor=team%3Dred"));
    }

    @Test
    void sendsEachChangeWithItsActionAndTime() throws Exception {
        context.watch(PROFILES);
        GenericKubernetesResource spoke = create("fleet", "spoke");
        context.awaitEvents("ADDED fleet/spoke");

        server.client().resource(spoke).edit(object -> labelled(object, "red"));
        context.awaitEvents("MODIFIED fleet/spoke");
        server.client().resource(spoke).delete();
        context.awaitEvents("DELETED fleet/spoke");

        assertEquals(
                List.of(Action.ADDED, Action.MODIFIED, Action.DELETED),
                context.events().stream()
                        .map(event -> event.headers().get(KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION))
                        .toList());
        assertInstanceOf(
                Long.class, context.events().get(0).headers().get(KubernetesConstants.KUBERNETES_EVENT_TIMESTAMP));
        assertInstanceOf(
                GenericKubernetesResource.class, context.events().get(0).object());
        assertEquals(
                "red",
                context.events().get(1).object().getMetadata().getLabels().get("team"));
    }

    @Test
    void sendsWhatIsThereAlreadyAsAdded() throws Exception {
        create("edge", "spoke");
        create("fleet", "spoke");

        context.watch(PROFILES);

        context.awaitEvents("ADDED edge/spoke", "ADDED fleet/spoke");
    }

    @Test
    void sendsObjectsOfTheClassOfTheEndpoint() throws Exception {
        context.watch(PROFILES + "&resourceClass=" + ClusterProfile.class.getName());
        create("fleet", "listed-or-watched");
        context.awaitEvents("ADDED fleet/listed-or-watched");
        create("fleet", "watched");
        context.awaitEvents("ADDED fleet/watched");

        context.events().forEach(event -> assertInstanceOf(ClusterProfile.class, event.object()));
    }

    @Test
    void sendsMetadataAloneWhenAskedTo() throws Exception {
        create("fleet", "listed");
        context.watch(PROFILES + "&metadataOnly=true");
        context.awaitEvents("ADDED fleet/listed");
        create("fleet", "watched");
        context.awaitEvents("ADDED fleet/watched");

        context.events()
                .forEach(event ->
                        assertFalse(Serialization.asJson(event.object()).contains("Spoke")));
        PartialObjectMetadata metadata =
                (PartialObjectMetadata) context.events().get(0).object();
        assertFalse(metadata.managedFields().owners().isEmpty());
    }

    @Test
    void watchesTheNamespacesThatItIsGivenAlone() throws Exception {
        InformerStore<GenericKubernetesResource, ?> store = InformerStore.ofObjects();
        context.bind("profiles", store);
        create("fleet", "spoke");
        create("other", "spoke");

        context.watch(PROFILES + "&namespaces=fleet,edge&store=#profiles");
        eventually(() -> store.synced().isDone());
        create("other", "second");
        create("edge", "spoke");
        create("fleet", "second");

        context.awaitEvents("ADDED fleet/spoke", "ADDED edge/spoke", "ADDED fleet/second");
        assertEquals(Set.of("fleet/spoke", "edge/spoke", "fleet/second"), Set.copyOf(store.keys()));
        assertEquals(3, context.events().size());
        assertTrue(watchRequests().stream().noneMatch(request -> request.contains("/v1alpha1/clusterprofiles")));
    }

    @Test
    void hasTheServerEvaluateSelectors() throws Exception {
        server.client().resource(typed("fleet", "red", "{team: red}")).create();
        server.client().resource(typed("fleet", "hidden", "{team: red}")).create();
        create("fleet", "plain");

        context.watch(PROFILES + "&labelSelector=team%3Dred,other!%3Dx&pageSize=7"
                + "&fieldSelector=metadata.name!%3Dhidden,%20metadata.name!%3Dobscure,metadata.namespace%3Dfleet");
        context.awaitEvents("ADDED fleet/red");
        server.client().resource(typed("fleet", "late", "{team: red}")).create();
        context.awaitEvents("ADDED fleet/late");

        assertEquals(List.of("ADDED fleet/red", "ADDED fleet/late"), strings(context.events()));
        for (String request : List.of(listRequests().get(0), watchRequests().get(0))) {
            String query = URLDecoder.decode(request, StandardCharsets.UTF_8);
            assertTrue(query.contains("labelSelector=team=red,other!=x"), query);
            assertTrue(query.contains("metadata.name!=hidden"), query);
            assertTrue(query.contains("metadata.name!=obscure"), query);
            assertTrue(query.contains("metadata.namespace=fleet"), query);
        }
        assertTrue(listRequests().get(0).contains("limit=7"), listRequests()::toString);
    }

    @Test
    void sendsAnObjectThatLeavesTheSelectorAsDeleted() throws Exception {
        GenericKubernetesResource red =
                server.client().resource(typed("fleet", "red", "{team: red}")).create();
        context.watch(PROFILES + "&labelSelector=team%3Dred");
        context.awaitEvents("ADDED fleet/red");

        server.client().resource(red).edit(object -> labelled(object, "blue"));

        context.awaitEvents("DELETED fleet/red");
    }

    @Test
    void keepsTheStoreAtWhatTheServerHas() throws Exception {
        InformerStore<GenericKubernetesResource, GenericKubernetesResource> store = InformerStore.ofObjects();
        context.bind("profiles", store);
        GenericKubernetesResource spoke = create("fleet", "spoke");

        assertFalse(store.synced().isDone());
        context.watch(PROFILES + "&store=#profiles");
        eventually(() -> store.synced().isDone());
        assertEquals("Spoke", store.get("fleet/spoke").get("spec", "displayName"));

        create("fleet", "second");
        server.client().resource(spoke).delete();
        eventually(() -> store.keys().equals(List.of("fleet/second")));
    }

    @Test
    void isSyncedWithAnEmptyClusterToo() throws Exception {
        InformerStore<PartialObjectMetadata, ?> store = InformerStore.ofVersions();
        context.bind("versions", store);

        context.watch(PROFILES + "&metadataOnly=true&store=#versions");

        eventually(() -> store.synced().isDone());
        assertEquals(List.of(), store.keys());
    }

    @Test
    void showsWritesInTheStoreAtOnce() throws Exception {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = InformerStore.ofObjects();
        context.bind("clusters", store);
        String uri = CLUSTERS + "&metadataOnly=true&store=#clusters";
        context.watch(uri);
        eventually(() -> store.synced().isDone());

        Object answer = context.send(uri + "&operation=applyCustomResource", map("""
                apiVersion: lib.projectsveltos.io/v1beta1
                kind: SveltosCluster
                metadata: {namespace: fleet, name: spoke, labels: {team: red}}
                """));

        assertEquals("red", store.get("fleet/spoke").labels().get("team"));
        assertEquals(
                ((HasMetadata) answer).getMetadata().getResourceVersion(),
                store.get("fleet/spoke").getMetadata().getResourceVersion());
    }

    @Test
    void leavesTheStoreAsItWasWhenAWriteIsRefused() {
        InformerStore<GenericKubernetesResource, ?> store = InformerStore.ofObjects();
        context.bind("profiles", store);
        create("fleet", "spoke");

        assertThrows(
                ConflictException.class,
                () -> context.send(
                        PROFILES + "&store=#profiles&operation=createCustomResource", profile("fleet", "spoke")));

        assertEquals(List.of(), store.keys());
    }

    private List<String> watchRequests() {
        return requests(true);
    }

    private List<String> listRequests() {
        return requests(false);
    }

    private List<String> requests(boolean watch) {
        return server.requests().stream()
                .filter(request -> request.startsWith("GET ") && request.contains("/clusterprofiles?"))
                .filter(request -> request.contains("watch=true") == watch)
                .toList();
    }

    private Object send(String verb, Object body) {
        return send(verb, body, Map.of());
    }

    private Object send(String verb, Object body, Map<String, Object> headers) {
        return context.send(PROFILES + "&operation=" + verb + "CustomResource", body, headers);
    }

    private Set<String> list(String options) {
        List<?> found = (List<?>) context.send(PROFILES + "&operation=listCustomResources" + options, null);
        return found.stream().map(CustomResourcesComponentTest::key).collect(Collectors.toSet());
    }

    private GenericKubernetesResource create(String namespace, String name) {
        return server.client().resource(typed(namespace, name, "{}")).create();
    }

    private static GenericKubernetesResource labelled(GenericKubernetesResource object, String team) {
        object.getMetadata().setLabels(Map.of("team", team));
        return object;
    }

    private static Map<String, Object> profile(String namespace, String name) {
        return map(yaml(namespace, name, "{}"));
    }

    private static GenericKubernetesResource typed(String namespace, String name, String labels) {
        return Serialization.unmarshal(yaml(namespace, name, labels), GenericKubernetesResource.class);
    }

    private static String yaml(String namespace, String name, String labels) {
        return """
                apiVersion: multicluster.x-k8s.io/v1alpha1
                kind: ClusterProfile
                metadata: {namespace: %s, name: %s, labels: %s}
                spec: {displayName: Spoke}
                """.formatted(namespace, name, labels);
    }

    private static String key(Object object) {
        return ObjectKey.of((HasMetadata) object).toString();
    }
}
