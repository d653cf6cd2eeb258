package io.projectsveltos.clusterinventory.component.kubernetes;

import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.PROFILES;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only {@link CustomResourcesComponent} does; the rest is in {@link ResourceComponentContractTest}. */
@Timeout(120)
class CustomResourcesComponentTest {

    private static final String CLUSTERS = "kubernetes-custom-resources:local?crdGroup=lib.projectsveltos.io"
            + "&crdVersion=v1beta1&crdPlural=sveltosclusters";
    private static final Map<String, Object> CLUSTER = map("""
            apiVersion: lib.projectsveltos.io/v1beta1
            kind: SveltosCluster
            metadata: {namespace: fleet, name: spoke}
            """);
    private static final Map<String, Object> SPOKE = Map.of(
            KubernetesConstants.KUBERNETES_NAMESPACE_NAME, "fleet",
            KubernetesConstants.KUBERNETES_CRD_INSTANCE_NAME, "spoke");

    @AutoClose
    private final MockApiServer server = MockApiServer.start();

    @AutoClose
    private final ComponentContext context = new ComponentContext(server.kubeconfigFile());

    @Test
    void getsAnObjectAsTheConfiguredClass() {
        create("fleet", "spoke");

        assertInstanceOf(
                ClusterProfile.class,
                context.send(
                        PROFILES + "&operation=getCustomResource&resourceClass=" + ClusterProfile.class.getName(),
                        null,
                        SPOKE));
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
    void listsObjectsThatMatchTheLabelSelector() {
        create("fleet", "plain");
        server.client().resource(typed("fleet", "red", "{team: red}")).create();

        assertEquals(Set.of("fleet/red"), list("&labelSelector=team%3Dred"));
        assertEquals(Set.of("fleet/plain"), list("&labelSelector=team%21%3Dred"));
    }

    @Test
    void createsAnObjectWithTheFieldManager() {
        GenericKubernetesResource created = (GenericKubernetesResource)
                context.send(PROFILES + "&operation=createCustomResource&fieldManager=ours", profile("fleet", "spoke"));

        assertNotNull(created.getMetadata().getUid());
        assertEquals("Spoke", created.get("spec", "displayName"));
        assertEquals("ours", created.getMetadata().getManagedFields().get(0).getManager());
    }

    @Test
    void failsWithAConflictWhenCreatingAnExistingObject() {
        create("fleet", "spoke");

        assertThrows(ConflictException.class, () -> send("create", profile("fleet", "spoke")));
    }

    @Test
    void updatesOnlyTheGivenVersion() {
        GenericKubernetesResource stale = create("fleet", "spoke");
        GenericKubernetesResource renamed = server.client().resource(stale).edit(object -> labelled(object, "red"));
        renamed.setAdditionalProperty("spec", Map.of("displayName", "Renamed"));

        GenericKubernetesResource updated = (GenericKubernetesResource) send("update", renamed);

        assertEquals("Renamed", updated.get("spec", "displayName"));
        stale.setAdditionalProperty("spec", Map.of("displayName", "Too late"));
        assertThrows(ConflictException.class, () -> send("update", stale));
    }

    @Test
    void appliesInTheApiVersionOfTheObject() {
        context.send(
                "kubernetes-custom-resources:local?operation=applyCustomResource&crdGroup=lib.projectsveltos.io"
                        + "&crdVersion=v1alpha1,v1beta1&crdPlural=sveltosclusters",
                CLUSTER);

        assertTrue(server.requests()
                .contains("PATCH /apis/lib.projectsveltos.io/v1beta1/namespaces/fleet/sveltosclusters/spoke"
                        + "?fieldManager=camel&force=true"));
    }

    @Test
    void findsAnObjectNamedByHeadersInTheServedVersion() {
        String uri = CLUSTERS.replace("v1beta1", "v1alpha1,v1beta1");
        context.send(CLUSTERS + "&operation=applyCustomResource", CLUSTER);

        Object found = context.send(uri + "&operation=getCustomResource&metadataOnly=true", null, SPOKE);

        assertEquals("fleet/spoke", key(found));
        assertEquals("fleet/spoke", key(context.send(uri + "&operation=getCustomResource", found)));
        context.send(uri + "&operation=deleteCustomResource", null, SPOKE);
        assertNull(context.send(CLUSTERS + "&operation=getCustomResource", null, SPOKE));
    }

    @Test
    void reportsAFailedDiscovery() {
        server.failNext("GET", "/v1alpha1$", 500, 1);

        String uri = PROFILES.replace("v1alpha1", "v1alpha1,v1alpha2") + "&operation=listCustomResources";
        KubernetesApiException refusal = assertThrows(KubernetesApiException.class, () -> context.send(uri, null));

        assertEquals(500, refusal.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "update"})
    void namesTheHeadersWhenBothBodyAndHeadersAreMissing(String verb) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> send(verb, null));

        assertTrue(refusal.getMessage().contains(KubernetesConstants.KUBERNETES_NAMESPACE_NAME), refusal.getMessage());
        assertTrue(
                refusal.getMessage().contains(KubernetesConstants.KUBERNETES_CRD_INSTANCE_NAME), refusal.getMessage());
    }

    @Test
    void listsTheOperationsWhenOneIsUnknown() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> context.send(PROFILES + "&operation=scaleCustomResource", profile("fleet", "spoke")));

        assertTrue(refusal.getMessage().contains("Unsupported operation scaleCustomResource"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("apply"), refusal.getMessage());
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
    void refusesToWatchWithoutATypeInTheUri() {
        FailedToStartRouteException refusal = assertThrows(
                FailedToStartRouteException.class, () -> context.watch("kubernetes-custom-resources:local"));

        assertTrue(refusal.getMessage().contains("crdGroup, crdVersion and crdPlural"), refusal.getMessage());
    }

    @Test
    void sendsObjectsOfTheConfiguredClass() throws Exception {
        context.watch(PROFILES + "&resourceClass=" + ClusterProfile.class.getName());
        create("fleet", "listed-or-watched");
        context.awaitEvents("ADDED fleet/listed-or-watched");
        create("fleet", "watched");
        context.awaitEvents("ADDED fleet/watched");

        context.events().forEach(event -> assertInstanceOf(ClusterProfile.class, event.object()));
    }

    private Object send(String verb, Object body) {
        return context.send(PROFILES + "&operation=" + verb + "CustomResource", body);
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
