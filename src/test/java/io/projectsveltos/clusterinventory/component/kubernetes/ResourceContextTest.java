package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResourceContextTest {

    private static final String GROUP = "multicluster.x-k8s.io";
    private static final String TYPES = "{\"resources\": [{\"name\": \"%s\"}, {\"name\": \"%1$s/status\"}]}";

    private final Map<String, String> served = new HashMap<>();
    private final ResourceOptions options = new ResourceOptions();

    @Test
    void watchesTheWholeClusterByDefault() {
        assertEquals(List.of(), namespaces(null, null));
        assertEquals(List.of(), namespaces("", null));
        assertEquals(List.of(), namespaces(" , ", null));
    }

    @Test
    void prefersNamespacesToTheStockOptionNamespace() {
        assertEquals(List.of("one"), namespaces(null, "one"));
        assertEquals(List.of("one"), namespaces(" ", "one"));
        assertEquals(List.of("a", "b"), namespaces("a,b", "one"));
    }

    @Test
    void parsesNamespacesLeniently() {
        assertEquals(List.of("a", "b", "c"), namespaces(" a, b,,a ,c,", null));
    }

    @Test
    void prefersTheFirstServedVersion() {
        serve("v1alpha1", "clusterprofiles");
        serve("v1alpha2", "clusterprofiles");

        assertEquals("v1alpha2", servedVersion("v1alpha2", "v1alpha1"));
        assertEquals("v1alpha1", servedVersion("v1alpha1", "v1alpha2"));
    }

    @Test
    void usesALaterVersionIfTheFirstIsNotServed() {
        serve("v1alpha2", "clusterprofiles");

        assertEquals("v1alpha2", servedVersion("v1alpha1", "v1alpha2"));
    }

    @Test
    void looksForTheTypeAndNotOnlyForTheGroupVersion() {
        serve("v1alpha1", "others");
        serve("v1alpha2", "clusterprofiles");

        assertEquals("v1alpha2", servedVersion("v1alpha1", "v1alpha2"));
    }

    @Test
    void namesTheMissingCustomResourceDefinition() {
        ResourceContext<?> resources = resources("v1alpha1", "v1alpha2");

        NotFoundException missing = assertThrows(NotFoundException.class, resources::resolveServedVersion);

        assertEquals(
                "the API server does not serve clusterprofiles.multicluster.x-k8s.io in [v1alpha1, v1alpha2]: install its"
                        + " CustomResourceDefinition",
                missing.getMessage());
        assertEquals(404, missing.code());
    }

    @Test
    void doesNotDiscoverCoreTypes() {
        assertEquals(
                ResourceType.SECRETS, resources(List.of(ResourceType.SECRETS)).resolveServedVersion());
    }

    private void serve(String version, String plural) {
        served.put("/apis/" + GROUP + "/" + version, TYPES.formatted(plural));
    }

    private List<String> namespaces(String several, String one) {
        options.setNamespaces(several);
        return ResourceContext.of(
                        client(), List.of(), GenericKubernetesResource.class, options, one, ApiServerListener.none())
                .namespaces();
    }

    private String servedVersion(String... versions) {
        return resources(versions).resolveServedVersion().version();
    }

    private ResourceContext<?> resources(String... versions) {
        return resources(Stream.of(versions)
                .map(version -> new ResourceType(GROUP, version, "clusterprofiles"))
                .toList());
    }

    private ResourceContext<?> resources(List<ResourceType> types) {
        return ResourceContext.of(
                client(), types, GenericKubernetesResource.class, options, null, ApiServerListener.none());
    }

    /** A client that serves only discovery. */
    private KubernetesClient client() {
        KubernetesSerialization serialization = new KubernetesSerialization();
        return (KubernetesClient) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {KubernetesClient.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getKubernetesSerialization" -> serialization;
                    case "raw" -> served.get(arguments[0]);
                    default -> throw new AssertionError("not expected: " + method + Arrays.toString(arguments));
                });
    }
}
