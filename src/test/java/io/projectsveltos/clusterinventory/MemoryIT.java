package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.ControllerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Many large objects of others do not exhaust the memory, neither at run time nor at the start. */
@Timeout(600)
class MemoryIT {

    /** The options of the image, in a container with the memory limit of the manifests. */
    private static final String OPTIONS = "-XX:MaxRAM=256m -XX:MaxRAMPercentage=40 -XX:+ExitOnOutOfMemoryError";

    private static final int ANNOTATED = 150;
    private static final int OF_MANY_KEYS = 100;
    private static final int LARGE_PROFILES = 60;

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @Test
    void servesAndRestartsAmongManyLargeObjectsOfOthers() {
        fleet.createSource("source", kubeconfig("spoke"));
        IntStream.range(0, ANNOTATED).forEach(i -> create(annotated("annotated-" + i)));
        IntStream.range(0, OF_MANY_KEYS).forEach(i -> create(ofManyKeys("keys-" + i, i)));
        try (ControllerProcess controller = start()) {
            fleet.createProfileFrom("source", "first");
            fleet.awaitServed("first");
            IntStream.range(0, 20).forEach(i -> server.client()
                    .resource(ofManyKeys("keys-0", OF_MANY_KEYS + i))
                    .update());
            IntStream.range(0, LARGE_PROFILES).forEach(this::createLargeProfile);
            fleet.createProfileFrom("source", "second");
            fleet.awaitServed("second");
            assertTrue(controller.isAlive(), () -> controller.errors().toString());
        }
        try (ControllerProcess controller = start()) {
            fleet.createProfileFrom("source", "third");
            fleet.awaitServed("third");
            assertTrue(controller.isAlive(), () -> controller.errors().toString());
            assertEquals(
                    List.of(),
                    controller.lines().stream()
                            .filter(line -> line.contains("OutOfMemory"))
                            .toList());
        }
    }

    private ControllerProcess start() {
        return ControllerProcess.start(
                directory,
                Map.of("JDK_JAVA_OPTIONS", OPTIONS),
                "--kubeconfig=" + server.kubeconfigOf(FIRST),
                "--watch-namespaces=" + fleet.namespace());
    }

    private void create(Secret secret) {
        server.client().resource(secret).create();
    }

    /** Such as a client-side apply of a Secret of 190 KiB leaves it. */
    private Secret annotated(String name) {
        return secret(name)
                .editMetadata()
                .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "x".repeat(250 * 1024))
                .endMetadata()
                .build();
    }

    /** Each key is in the managed fields too. */
    private Secret ofManyKeys(String name, int generation) {
        return secret(name)
                .withData(IntStream.range(0, 1_800)
                        .boxed()
                        .collect(Collectors.toMap(i -> generation + "-" + i + "-" + "n".repeat(150), i -> "")))
                .build();
    }

    private SecretBuilder secret(String name) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(fleet.namespace())
                .withName(name)
                .endMetadata();
    }

    private void createLargeProfile(int number) {
        fleet.createProfile("large-" + number);
        fleet.report(
                "large-" + number,
                List.of(ClusterFixtures.accessProvider(
                        "other",
                        List.of(Map.of(
                                "name",
                                "client.authentication.k8s.io/exec",
                                "extension",
                                Map.of("blob", "x".repeat(900 * 1024)))))));
    }
}
