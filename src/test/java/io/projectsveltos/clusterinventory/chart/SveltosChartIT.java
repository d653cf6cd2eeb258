package io.projectsveltos.clusterinventory.chart;

import static io.projectsveltos.clusterinventory.testing.Manifests.NAMESPACE;
import static io.projectsveltos.clusterinventory.testing.Manifests.stream;
import static io.projectsveltos.clusterinventory.testing.Manifests.texts;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.apiserver.RealApiServer;
import io.projectsveltos.clusterinventory.cli.Flags;
import io.projectsveltos.clusterinventory.testing.Manifests;
import io.projectsveltos.clusterinventory.testing.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** Sveltos' own chart with the values of {@code kubernetes/examples/sveltos-chart} runs this controller. */
class SveltosChartIT {

    static final String VERSION = "1.13.0";

    private static final Path VALUES = Path.of("kubernetes/examples/sveltos-chart/values.yaml");
    private static final Path PERMISSIONS = Path.of("kubernetes/examples/sveltos-chart/permissions.yaml");
    private static final String NAME = "clusterinventory-controller";

    private static Manifests rendered;

    @BeforeAll
    static void render() throws IOException {
        Path chart = Path.of(System.getProperty("sveltos.chart", ""));
        if (!Files.exists(chart.resolve("Chart.yaml"))) {
            String message = "No chart of Sveltos to test the values with: name the folder of the chart projectsveltos "
                    + VERSION + " in -Dsveltos.chart, as .ci/sveltos-chart prints it";
            // the test report does not say why a whole class was skipped
            System.err.println(message);
            throw new TestAbortedException(message);
        }
        rendered = Manifests.parse(Helm.find()
                .run("template", NAMESPACE, chart.toString(), "--namespace=" + NAMESPACE, "--values=" + VALUES));
    }

    @Test
    void theVersionIsTheOneThatTheDocumentNames() throws IOException {
        assertEquals(
                "projectsveltos-" + VERSION,
                deployment().at("/metadata/labels/helm.sh~1chart").asText());
        assertTrue(Files.readString(Path.of("docs/install.md")).contains(VERSION));
    }

    @Test
    void startsOurProgramWithValidFlagsAndElectsALeader() throws Exception {
        String[] arguments = texts(container().path("args")).toArray(String[]::new);

        assertEquals("true", Flags.settings(Flags.parse(arguments)).get("leader-elect"));
        assertEquals("[\"/manager\"]", container().path("command").toString());
        assertEquals(
                "registry.example/clusterinventory-camel:0.1.0",
                container().path("image").asText());
    }

    @Test
    void hasOurPortsAndProbes() {
        JsonNode ours = Manifests.of("base").container();

        assertEquals(ports(ours), ports(container()));
        for (String probe : Set.of("livenessProbe", "readinessProbe")) {
            for (String field : Set.of("path", "port")) {
                assertEquals(
                        ours.at("/" + probe + "/httpGet/" + field), container().at("/" + probe + "/httpGet/" + field));
            }
        }
    }

    @Test
    void hasAllPermissionsTogetherWithThoseOfOurFile() throws IOException {
        Manifests added = Manifests.parse(Files.readString(PERMISSIONS));
        Set<Permission> granted = Stream.concat(
                        rendered.all("ClusterRole")
                                .filter(role -> isBound(rendered, "ClusterRoleBinding", role))
                                .flatMap(Permission::of),
                        Stream.of("Role", "ClusterRole")
                                .flatMap(kind -> added.all(kind).filter(role -> isBound(added, kind + "Binding", role)))
                                .flatMap(Permission::of))
                .collect(toSet());

        Set<Permission> missing = Stream.of("ClusterRole", "Role")
                .flatMap(kind -> Manifests.of("base").all(kind))
                .flatMap(Permission::of)
                .filter(permission -> !granted.contains(permission))
                .collect(toSet());

        assertEquals(Set.of(), missing);
    }

    @Test
    void isNotSlowedDownByACpuLimit() {
        assertFalse(container().at("/resources/limits").has("cpu"));
    }

    /** Traps that the document names: where one of them is gone, the document has to change. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/spec/strategy",
                "/spec/template/spec/shareProcessNamespace",
                "/spec/template/spec/volumes",
                "/spec/template/spec/containers/0/envFrom",
                "/spec/template/spec/containers/0/startupProbe"
            })
    void stillLacks(String field) {
        assertTrue(deployment().at(field).isMissingNode());
    }

    @Test
    void itsPodIsAdmittedByTheRestrictedPodSecurityStandard() throws IOException {
        ObjectNode pod = deployment().at("/spec/template").deepCopy();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        pod.withObject("/metadata").put("name", NAME).put("namespace", NAMESPACE);
        try (RealApiServer server = RealApiServer.start()) {
            server.client()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(NAMESPACE)
                            .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                            .endMetadata()
                            .build())
                    .create();
            for (String objects : new String[] {pod.toString(), Files.readString(PERMISSIONS)}) {
                Kubectl.find()
                        .run(
                                objects,
                                "apply",
                                "--kubeconfig=" + server.kubeconfigFile(),
                                "--server-side",
                                "--dry-run=server",
                                "--warnings-as-errors",
                                "-f",
                                "-");
            }
        }
    }

    private static JsonNode deployment() {
        return rendered.all("Deployment")
                .filter(object -> object.at("/metadata/name").asText().equals(NAME))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode container() {
        return deployment().at("/spec/template/spec/containers/0");
    }

    private static Map<String, Integer> ports(JsonNode container) {
        return stream(container.path("ports"))
                .collect(toMap(port -> port.path("name").asText(), port -> port.path("containerPort")
                        .asInt()));
    }

    /** Whether a binding of this kind gives the role to the ServiceAccount of the Deployment. */
    private static boolean isBound(Manifests manifests, String kind, JsonNode role) {
        return manifests
                .all(kind)
                .filter(binding -> binding.at("/roleRef/name").equals(role.at("/metadata/name")))
                .flatMap(binding -> stream(binding.path("subjects")))
                .anyMatch(subject -> subject.path("name")
                                .asText()
                                .equals(deployment()
                                        .at("/spec/template/spec/serviceAccountName")
                                        .asText())
                        && subject.path("namespace").asText().equals(NAMESPACE));
    }
}
