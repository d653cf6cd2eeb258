package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
class WriteFenceTest {

    private static final ResourceType SECRETS = new ResourceType("", "v1", "secrets");
    private static final ObjectKey KEY = new ObjectKey("fleet", "edge");
    private static final Map<String, Object> OBJECT =
            Map.of("apiVersion", "v1", "kind", "Secret", "metadata", Map.of("namespace", "fleet", "name", "edge"));

    @AutoClose
    private final MockApiServer server = MockApiServer.start();

    private final RecordingListener listener = new RecordingListener();
    private volatile boolean open;

    @AutoClose
    private final KubernetesClient client =
            KubernetesClients.create(server.kubeconfigFile().toString(), () -> open);

    private final ResourceClient<Secret> secrets = new ResourceClient<>(client, SECRETS, Secret.class, listener);
    private final ResourceClient<PartialObjectMetadata> metadata =
            new ResourceClient<>(MetadataClient.of(client), SECRETS, PartialObjectMetadata.class, listener);

    @Test
    void refusesEveryWriteWhileClosed() {
        Stream.<Executable>of(
                        () -> secrets.create(KEY, OBJECT, "test"),
                        () -> secrets.update(KEY, OBJECT, "test"),
                        () -> secrets.apply(KEY, OBJECT, "test", true),
                        () -> secrets.mergePatch(KEY, OBJECT, "test"),
                        () -> secrets.delete(KEY, null, null),
                        () -> metadata.apply(KEY, OBJECT, "test", true))
                .forEach(write -> {
                    KubernetesApiException failure = assertThrows(KubernetesApiException.class, write);
                    assertTrue(failure.getMessage().contains("this replica is not the leader"), failure.getMessage());
                    assertFalse(failure.isUnavailable());
                });
        assertThrows(RuntimeException.class, () -> client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("fleet")
                        .withName("edge")
                        .endMetadata()
                        .build())
                .create());

        assertEquals(List.of(), server.requests());
        assertEquals(List.of(), listener.outcomes());
    }

    @Test
    void sendsReadsWhileClosed() {
        secrets.get(KEY);
        secrets.list("fleet", null);
        metadata.list(null, null);

        assertEquals(3, server.requests().size());
    }

    @Test
    void sendsReviewsWhileClosed() throws Exception {
        post("/apis/authentication.k8s.io/v1/tokenreviews");
        post("/apis/authorization.k8s.io/v1/subjectaccessreviews");

        assertEquals(2, server.requests().size());
    }

    @Test
    void sendsWritesWhileOpen() {
        open = true;

        assertDoesNotThrow(() -> secrets.create(KEY, OBJECT, "test"));
        assertDoesNotThrow(() -> metadata.apply(KEY, OBJECT, "test", true));
    }

    private HttpResponse<byte[]> post(String path) throws Exception {
        return client.getHttpClient()
                .sendAsync(
                        client.getHttpClient()
                                .newHttpRequestBuilder()
                                .uri(client.getMasterUrl() + path)
                                .post("application/json", "{}")
                                .build(),
                        byte[].class)
                .get(10, TimeUnit.SECONDS);
    }
}
