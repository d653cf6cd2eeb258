package io.projectsveltos.clusterinventory.component.kubernetes;

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

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SecretsComponentTest {

    private static final String CONTENT = "c2VjcmV0";
    private static final Map<String, Object> SPOKE = Map.of(
            KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet",
            KubernetesConstants.KUBERNETES_SECRET_NAME, "spoke");

    private final MockApiServer server = MockApiServer.start();
    private final ComponentContext context = new ComponentContext(server.kubeconfigFile());

    @AfterEach
    void close() {
        context.close();
        server.close();
    }

    @Test
    void getsASecretNamedByHeadersOrByABody() {
        create("fleet", "spoke");

        Secret named = (Secret) send("getSecret", null, SPOKE);
        Secret given = (Secret) send("getSecret", map("metadata: {namespace: fleet, name: spoke}"), Map.of());

        assertEquals(CONTENT, named.getData().get("kubeconfig"));
        assertEquals(named, given);
    }

    @Test
    void getsNullForAMissingSecret() {
        assertNull(send("getSecret", null, SPOKE));
    }

    @Test
    void getsNoContentWhenAskedForMetadata() {
        create("fleet", "spoke");

        Object metadata = context.send(SECRETS + "?operation=getSecret&metadataOnly=true", null, SPOKE);

        assertInstanceOf(PartialObjectMetadata.class, metadata);
        assertFalse(Serialization.asJson(metadata).contains(CONTENT));
    }

    @Test
    void appliesASecretAndShowsItInTheStore() {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = InformerStore.ofObjects();
        // a store shows writes to what its informers watch
        store.newWriter("fleet");
        context.bind("secrets", store);

        Object applied = context.send(
                SECRETS + "?operation=applySecret&metadataOnly=true&store=#secrets&fieldManager=ours", map("""
                        apiVersion: v1
                        kind: Secret
                        metadata: {namespace: fleet, name: spoke}
                        stringData: {kubeconfig: secret}
                        """));

        assertEquals(applied, store.get("fleet/spoke"));
        assertEquals(
                Set.of("f:data.f:kubeconfig"),
                store.get("fleet/spoke").managedFields().appliedBy("ours"));
        assertEquals(CONTENT, read("fleet", "spoke").getData().get("kubeconfig"));
    }

    @Test
    void appliesAModelObject() {
        Secret secret = secret("fleet", "spoke");

        Secret applied = (Secret) send("applySecret", secret, Map.of());

        assertEquals(secret.getData(), applied.getData());
        assertNotNull(applied.getMetadata().getUid());
    }

    @Test
    void applyIsAConflictWithoutForceWhereSomebodyElseOwnsTheField() {
        create("fleet", "spoke");
        Map<String, Object> other = map("""
                apiVersion: v1
                kind: Secret
                metadata: {namespace: fleet, name: spoke}
                data: {kubeconfig: b3RoZXI=}
                """);

        assertThrows(
                ConflictException.class, () -> context.send(SECRETS + "?operation=applySecret&force=false", other));
        send("applySecret", other, Map.of());

        assertEquals("b3RoZXI=", read("fleet", "spoke").getData().get("kubeconfig"));
    }

    @Test
    void applyWithResourceVersion1OnlyCreates() {
        Map<String, Object> createOnly = map("""
                apiVersion: v1
                kind: Secret
                metadata: {namespace: fleet, name: spoke, resourceVersion: '1'}
                """);

        send("applySecret", createOnly, Map.of());

        assertThrows(ConflictException.class, () -> send("applySecret", createOnly, Map.of()));
    }

    @Test
    void patchesWhatThePatchNamesAlone() {
        create("fleet", "spoke");

        Secret patched = (Secret)
                send("patchSecret", map("metadata: {namespace: fleet, name: spoke, labels: {a: b}}"), Map.of());

        assertEquals(Map.of("a", "b"), patched.getMetadata().getLabels());
        assertEquals(CONTENT, patched.getData().get("kubeconfig"));
    }

    @Test
    void deletesASecretAndNoOtherOfItsName() {
        Secret spoke = create("fleet", "spoke");

        assertThrows(
                ConflictException.class,
                () -> send(
                        "deleteSecret",
                        map("metadata: {namespace: fleet, name: spoke, uid: of-the-one-before}"),
                        Map.of()));
        assertNull(send("deleteSecret", spoke, Map.of()));
        assertNull(send("deleteSecret", spoke, Map.of()));

        assertNull(read("fleet", "spoke"));
    }

    @Test
    void answersADeletionWithWhatFinalizersKeep() {
        Secret spoke = secret("fleet", "spoke");
        spoke.getMetadata().setFinalizers(List.of("example.com/theirs"));
        server.client().resource(spoke).create();

        Secret kept = (Secret) send("deleteSecret", null, SPOKE);

        assertNotNull(kept.getMetadata().getDeletionTimestamp());
    }

    @ParameterizedTest
    @ValueSource(strings = {"getSecret", "deleteSecret", "patchSecret", "applySecret"})
    void saysWhatIsMissingWithoutObjectAndHeaders(String operation) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> send(operation, null, Map.of()));

        assertTrue(refusal.getMessage().contains(KubernetesConstants.KUBERNETES_NAMESPACE_NAME), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(KubernetesConstants.KUBERNETES_SECRET_NAME), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"patchSecret", "applySecret"})
    void saysThatAnObjectIsMissingWhereHeadersNameOne(String operation) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> send(operation, null, SPOKE));

        assertTrue(refusal.getMessage().contains("No object in the body"), refusal.getMessage());
        assertThrows(IllegalArgumentException.class, () -> send(operation, "text", SPOKE));
    }

    @Test
    void deletesNothingWithoutAName() {
        create("fleet", "spoke");

        assertThrows(
                IllegalArgumentException.class,
                () -> send(
                        "deleteSecret",
                        null,
                        Map.of(
                                KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet",
                                KubernetesConstants.KUBERNETES_SECRET_NAME, "")));

        assertTrue(server.requests().stream().noneMatch(request -> request.startsWith("DELETE")));
    }

    @Test
    void refusesAnOperationThatNeitherItNorTheStockProducerKnows() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> send("rotateSecret", null, SPOKE));

        assertEquals("Unsupported operation rotateSecret", refusal.getMessage());
    }

    @Test
    void leavesTheOtherOperationsToTheStockProducer() {
        Secret created = (Secret) send(
                "createSecret",
                null,
                Map.of(
                        KubernetesConstants.KUBERNETES_NAMESPACE_NAME,
                        "fleet",
                        KubernetesConstants.KUBERNETES_SECRET,
                        secret("fleet", "spoke")));
        create("fleet", "labelled", Map.of("team", "red"));

        assertNotNull(created.getMetadata().getUid());
        assertEquals(
                2, size(send("listSecrets", null, Map.of(KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet"))));
        assertEquals(
                1,
                size(send(
                        "listSecretsByLabels",
                        null,
                        Map.of(KubernetesConstants.KUBERNETES_SECRETS_LABELS, Map.of("team", "red")))));
    }

    @Test
    void refusesAnOptionThatItDoesNotKnow() {
        assertThrows(ResolveEndpointFailedException.class, () -> context.camel()
                .getEndpoint(SECRETS + "?metadataOnlyy=true"));
        assertThrows(ResolveEndpointFailedException.class, () -> context.camel()
                .getEndpoint(SECRETS + "?crdGroup=lib.projectsveltos.io"));
    }

    @Test
    void sendsEachChangeWithItsActionAndTime() throws Exception {
        context.watch(SECRETS);
        Secret spoke = create("fleet", "spoke");
        context.awaitEvents("ADDED fleet/spoke");

        server.client().resource(spoke).edit(secret -> new SecretBuilder(secret)
                .addToData("more", CONTENT)
                .build());
        context.awaitEvents("MODIFIED fleet/spoke");
        server.client().resource(spoke).delete();
        context.awaitEvents("DELETED fleet/spoke");

        assertEquals(
                List.of(Action.ADDED, Action.MODIFIED, Action.DELETED),
                context.events().stream()
                        .map(event -> event.headers().get(KubernetesConstants.KUBERNETES_EVENT_ACTION))
                        .toList());
        assertInstanceOf(
                Long.class, context.events().get(0).headers().get(KubernetesConstants.KUBERNETES_EVENT_TIMESTAMP));
        Secret modified = (Secret) context.events().get(1).object();
        assertEquals(Set.of("kubeconfig", "more"), modified.getData().keySet());
    }

    @Test
    void sendsNoContentWhenAskedForMetadata() throws Exception {
        create("fleet", "listed");
        context.watch(SECRETS + "?metadataOnly=true");
        context.awaitEvents("ADDED fleet/listed");
        Secret watched = create("fleet", "watched", Map.of("team", "red"));
        context.awaitEvents("ADDED fleet/watched");
        server.client().resource(watched).delete();
        context.awaitEvents("DELETED fleet/watched");

        context.events()
                .forEach(event ->
                        assertFalse(Serialization.asJson(event.object()).contains(CONTENT)));
        PartialObjectMetadata added =
                (PartialObjectMetadata) context.events().get(1).object();
        assertEquals(Map.of("team", "red"), added.labels());
    }

    @Test
    void keepsTheVersionsOfSeveralNamespacesInOneStore() throws Exception {
        InformerStore<PartialObjectMetadata, String> store = InformerStore.ofVersions();
        context.bind("versions", store);
        Secret spoke = create("fleet", "spoke");
        create("other", "spoke");

        context.watch(SECRETS + "?metadataOnly=true&store=#versions&namespaces=fleet,edge");
        eventually(() -> store.synced().isDone());
        create("edge", "spoke");

        context.awaitEvents("ADDED fleet/spoke", "ADDED edge/spoke");
        assertEquals(Set.of("fleet/spoke", "edge/spoke"), Set.copyOf(store.keys()));
        assertEquals(spoke.getMetadata().getResourceVersion(), store.get("fleet/spoke"));
    }

    @Test
    void hasTheServerEvaluateSelectors() throws Exception {
        create("fleet", "hidden", Map.of("team", "red"));
        create("fleet", "plain");
        context.watch(SECRETS + "?labelSelector=team%3Dred&fieldSelector=metadata.name!%3Dhidden,type%3DOpaque");
        create("fleet", "red", Map.of("team", "red"));
        context.awaitEvents("ADDED fleet/red");

        assertEquals(List.of("ADDED fleet/red"), strings(context.events()));
    }

    private Object send(String operation, Object body, Map<String, Object> headers) {
        return context.send(SECRETS + "?operation=" + operation, body, headers);
    }

    private static int size(Object list) {
        return ((List<?>) list).size();
    }

    private Secret read(String namespace, String name) {
        return server.client().secrets().inNamespace(namespace).withName(name).get();
    }

    private Secret create(String namespace, String name) {
        return create(namespace, name, Map.of());
    }

    private Secret create(String namespace, String name, Map<String, String> labels) {
        Secret secret = secret(namespace, name);
        secret.getMetadata().setLabels(labels);
        return server.client().resource(secret).create();
    }

    private static Secret secret(String namespace, String name) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withType("Opaque")
                .addToData("kubeconfig", CONTENT)
                .build();
    }
}
