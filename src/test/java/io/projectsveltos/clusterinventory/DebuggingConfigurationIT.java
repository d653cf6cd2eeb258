package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.LIMITED;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.rule;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** The log level follows the DebuggingConfiguration, which must not delay anything else. */
class DebuggingConfigurationIT {

    private static final String CRD = "debuggingconfigurations.lib.projectsveltos.io";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();
    private final LogCapture logs = LogCapture.started();
    private final Level usual = level();

    @AfterEach
    void stop() {
        env.stop();
        logs.close();
        configuration("default").delete();
        configuration("another").delete();
    }

    @Test
    void setsTheLogLevelWhileItExists() {
        create("another", "LogLevelVerbose");
        // watch-namespaces does not narrow a cluster-scoped watch
        env.start(Map.of());
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
    void logsOneLineWhenItMayNotBeRead() {
        server.grantIn(fleet.namespace(), rule("*", "*", "*"));

        env.start(LIMITED, Map.of());

        fleet.createServedProfile("spoke");
        eventually(() -> assertEquals(1, complaints().size()));
        assertTrue(complaints().get(0).contains("403"), complaints()::toString);
    }

    @Test
    void logsOneLineWhenTheTypeIsMissing() {
        server.uninstall(CRD);

        env.start(Map.of());

        fleet.createServedProfile("spoke");
        eventually(() -> assertEquals(1, complaints().size()));
        assertTrue(complaints().get(0).contains("CustomResourceDefinition"), complaints()::toString);

        server.install(CRD);
        eventually(() -> create("default", "LogLevelDebug"));
        eventually(() -> assertEquals(Level.DEBUG, level()));
        configuration("default").delete();
        eventually(() -> assertEquals(usual, level()));
    }

    @Test
    void isNotReadWhenTheWatchIsOff() {
        env.start(SECOND, Map.of("debugging-configuration.watch", "false"));

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

    private Resource<GenericKubernetesResource> configuration(String name) {
        return server.client()
                .genericKubernetesResources("lib.projectsveltos.io/v1beta1", "DebuggingConfiguration")
                .withName(name);
    }

    private void create(String name, String level) {
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
}
