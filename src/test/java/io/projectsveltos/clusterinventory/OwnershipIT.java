package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FIELD_MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FINALIZER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.writers;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Objects without our label are left alone; those of the Go controller are taken over in place. */
class OwnershipIT {

    private static final Map<String, Object> OTHER_SPEC =
            Map.of("kubeconfigName", "other", "kubeconfigKeyName", "other");

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @BeforeAll
    static void start() {
        env.start(Map.of());
    }

    @Test
    void leavesAForeignSecretAloneAndServesTheProfileOnceItIsDeleted() {
        Secret foreign = fleet.createSecret(secretName("spoke"), Map.of(), "foreign");
        fleet.createProfileAndSource("spoke");

        fleet.awaitEvent("spoke", "NotOwned");
        steadily(() -> assertUntouched(foreign, fleet.managedSecret("spoke")));
        fleet.assertGone(fleet.cluster("spoke"));
        fleet.managedSecret("spoke").delete();

        fleet.awaitServed("spoke");
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
    }

    @Test
    void adoptsAForeignSecretOnceItIsLabelled() {
        Secret foreign = fleet.createSecret(secretName("spoke"), Map.of("a", "b"), "foreign");
        fleet.createProfileAndSource("spoke");
        fleet.awaitEvent("spoke", "NotOwned");

        fleet.label(fleet.managedSecret("spoke"), MANAGED_BY, MANAGER);

        // a profile with an output gets its SveltosCluster first
        eventually(() -> assertEquals(kubeconfig("spoke"), fleet.copied("spoke")));
        fleet.awaitServed("spoke");
        assertSameObject(foreign, fleet.managedSecret("spoke"));
        assertEquals("b", labels(fleet.managedSecret("spoke").get()).get("a"));
    }

    @Test
    void leavesAForeignSveltosClusterAloneAndServesTheProfileOnceItIsDeleted() {
        GenericKubernetesResource foreign = fleet.createCluster("spoke", Map.of("a", "b"), OTHER_SPEC);
        fleet.createProfileAndSource("spoke");

        fleet.awaitEvent("spoke", "NotOwned");
        steadily(() -> assertUntouched(foreign, fleet.cluster("spoke")));
        fleet.cluster("spoke").delete();

        eventually(() -> assertEquals(
                Map.of(MANAGED_BY, MANAGER), labels(fleet.cluster("spoke").get())));
    }

    @Test
    void adoptsAForeignSveltosClusterOnceItIsLabelled() {
        GenericKubernetesResource foreign = fleet.createCluster("spoke", Map.of("a", "b"), OTHER_SPEC);
        fleet.createProfileAndSource("spoke");
        fleet.awaitEvent("spoke", "NotOwned");

        fleet.label(fleet.cluster("spoke"), MANAGED_BY, MANAGER);

        eventually(() -> assertEquals(
                secretName("spoke"), spec(fleet.cluster("spoke").get()).get("kubeconfigName")));
        assertSameObject(foreign, fleet.cluster("spoke"));
        assertEquals(
                Map.of("a", "b", MANAGED_BY, MANAGER),
                labels(fleet.cluster("spoke").get()));
    }

    @Test
    void leavesAnOutputAloneOnceOurLabelIsRemoved() {
        fleet.createServedProfile("spoke");

        fleet.label(fleet.cluster("spoke"), MANAGED_BY, null);
        fleet.awaitEvent("spoke", "NotOwned");
        fleet.editSpec(fleet.cluster("spoke"), OTHER_SPEC);

        GenericKubernetesResource foreign = fleet.cluster("spoke").get();
        fleet.label(fleet.profile("spoke"), "env", "test");
        steadily(() -> assertUntouched(foreign, fleet.cluster("spoke")));
    }

    /** Drift is seen in the managed fields. docs/threat-model.md says what this leaves to operators. */
    @Test
    void replacesAKubeconfigThatWasAppliedUnderItsOwnNameWithTheNextCredentialOnly() {
        fleet.createServedProfile("spoke");
        Secret applied = fleet.managedSecret("spoke").get();
        applied.getMetadata().setManagedFields(null);
        applied.getMetadata().setResourceVersion(null);
        // a field of its own would be noticed
        applied.setType(null);
        applied.setData(Map.of(
                "kubeconfig",
                Base64.getEncoder().encodeToString(kubeconfig("another").getBytes(StandardCharsets.UTF_8))));

        server.client().resource(applied).fieldManager(FIELD_MANAGER).serverSideApply();

        fleet.label(fleet.profile("spoke"), "env", "test");
        eventually(
                () -> assertEquals("test", labels(fleet.cluster("spoke").get()).get("env")));
        assertEquals(kubeconfig("another"), fleet.copied("spoke"));
        fleet.changeSource("spoke", kubeconfig("rotated"));
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));
    }

    @Test
    void leavesAForeignReplacementAlone() {
        fleet.createServedProfile("spoke");

        Secret foreign = replace(
                fleet.managedSecret("spoke"), () -> fleet.createSecret(secretName("spoke"), Map.of(), "foreign"));
        GenericKubernetesResource cluster =
                replace(fleet.cluster("spoke"), () -> fleet.createCluster("spoke", Map.of(), OTHER_SPEC));

        fleet.awaitEvent("spoke", "NotOwned");
        steadily(() -> {
            assertUntouched(foreign, fleet.managedSecret("spoke"));
            assertUntouched(cluster, fleet.cluster("spoke"));
        });
    }

    @Test
    void doesNotTouchForeignObjectsThatAreCreatedConcurrently() {
        fleet.createSource("source", kubeconfig("spoke"));
        Map<String, HasMetadata> foreign = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            String name = "spoke-" + i;
            boolean secret = i % 2 == 0;
            fleet.createProfile(name);
            CompletableFuture<Void> report = CompletableFuture.runAsync(
                    () -> fleet.report(name, List.of(secretReader(Map.of("name", "source", "key", "value")))));
            created(() -> secret
                            ? fleet.createSecret(secretName(name), Map.of(), "foreign")
                            : fleet.createCluster(name, Map.of(), OTHER_SPEC))
                    .ifPresent(object -> foreign.put(name, object));
            report.join();
        }

        foreign.forEach((name, object) -> {
            fleet.awaitEvent(name, "NotOwned");
            assertUntouched(object, object instanceof Secret ? fleet.managedSecret(name) : fleet.cluster(name));
        });
        fleet.createServedProfile("last");
    }

    @Test
    void takesOverTheOutputsOfTheGoController() {
        Secret secret = fleet.createSecret(secretName("spoke"), Map.of(MANAGED_BY, MANAGER), kubeconfig("spoke"));
        GenericKubernetesResource cluster = createClusterOfTheGoController("spoke", Map.of("env", "prod", "tier", "1"));
        fleet.label(fleet.cluster("spoke"), "projectsveltos.io/k8s-version", "v1.33.1");
        fleet.createSource("source", kubeconfig("spoke"));
        fleet.createProfile("spoke", Map.of("env", "prod", "tier", "1"), "Spoke", FINALIZER);
        fleet.reportSource("spoke", "source");
        eventually(() -> assertTrue(writers(fleet.cluster("spoke").get()).contains("Apply by " + FIELD_MANAGER)));

        fleet.label(fleet.profile("spoke"), "tier", null);

        eventually(() -> assertEquals(
                Map.of("env", "prod", MANAGED_BY, MANAGER, "projectsveltos.io/k8s-version", "v1.33.1"),
                labels(fleet.cluster("spoke").get())));
        assertSameObject(cluster, fleet.cluster("spoke"));
        assertSameObject(secret, fleet.managedSecret("spoke"));
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
        fleet.changeSource("source", kubeconfig("rotated"));
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));
    }

    @Test
    void takesOverOnlyOnce() {
        createClusterOfTheGoController("spoke", Map.of());
        fleet.createSecret(secretName("spoke"), Map.of(MANAGED_BY, MANAGER), kubeconfig("spoke"));
        fleet.createProfileAndSource("spoke");
        eventually(() -> assertEquals(
                List.of("Apply"),
                operationsThatOwnOurLabel(fleet.cluster("spoke").get())));
        fleet.label(fleet.cluster("spoke"), "projectsveltos.io/k8s-version", "v1.33.1");

        GenericKubernetesResource after = fleet.cluster("spoke").get();

        steadily(() -> assertUntouched(after, fleet.cluster("spoke")));
    }

    @Test
    void keepsWhatSveltosWroteToAClusterOfTheGoController() {
        createClusterOfTheGoController("spoke", Map.of("env", "prod"));
        fleet.createSecret(secretName("spoke"), Map.of(MANAGED_BY, MANAGER), "old");
        fleet.editData(fleet.managedSecret("spoke"), "re-kubeconfig", "renewed");
        fleet.label(fleet.cluster("spoke"), "sveltos.example.com/classified", "yes");
        fleet.editSpec(
                fleet.cluster("spoke"),
                Map.of(
                        "tokenRequestRenewalOption",
                        Map.of("renewTokenRequestInterval", "1h"),
                        "kubeconfigKeyName",
                        "re-kubeconfig"));
        fleet.createProfileAndSource("spoke");

        eventually(() -> assertTrue(writers(fleet.cluster("spoke").get()).contains("Apply by " + FIELD_MANAGER)));

        steadily(() -> {
            GenericKubernetesResource cluster = fleet.cluster("spoke").get();
            assertEquals("re-kubeconfig", spec(cluster).get("kubeconfigKeyName"));
            assertEquals("yes", labels(cluster).get("sveltos.example.com/classified"));
            assertEquals("renewed", fleet.copied("spoke", "re-kubeconfig"));
        });
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
    }

    private GenericKubernetesResource createClusterOfTheGoController(String name, Map<String, String> profileLabels) {
        Map<String, String> labels = new HashMap<>(profileLabels);
        labels.put(MANAGED_BY, MANAGER);
        return fleet.createCluster(
                name, labels, Map.of("kubeconfigName", secretName(name), "kubeconfigKeyName", "kubeconfig"));
    }

    /** Deletes an object and creates another in its place before the controller recreates its own. */
    private static <T extends HasMetadata> T replace(Resource<T> object, Supplier<T> other) {
        return await().pollDelay(Duration.ZERO)
                .until(
                        () -> {
                            object.delete();
                            return created(other);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private static <T> Optional<T> created(Supplier<? extends T> create) {
        try {
            return Optional.of(create.get());
        } catch (KubernetesClientException e) {
            assertEquals(409, e.getCode(), e.getMessage());
            return Optional.empty();
        }
    }

    private static List<String> operationsThatOwnOurLabel(HasMetadata object) {
        return object.getMetadata().getManagedFields().stream()
                .filter(entry -> entry.getFieldsV1().toString().contains("f:" + MANAGED_BY))
                .map(ManagedFieldsEntry::getOperation)
                .toList();
    }

    private static void assertUntouched(HasMetadata before, Resource<? extends HasMetadata> now) {
        assertEquals(
                before.getMetadata().getResourceVersion(),
                now.get().getMetadata().getResourceVersion());
    }

    private static void assertSameObject(HasMetadata before, Resource<? extends HasMetadata> now) {
        assertEquals(before.getMetadata().getUid(), now.get().getMetadata().getUid());
        assertFalse(writers(now.get()).isEmpty());
    }
}
