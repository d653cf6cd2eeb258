package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.ControllerProcess;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A kubelet gives a pod 30 seconds; the next replica should not have to wait that long. */
class GracefulStopIT {

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int PROFILES = 200;
    private static final int HANGING = 30;
    /** An environment variable that a controller passes on to all processes of its plugins. */
    private static final String MARKER = "GRACEFUL_STOP_MARKER";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = env.fleet();
    private final String marker = UUID.randomUUID().toString();

    @Test
    void leavesNothingHalfWrittenWhenStoppedUnderLoad() {
        Plugins plugins = new Plugins(directory).add("hanging", Plugins.hangs());
        fleet.createSource("source", kubeconfig("spoke"));
        for (int i = 0; i < HANGING; i++) {
            fleet.createProfileOffering("hanging-" + i, "hanging");
        }
        try (ControllerProcess controller = start("--clusterprofile-provider-file=" + plugins.file())) {
            plugins.awaitRuns("hanging", 10);
            assertTrue(marked().size() >= 10, marked()::toString);
            CompletableFuture<Void> changes = CompletableFuture.runAsync(
                    () -> IntStream.range(0, PROFILES).forEach(i -> {
                        fleet.createProfileFrom("source", spoke(i));
                        fleet.label(fleet.profile(spoke(i / 2)), "change", "" + i);
                    }));
            fleet.awaitServed(spoke(PROFILES / 4));
            assertFalse(changes.isDone());

            Duration taken = controller.terminate();

            assertFalse(changes.isDone());
            changes.join();
            assertStopped(controller, taken);
            List<String> registered = spokesWith(fleet::cluster);
            assertEquals(registered, spokesWith(fleet::managedSecret));
            registered.forEach(name -> assertEquals(kubeconfig("spoke"), fleet.copied(name)));
        }
    }

    @Test
    void killsPluginsThatIgnoreSignals() {
        Plugins plugins = new Plugins(directory).add("stubborn", "trap '' TERM INT HUP\n" + Plugins.hangs());
        for (int i = 0; i < HANGING; i++) {
            fleet.createProfileOffering("stubborn-" + i, "stubborn");
        }
        try (ControllerProcess controller = start("--clusterprofile-provider-file=" + plugins.file())) {
            plugins.awaitRuns("stubborn", 10);

            assertStopped(controller, controller.terminate());
            // no plugin was started for the profiles that waited
            assertEquals(10, plugins.runs("stubborn").size());
        }
    }

    @Test
    void stopsInTimeWhileACustomRouteWaits() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Path route = Files.writeString(directory.resolve("silent.yaml"), """
                    - route:
                        id: ask-who-does-not-answer
                        from:
                          uri: direct:access-provider-silent
                          steps:
                            - setBody: { simple: "${null}" }
                            - to: { uri: "http://127.0.0.1:%d" }
                    """.formatted(silent.getLocalPort()));
            fleet.createProfileOffering("spoke", "silent");
            try (ControllerProcess controller = start("--routes=" + route)) {
                silent.accept();

                assertStopped(controller, controller.terminate());
            }
        }
    }

    @Test
    void stopsInTimeWhileTheApiServerHangsDuringWrites() throws Exception {
        fleet.createSource("source", kubeconfig("spoke"));
        IntStream.range(0, PROFILES).forEach(i -> fleet.createProfileFrom("source", spoke(i)));
        try (ControllerProcess controller = start("--sync-period=10m")) {
            fleet.awaitServed(spoke(0));
            signalApiServer("STOP");
            Duration taken;
            try {
                taken = controller.terminate();
            } finally {
                signalApiServer("CONT");
            }

            assertStopped(controller, taken);
            List<String> registered = spokesWith(fleet::cluster);
            assertTrue(registered.size() < PROFILES, "it was stopped too late");
            registered.forEach(name -> assertEquals(kubeconfig("spoke"), fleet.copied(name)));
        }
    }

    @Test
    void stopsInTimeWhileTheApiServerDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Path kubeconfig = kubeconfigOf(silent.getLocalPort());
            try (ControllerProcess controller =
                    ControllerProcess.start(directory, Map.of(MARKER, marker), "--kubeconfig=" + kubeconfig)) {
                assertNotNull(silent.accept());

                assertStopped(controller, controller.terminate());
            }
        }
    }

    @Test
    void stopsInTimeWithoutAnApiServer() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (ControllerProcess controller =
                ControllerProcess.start(directory, Map.of(MARKER, marker), "--kubeconfig=" + kubeconfigOf(port))) {
            controller.awaitLine("Cannot watch");

            assertStopped(controller, controller.terminate());
        }
    }

    private ControllerProcess start(String flag) {
        return ControllerProcess.start(
                directory,
                Map.of(MARKER, marker),
                "--kubeconfig=" + env.server().kubeconfigOf(FIRST),
                "--watch-namespaces=" + fleet.namespace(),
                flag);
    }

    private void assertStopped(ControllerProcess controller, Duration taken) {
        assertTrue(taken.compareTo(LONGEST) < 0, () -> taken + ": " + controller.lines());
        assertTrue(List.of(0, 143).contains(controller.exitCode()), () -> "exit code " + controller.exitCode());
        assertEquals(List.of(), marked());
    }

    private static void signalApiServer(String signal) throws Exception {
        long pid = ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("kube-apiserver"))
                .findFirst()
                .orElseThrow()
                .pid();
        assertEquals(
                0, new ProcessBuilder("kill", "-" + signal, "" + pid).start().waitFor());
    }

    private static String spoke(int i) {
        return "spoke-" + i;
    }

    private List<String> spokesWith(Function<String, Resource<?>> output) {
        return IntStream.range(0, PROFILES)
                .mapToObj(GracefulStopIT::spoke)
                .filter(name -> output.apply(name).get() != null)
                .toList();
    }

    /** The processes of the controller: itself, plugins and what these have started. */
    private List<Long> marked() {
        return ProcessHandle.allProcesses()
                .filter(process -> environmentOf(process).contains(MARKER + "=" + marker))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static String environmentOf(ProcessHandle process) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "environ")),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // another user's, or gone
            return "";
        }
    }

    private Path kubeconfigOf(int port) {
        try {
            return Files.writeString(directory.resolve("kubeconfig"), """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d"}}]
                    users: [{name: c, user: {token: t}}]
                    contexts: [{name: c, context: {cluster: c, user: c}}]
                    current-context: c
                    """.formatted(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
