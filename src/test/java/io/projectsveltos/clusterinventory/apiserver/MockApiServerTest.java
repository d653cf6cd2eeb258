package io.projectsveltos.clusterinventory.apiserver;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MockApiServerTest extends ApiServerBehaviour {

    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    @AutoClose
    private static final MockApiServer server = MockApiServer.start();

    @Override
    KubernetesClient client() {
        return server.client();
    }

    @Override
    String createNamespace() {
        return "namespace-" + NAMESPACES.incrementAndGet();
    }

    @Test
    void failsTheNextRequestsOnPurposeAndServesThoseAfter() {
        ConfigMap settings = configMap(createNamespace());
        server.failNext("POST", "/configmaps", 409, 1);
        server.failNext("GET", "/configmaps/settings$", 403, 2);

        assertEquals(409, failure(() -> client().resource(settings).create()).getCode());
        client().resource(settings).create();
        KubernetesClientException forbidden =
                failure(() -> client().resource(settings).get());
        assertEquals(403, forbidden.getCode());
        assertEquals("Forbidden", forbidden.getStatus().getReason());
        assertEquals(403, failure(() -> client().resource(settings).get()).getCode());
        assertNotNull(client().resource(settings).get());
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 410})
    void failsAWatchOnPurposeSoThatTheInformerTriesAgain(int failure) {
        String namespace = createNamespace();
        server.failNext("GET", namespace + "/configmaps\\?.*watch=true", failure, 1);

        try (var informer = client().configMaps()
                .inNamespace(namespace)
                .runnableInformer(0)
                .exceptionHandler((started, cause) -> true)) {
            informer.start();
            client().resource(configMap(namespace)).create();
            await().until(() -> informer.getStore().list().size() == 1 && watches(namespace) == 2);
        }
    }

    private static long watches(String namespace) {
        return server.requests().stream()
                .filter(request -> request.contains(namespace) && request.contains("watch=true"))
                .count();
    }

    @Test
    void remembersTheRequests() {
        String namespace = createNamespace();
        client().resource(configMap(namespace)).create();
        client().configMaps().inNamespace(namespace).withName("settings").get();

        assertEquals(
                List.of("POST", "GET"),
                server.requests().stream()
                        .filter(request -> request.contains("/" + namespace + "/"))
                        .map(request -> request.split(" ")[0])
                        .toList());
    }

    @Test
    void givesAnotherClientAKubeconfigUntilItIsClosed() throws Exception {
        MockApiServer own = MockApiServer.start();
        try (KubernetesClient other = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(own.kubeconfigFile().toFile()))
                .build()) {
            own.client().resource(configMap("default")).create();
            assertNotNull(other.configMaps().withName("settings").get());
        }
        own.close();

        assertFalse(Files.exists(own.kubeconfigFile()));
    }

    private static KubernetesClientException failure(Executable request) {
        return assertThrows(KubernetesClientException.class, request);
    }

    private static ConfigMap configMap(String namespace) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(namespace)
                .endMetadata()
                .build();
    }
}
