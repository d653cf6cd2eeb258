package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.cli.RouteFiles;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.ControllerProcess;
import io.projectsveltos.clusterinventory.testing.TokenService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The process with --routes=FOLDER, as in the Deployment: a mounted ConfigMap, with or without files. */
class RouteFilesOfAFolderIT {

    private static final Path EXAMPLE =
            Path.of("kubernetes/examples/routes/token-over-http/token-over-http.camel.yaml");

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    @TempDir
    private Path directory;

    @AutoClose
    private final TokenService tokens = TokenService.start();

    private final ClusterFixtures fleet = env.fleet();
    private ControllerProcess controller;

    @AfterEach
    void stop() {
        if (controller != null) {
            controller.close();
        }
    }

    @Test
    void readsEachFileOfAMountedConfigMapOnce() throws IOException {
        Path folder = mounted("token-over-http.camel.yaml", Files.readString(EXAMPLE));
        // a file that is read twice would define a route id twice, and the process would exit
        start(Map.of(), "--routes=" + folder);
        fleet.createProfileOffering("spoke", "token-service");

        awaitServed("spoke");
        assertEquals(List.of("/tokens/fleet/spoke"), tokens.requests());
    }

    @Test
    void runsWithAnEmptyFolder() throws IOException {
        start(Map.of(), "--routes=" + Files.createDirectory(directory.resolve("routes")));

        fleet.createProfileAndSource("spoke");

        awaitServed("spoke");
    }

    @Test
    void readsTheFolderOfTheEnvironmentVariable() throws IOException {
        Path folder = mounted("token-over-http.camel.yaml", Files.readString(EXAMPLE));
        start(Map.of("ROUTES", folder.toString()));
        fleet.createProfileOffering("spoke", "token-service");

        awaitServed("spoke");
        assertEquals(List.of("/tokens/fleet/spoke"), tokens.requests());
    }

    @Test
    void prefersTheFlagToTheVariable() throws IOException {
        Path folder = mounted("token-over-http.camel.yaml", Files.readString(EXAMPLE));
        start(Map.of("ROUTES", "no/such/file.yaml"), "--routes=" + folder);

        fleet.createProfileAndSource("spoke");

        awaitServed("spoke");
    }

    /** With the shipped file too, two routes would have one id, and the process would end. */
    @Test
    void replacesAShippedFileThatIsExcluded() throws IOException {
        Path shipped = Path.of("src/main/resources/routes/reconcile.camel.yaml");
        Path folder = mounted("my-reconcile.camel.yaml", Files.readString(shipped));
        start(Map.of("CAMEL_MAIN_ROUTES_EXCLUDE_PATTERN", "**/" + shipped.getFileName()), "--routes=" + folder);

        fleet.createProfileAndSource("spoke");

        awaitServed("spoke");
    }

    @Test
    void listsTheYamlFilesOfAFolderByName() throws IOException {
        Path folder = mounted("b.yaml", "");
        Files.writeString(folder.resolve("a.yaml"), "");
        Files.writeString(folder.resolve("README.md"), "");
        Files.createDirectory(folder.resolve("more.yaml"));

        assertEquals(List.of(folder.resolve("a.yaml"), folder.resolve("b.yaml")), RouteFiles.of(folder));
    }

    private void awaitServed(String profile) {
        eventually(() -> {
            assertTrue(controller.isAlive());
            assertTrue(fleet.cluster(profile).get() != null);
        });
    }

    /** As the kubelet mounts a ConfigMap: links to a folder that is replaced as a whole. */
    private Path mounted(String name, String text) throws IOException {
        Path folder = Files.createDirectory(directory.resolve("routes"));
        Path data = Files.createDirectory(folder.resolve("..2026_01_01_00_00_00.1"));
        Files.writeString(data.resolve(name), text);
        Files.createSymbolicLink(folder.resolve("..data"), data.getFileName());
        Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        return folder;
    }

    private void start(Map<String, String> environment, String... flags) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("TOKEN_SERVICE_URL", tokens.url());
        controller = ControllerProcess.start(
                directory,
                all,
                Stream.concat(Stream.of("--kubeconfig=" + env.server().kubeconfigFile()), Stream.of(flags))
                        .toArray(String[]::new));
    }
}
