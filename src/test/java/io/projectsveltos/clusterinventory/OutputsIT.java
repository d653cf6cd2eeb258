package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.DISPLAY_NAME;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FIELD_MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.writers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.projectsveltos.clusterinventory.testing.AdmissionWebhook;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels, annotations and types of the outputs, and repairs when others write to them, too. */
class OutputsIT {

    private static final Duration REPAIR_INTERVAL = Duration.ofSeconds(5);

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @Test
    void doesNotCopyLabelsOfDeploymentTools() {
        env.start(Map.of());
        Map<String, String> labels = Map.of(
                "env", "prod",
                "app.kubernetes.io/name", "inventory",
                "app.kubernetes.io/instance", "inventory",
                "argocd.argoproj.io/instance", "inventory",
                "kustomize.toolkit.fluxcd.io/name", "inventory",
                "helm.toolkit.fluxcd.io/namespace", "flux-system");
        createProfileAndSource("spoke", labels);

        fleet.awaitServed("spoke");

        assertEquals(
                Map.of("env", "prod", "app.kubernetes.io/name", "inventory", MANAGED_BY, MANAGER),
                labels(fleet.cluster("spoke").get()));
    }

    @Test
    void removesAnExcludedLabelThatWasCopiedBefore() {
        env.start(Map.of("labels.exclude", ""));
        createProfileAndSource("spoke", Map.of("env", "prod", "argocd.argoproj.io/instance", "inventory"));
        eventually(() -> assertEquals(3, labels(fleet.cluster("spoke").get()).size()));
        env.stop();

        env.start(SECOND, Map.of());

        eventually(() -> assertEquals(
                Map.of("env", "prod", MANAGED_BY, MANAGER),
                labels(fleet.cluster("spoke").get())));
    }

    @Test
    void removesAnExcludedLabelThatTheGoControllerCopied() {
        Map<String, String> labels = Map.of("env", "prod", "argocd.argoproj.io/instance", "inventory");
        fleet.createCluster(
                "spoke",
                Map.of("env", "prod", "argocd.argoproj.io/instance", "inventory", MANAGED_BY, MANAGER),
                Map.of("kubeconfigName", secretName("spoke"), "kubeconfigKeyName", "kubeconfig"));
        fleet.label(fleet.cluster("spoke"), "projectsveltos.io/k8s-version", "v1.33.1");
        createProfileAndSource("spoke", labels);

        env.start(Map.of());

        eventually(() -> assertEquals(
                Map.of("env", "prod", MANAGED_BY, MANAGER, "projectsveltos.io/k8s-version", "v1.33.1"),
                labels(fleet.cluster("spoke").get())));
    }

    @Test
    void copiesIncludedAnnotationsWithTheFirstWrite() {
        env.start(Map.of("annotations.include", "sharding.projectsveltos.io/*"));
        fleet.createSource("spoke", kubeconfig("spoke"));
        fleet.createProfile("spoke", Map.of(), "Spoke");
        fleet.annotate(fleet.profile("spoke"), "other", "b");
        fleet.annotate(fleet.profile("spoke"), "sharding.projectsveltos.io/key", "shard-1");
        fleet.reportSource("spoke", "spoke");

        fleet.awaitServed("spoke");

        eventually(() -> assertEquals(
                Map.of("sharding.projectsveltos.io/key", "shard-1", DISPLAY_NAME, "Spoke"),
                annotations(fleet.cluster("spoke").get())));
        assertEquals(List.of("patch sveltosclusters spoke"), writesOfCluster(FIRST));
    }

    @ParameterizedTest
    @CsvSource({
        "addons.projectsveltos.io/cluster-profile, Opaque",
        "addons.projectsveltos.io/cluster-profile, example.com/other",
        "Opaque, addons.projectsveltos.io/cluster-profile"
    })
    void keepsTheTypeOfAnExistingSecret(String before, String after) {
        env.start(Map.of("outputs.secret-type", before));
        fleet.createServedProfile("spoke");
        assertEquals(before, fleet.managedSecret("spoke").get().getType());
        env.stop();

        env.start(SECOND, Map.of("outputs.secret-type", after));
        fleet.createServedProfile("later");
        steadily(() -> assertEquals(
                List.of(),
                server.writes(SECOND, fleet.namespace()).stream()
                        .filter(write -> !write.contains(" later"))
                        .toList()));
        fleet.changeSource("spoke", kubeconfig("rotated"));

        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));
        assertEquals(before, fleet.managedSecret("spoke").get().getType());
        assertEquals(after, fleet.managedSecret("later").get().getType());
        assertTrue(writers(fleet.managedSecret("spoke").get()).contains("Apply by " + FIELD_MANAGER));
    }

    @Test
    void servesAProfileWhoseNameIsTooLongForALabel() {
        env.start(Map.of());
        String name = "n".repeat(64);

        fleet.createServedProfile(name);

        fleet.awaitEvent(name, "LongName");
    }

    @Test
    void repairsDriftOfAProfileThatIsNamedLikeASecret() {
        env.start(Map.of());
        String name = secretName("spoke");
        fleet.createServedProfile(name);

        fleet.cluster(name).delete();

        fleet.awaitServed(name);
    }

    @Test
    @SuppressWarnings("try") // the webhook is only there
    void doesNotRestoreALabelThatIsRemovedBetweenReadAndWrite() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");
        fleet.awaitEvent("spoke", "Synced");
        AtomicBoolean first = new AtomicBoolean(true);
        try (AdmissionWebhook webhook = AdmissionWebhook.start(server, fleet.namespace(), write -> {
            if (write.user().equals(FIRST) && write.resource().equals("sveltosclusters") && first.getAndSet(false)) {
                fleet.label(fleet.cluster("spoke"), MANAGED_BY, null);
            }
        })) {
            fleet.label(fleet.profile("spoke"), "env", "test");

            fleet.awaitEvent("spoke", "NotOwned");
            assertFalse(first.get());
        }
        steadily(() -> assertEquals(Map.of(), labels(fleet.cluster("spoke").get())));
    }

    @Test
    void limitsRepairsThatAnotherWriterUndoes() {
        assertLimited("field manager manager changes spec.kubeconfigName", cluster -> {
            if (!"other".equals(spec(cluster).get("kubeconfigName"))) {
                fleet.editSpec(fleet.cluster("spoke"), Map.of("kubeconfigName", "other"));
            }
        });
    }

    @Test
    void limitsRepairsThatAnotherWriterDeletes() {
        assertLimited(
                "another writer deletes it", cluster -> fleet.cluster("spoke").delete());
    }

    @Test
    void limitsThePluginRunsForRepairs(@TempDir Path directory) {
        Plugins plugins = new Plugins(directory).add("plugin", Plugins.returnsTokens("plugin"));
        env.start(limited(Map.of("clusterprofile-provider-file", plugins.file().toString())));
        fleet.createProfileOffering("spoke", "plugin");
        fleet.awaitServed("spoke");
        Instant begin = Instant.now();
        try (SharedIndexInformer<Secret> other = fleet.managedSecret("spoke").inform(undoing(secret -> {
            if (!"forged".equals(fleet.copied("spoke"))) {
                fleet.editData(fleet.managedSecret("spoke"), "kubeconfig", "forged");
            }
        }))) {
            fleet.awaitEvent("spoke", "FieldManagerConflict");
            steadily(() -> assertAtMostLimit(begin, plugins.runs("plugin").size()));
            assertTrue(other.isRunning());
        }
        eventually(() -> assertTrue(fleet.copied("spoke").contains("token-")));
    }

    private void assertLimited(String expected, Consumer<GenericKubernetesResource> undo) {
        env.start(limited(Map.of()));
        fleet.createServedProfile("spoke");
        Instant begin = Instant.now();
        try (SharedIndexInformer<GenericKubernetesResource> other =
                fleet.clusters().inform(undoing(undo))) {
            fleet.awaitEvent("spoke", "FieldManagerConflict");
            String note = fleet.events("spoke", "FieldManagerConflict").get(0).getNote();
            assertTrue(note.contains(expected), note);
            steadily(() -> assertAtMostLimit(begin, writesOfCluster(FIRST).size()));
            assertTrue(other.isRunning());
        }
        eventually(() -> assertEquals(
                secretName("spoke"), spec(fleet.cluster("spoke").get()).get("kubeconfigName")));
    }

    private static Map<String, String> limited(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("outputs.repair-interval", REPAIR_INTERVAL.toSeconds() + "s");
        return all;
    }

    /** The first write, the burst, and one per interval. */
    private static void assertAtMostLimit(Instant begin, int count) {
        long most = 1 + 5 + 1 + Duration.between(begin, Instant.now()).dividedBy(REPAIR_INTERVAL);
        assertTrue(count <= most, count + ", expected at most " + most);
    }

    private static <T> ResourceEventHandler<T> undoing(Consumer<T> undo) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                undo.accept(object);
            }

            @Override
            public void onUpdate(T before, T object) {
                undo.accept(object);
            }

            @Override
            public void onDelete(T object, boolean unknown) {
                // nothing is left to undo
            }
        };
    }

    private void createProfileAndSource(String name, Map<String, String> labels) {
        fleet.createSource(name, kubeconfig(name));
        fleet.createProfile(name, labels, "");
        fleet.reportSource(name, name);
    }

    private List<String> writesOfCluster(String user) {
        return server.writes(user, fleet.namespace()).stream()
                .filter(write -> write.contains("sveltosclusters"))
                .toList();
    }
}
