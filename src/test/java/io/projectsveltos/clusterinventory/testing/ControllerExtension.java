package io.projectsveltos.clusterinventory.testing;

import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An API server for the tests of a class, and the controllers that they start. Controllers are closed after the test that
 * started them, and after the last test if {@code @BeforeAll} started them. Register it in a static field.
 *
 * @param <S> the API server
 */
public final class ControllerExtension<S extends AutoCloseable>
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final Supplier<S> newServer;
    private final Function<S, ClusterFixtures> newFleet;
    private final BiFunction<S, String, Path> kubeconfigOf;
    private final boolean isShared;
    private final List<RunningController> controllers = new ArrayList<>();
    private int controllersOfTheClass;
    private S server;
    private ClusterFixtures fleet;

    private ControllerExtension(
            Supplier<S> newServer,
            Function<S, ClusterFixtures> newFleet,
            BiFunction<S, String, Path> kubeconfigOf,
            boolean isShared) {
        this.newServer = newServer;
        this.newFleet = newFleet;
        this.kubeconfigOf = kubeconfigOf;
        this.isShared = isShared;
    }

    /** A real API server for all tests of the class, with a namespace for each test. */
    public static ControllerExtension<AuditedApiServer> onRealApiServer() {
        return new ControllerExtension<>(
                AuditedApiServer::start, ClusterFixtures::inNewNamespaceOf, AuditedApiServer::kubeconfigOf, true);
    }

    /** A mock API server for each test. It knows no users. */
    public static ControllerExtension<MockApiServer> onMockApiServer() {
        return new ControllerExtension<>(
                MockApiServer::start, ClusterFixtures::of, (server, user) -> server.kubeconfigFile(), false);
    }

    public S server() {
        if (server == null) {
            server = newServer.get();
        }
        return server;
    }

    /** The objects in the namespace of the current test. */
    public ClusterFixtures fleet() {
        if (fleet == null) {
            fleet = newFleet.apply(server());
        }
        return fleet;
    }

    /** Starts a controller as {@link AuditedApiServer#FIRST}. */
    public RunningController start(Map<String, String> settings) {
        return start(AuditedApiServer.FIRST, settings);
    }

    /** Starts a controller as a user of the API server. */
    public RunningController start(String user, Map<String, String> settings) {
        return start(kubeconfigOf.apply(server(), user), settings);
    }

    /**
     * Starts a controller. On a shared API server it watches {@link #fleet} alone if there is one, unless the settings say
     * otherwise.
     */
    public RunningController start(Path kubeconfig, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        if (isShared && fleet != null) {
            all.put("watch-namespaces", fleet.namespace());
        }
        all.putAll(settings);
        RunningController controller = RunningController.start(kubeconfig, all);
        controllers.add(controller);
        return controller;
    }

    /** Closes the controllers that the current test has started so far. */
    public void stop() {
        List<RunningController> ofTheTest = controllers.subList(controllersOfTheClass, controllers.size());
        ofTheTest.forEach(RunningController::close);
        ofTheTest.clear();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isShared) {
            server();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        controllersOfTheClass = controllers.size();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        stop();
        fleet = null;
        if (!isShared) {
            closeServer();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        controllersOfTheClass = 0;
        stop();
        closeServer();
    }

    private void closeServer() throws Exception {
        if (server != null) {
            server.close();
            server = null;
        }
    }
}
