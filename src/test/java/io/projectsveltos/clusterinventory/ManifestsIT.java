package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.Manifests.NAME;
import static io.projectsveltos.clusterinventory.testing.Manifests.NAMESPACE;
import static io.projectsveltos.clusterinventory.testing.Manifests.stream;
import static io.projectsveltos.clusterinventory.testing.Manifests.texts;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.apiserver.RealApiServer;
import io.projectsveltos.clusterinventory.cli.Flags;
import io.projectsveltos.clusterinventory.credential.exec.ProviderFile;
import io.projectsveltos.clusterinventory.testing.Manifests;
import io.projectsveltos.clusterinventory.testing.Monitoring;
import io.projectsveltos.clusterinventory.testing.Permission;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kustomizations, checked against a real API server, the command line and each other. */
class ManifestsIT {

    private static final String CONFIGURATION = "/etc/clusterinventory-camel/";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z0-9.-]+)(:[^}]*)?}}");

    @AutoClose
    private static RealApiServer server;

    private static Kubectl kubectl;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        server = RealApiServer.start();
        kubectl = Kubectl.find();
        server.createRestrictedNamespaces(NAMESPACE, "fleet");
    }

    static Stream<String> folders() {
        return Manifests.folders();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void isAcceptedByTheApiServerWithoutAWarning(String folder) {
        String applied = apply(Manifests.of(folder).builtIn());

        assertTrue(applied.contains("deployment.apps/clusterinventory-camel serverside-applied"), applied);
    }

    @ParameterizedTest
    @MethodSource("folders")
    void passesTheRestrictedPodSecurityStandard(String folder) {
        String pod = "restricted-" + folder.replace('/', '-');

        apply(pod(pod, Manifests.of(folder).podSpec()).toPrettyString());

        assertNotNull(
                server.client().pods().inNamespace(NAMESPACE).withName(pod).get());
    }

    @Test
    void theNamespaceEnforcesTheRestrictedPodSecurityStandard() {
        ObjectNode pod = pod("privileged", Manifests.of("base").podSpec());
        ((ObjectNode) pod.at("/spec")).remove("securityContext");

        assertThrows(IllegalStateException.class, () -> apply(pod.toPrettyString()));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void startsTheControllerWithValidFlagsAndFiles(String folder) throws Exception {
        Manifests manifests = Manifests.of(folder);
        mount(manifests, "routes");
        mount(manifests, "providers");
        String[] arguments = texts(manifests.container().path("args")).stream()
                .map(argument -> argument.replace(CONFIGURATION, directory + "/"))
                .toArray(String[]::new);

        Flags.settings(Flags.parse(arguments));

        assertNotNull(
                ProviderFile.read(directory.resolve("providers/providers.yaml").toString()));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void setsOnlyKnownSettings(String folder) throws IOException {
        Manifests manifests = Manifests.of(folder);
        Set<String> known = Stream.of(settings(), placeholders(manifests.configMap(NAME + "-routes")))
                .flatMap(names -> names)
                .map(name -> name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
                .collect(toSet());

        manifests
                .configMap(NAME + "-settings")
                .path("data")
                .fieldNames()
                .forEachRemaining(name -> assertTrue(known.contains(name), name));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void givesPluginsASmallWritableHomeInMemory(String folder) {
        Manifests manifests = Manifests.of(folder);
        String home = stream(manifests.container().path("env"))
                .filter(variable -> variable.path("name").asText().equals("HOME"))
                .map(variable -> variable.path("value").asText())
                .findFirst()
                .orElseThrow();
        JsonNode mount = stream(manifests.container().path("volumeMounts"))
                .filter(candidate -> candidate.path("mountPath").asText().equals(home))
                .findFirst()
                .orElseThrow();

        assertFalse(mount.path("readOnly").asBoolean());
        assertTrue(stream(manifests.podSpec().path("volumes"))
                .filter(volume -> volume.path("name").equals(mount.path("name")))
                .map(volume -> volume.path("emptyDir"))
                .allMatch(memory -> memory.path("medium").asText().equals("Memory")
                        && memory.path("sizeLimit").isTextual()));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void namesOnlyExistingPorts(String folder) {
        Manifests manifests = Manifests.of(folder);
        Set<String> ofContainer = stream(manifests.container().path("ports"))
                .map(port -> port.path("name").asText())
                .collect(toSet());
        Set<String> ofService = stream(manifests.one("Service").at("/spec/ports"))
                .map(port -> port.path("name").asText())
                .collect(toSet());

        for (String probe : Set.of("startupProbe", "livenessProbe", "readinessProbe")) {
            String port =
                    manifests.container().at("/" + probe + "/httpGet/port").asText();
            assertTrue(ofContainer.contains(port), probe + ": " + port);
        }
        stream(manifests.one("Service").at("/spec/ports"))
                .map(port -> port.path("targetPort").asText())
                .forEach(port -> assertTrue(ofContainer.contains(port), port));
        manifests
                .all("ServiceMonitor")
                .flatMap(monitor -> stream(monitor.at("/spec/endpoints")))
                .map(endpoint -> endpoint.path("port").asText())
                .forEach(port -> assertTrue(ofService.contains(port), port));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void selectsItsOwnPods(String folder) {
        Manifests manifests = Manifests.of(folder);
        JsonNode deployment = manifests.one("Deployment");
        Set<JsonNode> selectors = Stream.of(
                        Stream.of(
                                deployment.at("/spec/selector/matchLabels"),
                                manifests.one("Service").at("/spec/selector")),
                        manifests.all("PodDisruptionBudget").map(budget -> budget.at("/spec/selector/matchLabels")),
                        stream(manifests.podSpec().path("topologySpreadConstraints"))
                                .map(constraint -> constraint.at("/labelSelector/matchLabels")))
                .flatMap(found -> found)
                .collect(toSet());

        assertEquals(1, selectors.size(), selectors::toString);
        selectors
                .iterator()
                .next()
                .properties()
                .forEach(label -> assertEquals(
                        label.getValue(),
                        deployment.at("/spec/template/metadata/labels").path(label.getKey())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/ha", "overlays/monitoring"})
    void movesToAnotherNamespaceWithOneLine(String folder) throws IOException {
        Path there =
                directory.toRealPath().relativize(Path.of("kubernetes", folder).toRealPath());
        Files.writeString(directory.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                namespace: elsewhere
                resources: [%s]
                """.formatted(there));

        Manifests moved = Manifests.of(directory);

        assertEquals(Set.of("elsewhere", ""), namespacesOf(moved));
        assertEquals(
                Set.of("elsewhere"),
                Stream.of("RoleBinding", "ClusterRoleBinding")
                        .flatMap(moved::all)
                        .flatMap(binding -> stream(binding.path("subjects")))
                        .filter(subject -> subject.path("name").asText().equals(NAME))
                        .map(subject -> subject.path("namespace").asText())
                        .collect(toSet()));
    }

    static Stream<String> runbookCommands() {
        return Monitoring.commands().stream().filter(command -> command.matches("kubectl .*(get|describe) .*"));
    }

    @ParameterizedTest
    @MethodSource("runbookCommands")
    void runbookCommandsWork(String command) throws IOException {
        Properties settings = new Properties();
        try (InputStream file = Main.class.getResourceAsStream("/application.properties")) {
            settings.load(file);
        }
        String lease = settings.getProperty("leader-election.lease");
        server.client()
                .resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(lease)
                        .endMetadata()
                        .build())
                .serverSideApply();
        String[] words = command.replace("{{ $labels.namespace }}", NAMESPACE)
                .replace("{{ $labels.name }}", lease)
                .split(" ");
        words[0] = "--kubeconfig=" + server.kubeconfigFile();

        kubectl.run("", words);
    }

    @Test
    void hasNoClusterScopedPermissionsWhenItServesNamespaces() {
        Manifests namespaced = Manifests.of("overlays/namespaced");

        assertEquals(Set.of(NAMESPACE, "fleet"), namespacesOf(namespaced));
        assertEquals(
                Set.of(NAMESPACE),
                namespaced
                        .all("RoleBinding")
                        .map(binding -> binding.at("/subjects/0/namespace").asText())
                        .collect(toSet()));
        assertEquals(
                Permission.of(Manifests.of("base").one("ClusterRole"))
                        .filter(Permission::isNamespaced)
                        .collect(toSet()),
                namespaced
                        .all("Role")
                        .filter(role -> role.at("/metadata/namespace").asText().equals("fleet"))
                        .flatMap(Permission::of)
                        .collect(toSet()));
    }

    private static String apply(String objects) {
        return kubectl.run(
                objects,
                "apply",
                "--kubeconfig=" + server.kubeconfigFile(),
                "--server-side",
                "--validate=strict",
                "--warnings-as-errors",
                "-f",
                "-");
    }

    private static ObjectNode pod(String name, JsonNode spec) {
        ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata").put("name", name).put("namespace", NAMESPACE);
        pod.set("spec", spec.deepCopy());
        return pod;
    }

    /** Writes the ConfigMap of a volume to the path that the container has. */
    private void mount(Manifests manifests, String volume) throws IOException {
        String configMap = stream(manifests.podSpec().path("volumes"))
                .filter(candidate -> candidate.path("name").asText().equals(volume))
                .map(found -> found.at("/configMap/name").asText())
                .findFirst()
                .orElseThrow();
        assertTrue(stream(manifests.container().path("volumeMounts"))
                .anyMatch(mount -> mount.path("mountPath").asText().equals(CONFIGURATION + volume)
                        && mount.path("name").asText().equals(volume)));
        Path folder = Files.createDirectory(directory.resolve(volume));
        JsonNode mounted = manifests
                .all("ConfigMap")
                .filter(map -> map.at("/metadata/name").asText().equals(configMap))
                .findFirst()
                .orElseThrow();
        for (var file : mounted.path("data").properties()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue().asText());
        }
    }

    private static Stream<String> settings() throws IOException {
        Properties shipped = new Properties();
        try (InputStream file = Main.class.getResourceAsStream("/application.properties")) {
            shipped.load(file);
        }
        assertFalse(shipped.isEmpty());
        return shipped.stringPropertyNames().stream();
    }

    private static Stream<String> placeholders(JsonNode routes) {
        return PLACEHOLDER.matcher(routes.path("data").toString()).results().map(found -> found.group(1));
    }

    private static Set<String> namespacesOf(Manifests manifests) {
        return manifests.objects().stream()
                .map(object -> object.at("/metadata/namespace").asText())
                .collect(toSet());
    }
}
