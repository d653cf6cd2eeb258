package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.LIMITED;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import io.projectsveltos.clusterinventory.testing.RunningController;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The log level while the controller runs, and what it must not hold up. */
class DebuggingConfigurationIT {

    private static final String CRD = "debuggingconfigurations.lib.projectsveltos.io";

    @AutoClose
    private static AuditedApiServer server;

    private final ClusterFixtures fleet = ClusterFixtures.inNewNamespaceOf(server);
    private final LogCapture logs = LogCapture.started();
    private final Level usual = level();
    private RunningController controller;

    @BeforeAll
    static void start() {
        server = AuditedApiServer.start();
    }

    @AfterEach
    void stop() {
        controller.close();
        logs.close();
        configuration("default").delete();
        configuration("another").delete();
    }

    @Test
    void setsTheLevelAsLongAsItIsThere() {
        create("another", "LogLevelVerbose");
        // namespaces that are served do not narrow what is cluster-scoped
        startController(FIRST, Map.of());
        fleet.createServedProfile("spoke");
        assertEquals(usual, level());

        create("default", "LogLevelDebug");
        eventually(() -> assertEquals(Level.DEBUG, level()));

        fleet.edit(configuration("default"), current -> set(current, "LogLevelVerbose"));
        eventually(() -> assertEquals(Level.TRACE, level()));

        configuration("default").delete();
        eventually(() -> assertEquals(usual, level()));
    }

    @Test
    void isOneLineWhereItMayNotBeRead() {
        grantAllOfTheNamespace();

        startController(LIMITED, Map.of());

        fleet.createServedProfile("spoke");
        eventually(() -> assertEquals(1, complaints().size()));
        assertTrue(complaints().get(0).contains("403"), complaints()::toString);
    }

    @Test
    void isOneLineWhereTheTypeIsMissing() {
        var definition =
                server.client().apiextensions().v1().customResourceDefinitions().withName(CRD);
        var installed = definition.get();
        definition.delete();
        eventually(() -> assertEquals(null, definition.get()));

        startController(FIRST, Map.of());

        fleet.createServedProfile("spoke");
        eventually(() -> assertEquals(1, complaints().size()));
        assertTrue(complaints().get(0).contains("CustomResourceDefinition"), complaints()::toString);

        installed.getMetadata().setResourceVersion(null);
        server.client().resource(installed).create();
        eventually(() -> create("default", "LogLevelDebug"));
        eventually(() -> assertEquals(Level.DEBUG, level()));
        configuration("default").delete();
        eventually(() -> assertEquals(usual, level()));
    }

    @Test
    void isNotAskedForWhereThatIsTurnedOff() {
        startController(SECOND, Map.of("debugging-configuration.watch", "false"));

        fleet.createServedProfile("spoke");
        assertFalse(server.requests(SECOND).stream()
                .anyMatch(request -> request.resource().equals("debuggingconfigurations")));
    }

    private List<String> complaints() {
        return logs.lines().stream().filter(line -> line.contains(CRD)).toList();
    }

    private static Level level() {
        return ((Logger) LoggerFactory.getLogger("routes.any")).getEffectiveLevel();
    }

    private void startController(String user, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("watch-namespaces", fleet.namespace()));
        all.putAll(settings);
        controller = RunningController.start(server.kubeconfigOf(user), all);
    }

    private static Resource<GenericKubernetesResource> configuration(String name) {
        return server.client()
                .genericKubernetesResources("lib.projectsveltos.io/v1beta1", "DebuggingConfiguration")
                .withName(name);
    }

    private static void create(String name, String level) {
        GenericKubernetesResource object = new GenericKubernetesResource();
        object.setApiVersion("lib.projectsveltos.io/v1beta1");
        object.setKind("DebuggingConfiguration");
        object.setMetadata(new ObjectMetaBuilder().withName(name).build());
        set(object, level);
        server.client().resource(object).create();
    }

    private static void set(GenericKubernetesResource object, String level) {
        object.setAdditionalProperty(
                "spec", Map.of("configuration", List.of(Map.of("component", "ClusterInventory", "logLevel", level))));
    }

    private void grantAllOfTheNamespace() {
        server.client()
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withNamespace(fleet.namespace())
                        .withName("controller")
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("*")
                        .withResources("*")
                        .withVerbs("*")
                        .endRule()
                        .build())
                .create();
        server.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(fleet.namespace())
                        .withName("controller")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "controller")
                        .addNewSubject("rbac.authorization.k8s.io", "User", LIMITED, null)
                        .build())
                .create();
    }
}
