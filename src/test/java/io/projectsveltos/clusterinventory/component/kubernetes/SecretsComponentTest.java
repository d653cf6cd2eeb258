package io.projectsveltos.clusterinventory.component.kubernetes;

import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.SECRETS;
import static org.apache.camel.component.kubernetes.KubernetesConstants.KUBERNETES_NAMESPACE_NAME;
import static org.apache.camel.component.kubernetes.KubernetesConstants.KUBERNETES_SECRET;
import static org.apache.camel.component.kubernetes.KubernetesConstants.KUBERNETES_SECRETS_LABELS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.util.List;
import java.util.Map;
import org.apache.camel.ResolveEndpointFailedException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only {@link SecretsComponent} does; the rest is in {@link ResourceComponentContractTest}. */
@Timeout(120)
class SecretsComponentTest {

    @AutoClose
    private final MockApiServer server = MockApiServer.start();

    @AutoClose
    private final ComponentContext context = new ComponentContext(server.kubeconfigFile());

    @Test
    void refusesAnOperationThatIsUnknownToTheStockProducerToo() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> send("rotateSecret", Map.of()));

        assertEquals("Unsupported operation rotateSecret", refusal.getMessage());
    }

    @Test
    void leavesOtherOperationsToTheStockProducer() {
        Secret created = (Secret) send(
                "createSecret",
                Map.of(KUBERNETES_NAMESPACE_NAME, "fleet", KUBERNETES_SECRET, secret("spoke", Map.of())));
        server.client().resource(secret("labelled", Map.of("team", "red"))).create();

        assertNotNull(created.getMetadata().getUid());
        assertEquals(2, size(send("listSecrets", Map.of(KUBERNETES_NAMESPACE_NAME, "fleet"))));
        assertEquals(1, size(send("listSecretsByLabels", Map.of(KUBERNETES_SECRETS_LABELS, Map.of("team", "red")))));
    }

    @Test
    void refusesOptionsOfCustomResources() {
        assertThrows(ResolveEndpointFailedException.class, () -> context.camel()
                .getEndpoint(SECRETS + "?crdGroup=lib.projectsveltos.io"));
    }

    private Object send(String operation, Map<String, Object> headers) {
        return context.send(SECRETS + "?operation=" + operation, null, headers);
    }

    private static int size(Object list) {
        return ((List<?>) list).size();
    }

    private static Secret secret(String name, Map<String, String> labels) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("fleet")
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withType("Opaque")
                .addToData("kubeconfig", "c2VjcmV0")
                .build();
    }
}
