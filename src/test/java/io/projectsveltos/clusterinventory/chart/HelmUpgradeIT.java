package io.projectsveltos.clusterinventory.chart;

import static io.projectsveltos.clusterinventory.chart.Combination.CHART;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FIELD_MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.writers;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer.Request;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.ControllerProcess;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Releases of the chart on a real API server. There is no kubelet: the test starts the processes that the Deployment describes,
 * in the order of its strategy, and stops them as a kubelet does.
 */
class HelmUpgradeIT {

    private static final String RELEASE = "clusterinventory-camel";
    private static final String CONFIGURATION = "/etc/clusterinventory-camel/";
    private static final String GO_DEPLOYMENT = "clusterinventory-controller";
    private static final List<String> FROM_SECRETS = List.of("edge-1", "edge-2");
    private static final List<String> FROM_PLUGIN = List.of("cloud-1", "cloud-2");
    private static final String PLUGIN = "plugin";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private static Helm helm;

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();
    private final String namespace = server.server().createNamespace("release");

    /** The user of the first and the third process; the second one is an administrator, so that the audit log has two names. */
    private final String account = "system:serviceaccount:" + namespace + ":" + RELEASE;

    private final List<ControllerProcess> started = new ArrayList<>();
    private Plugins plugins;

    @BeforeAll
    static void findHelm() {
        helm = Helm.find();
    }

    @AfterEach
    void stopAll() {
        started.forEach(ControllerProcess::close);
    }

    @Test
    void takesOverFromTheGoControllerUpgradesAndRollsBack() throws IOException {
        plugins = new Plugins(directory).add(PLUGIN, Plugins.returnsTokens(PLUGIN));
        createObjectsOfTheGoController();
        Map<String, String> registered = identities();

        install();
        ControllerProcess first = start(account);
        awaitLeading(first);
        eventually(() -> fleet.clusters()
                .list()
                .getItems()
                .forEach(cluster -> assertTrue(
                        writers(cluster).contains("Apply by " + FIELD_MANAGER),
                        cluster.getMetadata().getName())));
        plugins.awaitRuns(PLUGIN, FROM_PLUGIN.size());
        eventually(
                () -> FROM_PLUGIN.forEach(name -> assertTrue(fleet.token(name).startsWith("token-"))));

        helm(
                "upgrade",
                RELEASE,
                nextVersion(),
                "--reset-then-reuse-values",
                "--set=replicas=2,settings.sync-period=5m,settings.concurrent-reconciles=3");
        assertEquals(2, deployment().getSpec().getReplicas());
        ControllerProcess second = replace(first, account, SECOND);
        assertEquals(registered, identities());

        helm("rollback", RELEASE, "1");
        assertEquals(1, deployment().getSpec().getReplicas());
        replace(second, SECOND, account);
        assertEquals(registered, identities());

        helm("uninstall", RELEASE);
        assertEquals(registered, identities());
        steadily(() -> assertEquals(
                FROM_PLUGIN.size(), plugins.runs(PLUGIN).size(), "one for each profile, at the first start"));
        assertEquals(List.of(), deletions());
    }

    @Test
    void isNotInstalledNextToARunningGoController() throws IOException {
        plugins = new Plugins(directory).add(PLUGIN, Plugins.returnsTokens(PLUGIN));
        server.client().resource(goDeployment()).create();

        String refused =
                assertThrows(IllegalStateException.class, this::install).getMessage();
        assertTrue(refused.contains(namespace + "/" + GO_DEPLOYMENT + " runs"), refused);

        server.client()
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withName(GO_DEPLOYMENT)
                .scale(0);
        install();
    }

    /** A rolling update runs pods of both versions for a moment, and each of them would lead. */
    @ParameterizedTest
    @ValueSource(strings = {"leaderElection.enabled=false", "leaderElection.lease=another"})
    void recreatesPodsThatDoNotCompeteForTheSameLease(String change) throws IOException {
        plugins = new Plugins(directory).add(PLUGIN, Plugins.returnsTokens(PLUGIN));
        install();
        assertEquals("RollingUpdate", strategy());

        helm("upgrade", RELEASE, CHART.toString(), "--reuse-values", "--set=" + change);
        assertEquals("Recreate", strategy());

        helm("upgrade", RELEASE, CHART.toString(), "--reset-values", "--values=" + directory.resolve("values.yaml"));
        assertEquals("Recreate", strategy());

        helm("upgrade", RELEASE, CHART.toString(), "--reuse-values", "--set=settings.sync-period=1m");
        assertEquals("RollingUpdate", strategy());
    }

    private void createObjectsOfTheGoController() {
        Stream.concat(FROM_SECRETS.stream(), FROM_PLUGIN.stream()).forEach(name -> {
            fleet.createSecret(secretName(name), Map.of(MANAGED_BY, MANAGER), kubeconfig(name));
            fleet.createCluster(
                    name,
                    Map.of(MANAGED_BY, MANAGER),
                    Map.of("kubeconfigName", secretName(name), "kubeconfigKeyName", "kubeconfig"));
        });
        FROM_SECRETS.forEach(fleet::createProfileAndSource);
        FROM_PLUGIN.forEach(name -> fleet.createProfileOffering(name, PLUGIN));
        Stream.concat(FROM_SECRETS.stream(), FROM_PLUGIN.stream())
                .forEach(name ->
                        fleet.setFinalizers(fleet.profile(name), "clusterinventory.projectsveltos.io/finalizer"));
    }

    private Deployment goDeployment() {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(GO_DEPLOYMENT)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("control-plane", GO_DEPLOYMENT)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("control-plane", GO_DEPLOYMENT)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("manager")
                .withImage("clusterinventory-controller")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private void install() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        Path values = directory.resolve("values.yaml");
        yaml.writeValue(
                values.toFile(),
                Map.of(
                        "watchNamespaces",
                        List.of(fleet.namespace()),
                        "providers",
                        yaml.readTree(plugins.file().toFile())));
        helm("install", RELEASE, CHART.toString(), "--values=" + values);
    }

    private String strategy() {
        return deployment().getSpec().getStrategy().getType();
    }

    /** The chart as the package of a later version. */
    private String nextVersion() {
        helm.run("package", CHART.toString(), "--version=0.2.0", "--app-version=0.2.0", "--destination=" + directory);
        return directory.resolve(RELEASE + "-0.2.0.tgz").toString();
    }

    private void helm(String... arguments) {
        helm.run(Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                "--namespace=" + namespace,
                                "--kubeconfig=" + server.server().kubeconfigFile()))
                .toArray(String[]::new));
    }

    private Deployment deployment() {
        return server.client()
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withName(RELEASE)
                .get();
    }

    /**
     * A rolling update while profiles change: the next process starts, becomes ready, and the old one is stopped. Asserts that
     * the next one writes nothing before the old one has written for the last time.
     */
    private ControllerProcess replace(ControllerProcess old, String userOfOld, String userOfNext) throws IOException {
        assertEquals(
                1,
                deployment()
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxSurge()
                        .getIntVal());
        Instant begin = Instant.now();
        ControllerProcess next = start(userOfNext);
        eventually(() -> assertTrue(next.lines().stream().anyMatch(line -> line.contains("Standing by: "))));

        changeLabels();
        eventually(() -> assertFalse(writes(userOfOld, begin).isEmpty()));
        old.signal("TERM");
        eventually(() -> {
            changeLabels();
            assertFalse(writes(userOfNext, begin).isEmpty());
        });
        awaitLeading(next);
        old.awaitExit(Duration.ofSeconds(15));

        List<Request> ofOld = writes(userOfOld, begin);
        Instant last = ofOld.get(ofOld.size() - 1).received();
        assertTrue(writes(userOfNext, begin).get(0).received().isAfter(last), "two leaders");
        return next;
    }

    /** Starts what the Deployment describes, with other ports: several run on one machine. */
    private ControllerProcess start(String user) throws IOException {
        Container container =
                deployment().getSpec().getTemplate().getSpec().getContainers().get(0);
        Path files = Files.createDirectory(directory.resolve("process-" + started.size()));
        Map<String, String> environment = new HashMap<>(configMap("settings").getData());
        container.getEnv().forEach(variable -> environment.put(variable.getName(), variable.getValue()));
        // in a pod, it is the namespace of the service account
        environment.put("LEADER_ELECTION_NAMESPACE", namespace);
        environment.put("KUBECONFIG", kubeconfigOf(user).toString());
        for (String folder : List.of("routes", "providers")) {
            Path mounted = Files.createDirectory(files.resolve(folder));
            Map<String, String> data = configMap(folder).getData();
            for (var file : (data == null ? Map.<String, String>of() : data).entrySet()) {
                Files.writeString(mounted.resolve(file.getKey()), file.getValue());
            }
        }
        ControllerProcess process = ControllerProcess.start(
                files,
                environment,
                container.getArgs().stream()
                        .filter(argument -> !argument.matches("--(health-addr|diagnostics-address)=.*"))
                        .map(argument -> argument.replace(CONFIGURATION, files + "/"))
                        .toArray(String[]::new));
        started.add(process);
        return process;
    }

    private Path kubeconfigOf(String user) {
        return user.equals(account)
                ? server.kubeconfigOf(RELEASE, server.tokenOf(namespace, RELEASE))
                : server.kubeconfigOf(user);
    }

    private ConfigMap configMap(String suffix) {
        return server.client()
                .configMaps()
                .inNamespace(namespace)
                .withName(RELEASE + "-" + suffix)
                .get();
    }

    private static void awaitLeading(ControllerProcess process) {
        process.awaitLine("Became leader (lease ");
    }

    private void changeLabels() {
        String now = String.valueOf(System.nanoTime());
        FROM_SECRETS.forEach(name -> fleet.label(fleet.profile(name), "changed", now));
    }

    private List<Request> writes(String user, Instant since) {
        return server.everyWrite(user, fleet.namespace()).stream()
                .filter(write -> write.received().isAfter(since))
                .toList();
    }

    private List<Request> deletions() {
        return Stream.of(account, SECOND)
                .flatMap(user -> server.everyWrite(user, fleet.namespace()).stream())
                .filter(write -> write.verb().equals("delete"))
                .toList();
    }

    /** The UIDs of all SveltosClusters and managed Secrets: an object that was deleted and created again has another one. */
    private Map<String, String> identities() {
        Stream<HasMetadata> secrets = Stream.concat(FROM_SECRETS.stream(), FROM_PLUGIN.stream())
                .map(name -> fleet.managedSecret(name).get());
        return Stream.concat(fleet.clusters().list().getItems().stream(), secrets)
                .collect(toMap(
                        object -> object.getKind() + " " + object.getMetadata().getName(),
                        object -> object.getMetadata().getUid()));
    }
}
