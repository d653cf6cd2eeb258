package io.projectsveltos.clusterinventory.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.reconcile.UpsertPlanner;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a command has of the controller: its beans and components, but no way to write. */
class CommandContextTest {

    private static final Map<String, Object> OBJECT =
            Map.of("apiVersion", "v1", "kind", "Secret", "metadata", Map.of("namespace", "fleet", "name", "edge"));

    @AutoClose
    private final MockApiServer server = MockApiServer.start();

    @AutoClose
    private final CommandContext context = CommandContext.create(
            Map.of("kubeconfig", server.kubeconfigFile().toString(), "leader-elect", "true"), Clock.systemUTC());

    CommandContextTest() throws Exception {}

    @Test
    void refusesEveryWriteOfItsClientAndOfItsComponents() {
        var secret = context.client()
                .secrets()
                .inNamespace("fleet")
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("edge")
                        .endMetadata()
                        .build());
        context.camel().start();

        Stream.<Executable>of(secret::create, secret::update, secret::serverSideApply, secret::delete)
                .forEach(write -> assertThrows(RuntimeException.class, write));
        Stream.of("applySecret", "deleteSecret")
                .forEach(operation -> assertThrows(CamelExecutionException.class, () -> send(operation)));

        assertEquals(
                List.of(),
                server.requests().stream()
                        .filter(request -> !request.startsWith("GET "))
                        .toList());
    }

    @Test
    void startsNoRouteAndSendsNoRequest() {
        assertNotNull(context.bean(UpsertPlanner.class));
        assertTrue(context.camel().getRoutes().isEmpty());
        assertEquals(List.of(), server.requests());
    }

    private void send(String operation) {
        context.camel()
                .createProducerTemplate()
                .requestBodyAndHeaders(
                        "kubernetes-secrets:local?operation=" + operation,
                        OBJECT,
                        Map.of(
                                KubernetesConstants.KUBERNETES_NAMESPACE_NAME,
                                "fleet",
                                KubernetesConstants.KUBERNETES_SECRET_NAME,
                                "edge"));
    }
}
