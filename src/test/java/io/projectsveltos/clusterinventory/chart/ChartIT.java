package io.projectsveltos.clusterinventory.chart;

import static io.projectsveltos.clusterinventory.chart.Combination.CHART;
import static io.projectsveltos.clusterinventory.testing.Manifests.NAME;
import static io.projectsveltos.clusterinventory.testing.Manifests.NAMESPACE;
import static io.projectsveltos.clusterinventory.testing.Manifests.stream;
import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.apiserver.RealApiServer;
import io.projectsveltos.clusterinventory.testing.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart and the kustomizations are one truth, which the API server accepts. */
class ChartIT {

    /** What only a chart has: labels that differ between releases and versions, and a checksum instead of hashes in names. */
    private static final Set<String> OF_CHARTS = Set.of(
            "app.kubernetes.io/instance",
            "app.kubernetes.io/managed-by",
            "app.kubernetes.io/version",
            "helm.sh/chart",
            "checksum/configuration");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    @AutoClose
    private static RealApiServer server;

    private static Kubectl kubectl;
    private static Helm helm;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        helm = Helm.find();
        server = RealApiServer.start();
        kubectl = Kubectl.find();
        server.createRestrictedNamespaces(NAMESPACE, "fleet");
    }

    static Stream<Combination> combinations() {
        return Combination.all();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void rendersWhatTheKustomizationBuilds(Combination combination) throws IOException {
        assertEquals(List.of(), differences(combination.chart(helm, directory), combination.base(directory)));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void isAcceptedByTheApiServerWithoutAWarning(Combination combination) throws IOException {
        String applied = dryRun(combination.chart(helm, directory).builtIn());

        assertTrue(applied.contains("deployment.apps/" + NAME + " serverside-applied"), applied);
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void itsPodIsAdmittedByTheRestrictedPodSecurityStandard(Combination combination) throws IOException {
        JsonNode template = combination.chart(helm, directory).one("Deployment").at("/spec/template");

        String applied = dryRun(pod(template).toString());

        assertTrue(applied.contains("pod/restricted serverside-applied"), applied);
    }

    @Test
    void thatStandardRefusesAnotherPod() throws IOException {
        ObjectNode pod = pod(render().one("Deployment").at("/spec/template"));
        ((ObjectNode) pod.path("spec")).remove("securityContext");

        assertThrows(IllegalStateException.class, () -> dryRun(pod.toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replica=2                                         | additional properties 'replica' not allowed
            image.name=x                                      | additional properties 'name' not allowed
            settings.sync-perod=5m                            | additional properties 'sync-perod' not allowed
            settings.watch-namespaces=fleet                   | additional properties 'watch-namespaces' not allowed
            monitoring.rules.on=true                          | additional properties 'on' not allowed
            registration.rule.shard=x                         | additional properties 'rule' not allowed
            plugins[0].name=a,plugins[0].img=b                | additional properties 'img' not allowed
            extraArgs[0]=--leader-elect=false                 | extraArgs
            routes.readme=x                                   | readme
            leaderElection.enabled=false,replicas=2           | replicas: more than one needs leaderElection.enabled
            """)
    void refusesAWrongKeyWithItsName(String values, String message) {
        String refused = assertThrows(IllegalStateException.class, () -> render("--set=" + values))
                .getMessage();

        assertTrue(refused.contains(message), refused);
    }

    @Test
    void refusesImageVolumesWhereTheyDoNotExist() {
        String[] plugin = {"--set=plugins[0].name=a,plugins[0].image=b,plugins[0].path=/c", "--kube-version=1.34.0"};

        String refused =
                assertThrows(IllegalStateException.class, () -> render(plugin)).getMessage();

        assertTrue(refused.contains("plugins: a: image volumes need Kubernetes 1.35"), refused);
        assertEquals(
                1,
                render("--set=plugins[0].mount=copy", plugin[0], plugin[1])
                        .podSpec()
                        .path("initContainers")
                        .size());
    }

    @ParameterizedTest
    @CsvSource({
        "settings.sync-period=1m",
        "routes.a\\.yaml=x",
        "providers.providers[0].name=a",
        "registration.rules.labels.a=b",
        "routeSettings.a=b"
    })
    void replacesThePodsWhenWhatTheyReadAtTheStartChanges(String values) {
        assertNotEquals(checksum(render()), checksum(render("--set=" + values)));
    }

    @Test
    void keepsThePodsWhenOnlyTheVersionOfTheChartChanges() {
        String packaged = helm.run("package", CHART.toString(), "--version=9.9.9", "--destination=" + directory);
        assertTrue(packaged.contains("9.9.9"), packaged);

        Manifests next = Manifests.parse(helm.run(
                "template",
                NAME,
                directory.resolve(NAME + "-9.9.9.tgz").toString(),
                "--namespace=" + NAMESPACE,
                "--set=monitoring.dashboard.enabled=true"));

        assertEquals(
                render().one("Deployment").at("/spec/template"),
                next.one("Deployment").at("/spec/template"));
        assertFalse(
                next.configMapNamed(NAME + "-dashboard").path("data").isEmpty(), "the package has the linked files");
    }

    @Test
    void anotherReleaseInAnotherNamespaceSharesNothing() throws IOException {
        String[] everything = {
            "--set=monitoring.rules.enabled=true,monitoring.serviceMonitor.enabled=true",
            "--set=monitoring.dashboard.enabled=true,networkPolicy.enabled=true,replicas=2"
        };
        Manifests other = Manifests.parse(helm.run(
                "template", "second", CHART.toString(), "--namespace=elsewhere", everything[0], everything[1]));

        Set<String> shared = new TreeSet<>(byKey(render(everything)).keySet());
        shared.retainAll(byKey(other).keySet());

        assertEquals(Set.of(), shared);
        other.all("PrometheusRule").forEach(rules -> {
            String text = rules.toString();
            assertFalse(text.contains("-n projectsveltos"), text);
            assertTrue(text.contains("deployment/second-" + NAME), text);
        });
    }

    @Test
    void servesItsOwnNamespace() throws IOException {
        Manifests own = render("--set=watchNamespaces[0]=" + NAMESPACE);

        dryRun(own.builtIn());
        assertEquals(
                Set.of("Role " + NAMESPACE + "/" + NAME, "Role " + NAMESPACE + "/" + NAME + "-served"),
                byKey(own).keySet().stream()
                        .filter(key -> key.startsWith("Role "))
                        .collect(toSet()));
    }

    @Test
    void takesRoutesFromFiles() {
        String route = "kubernetes/components/monitoring/servicemonitor.yaml";

        Manifests manifests = render("--set-file=routes.any\\.camel\\.yaml=" + route);

        assertTrue(manifests
                .configMapNamed(NAME + "-routes")
                .at("/data/any.camel.yaml")
                .asText()
                .contains("kind: ServiceMonitor"));
    }

    @Test
    void passesHelmsOwnChecks() {
        String checked = helm.run("lint", "--strict", CHART.toString());

        assertTrue(checked.contains("0 chart(s) failed"), checked);
    }

    @Test
    void theNotesNameTheRelease() {
        String notes = helm.run(
                "install",
                "second",
                CHART.toString(),
                "--namespace=fleet",
                "--dry-run=server",
                "--kubeconfig=" + server.kubeconfigFile());

        assertTrue(notes.contains("kubectl -n fleet rollout status deployment second-" + NAME), notes);
    }

    private Manifests render(String... arguments) {
        try {
            return new Combination("", YAML.missingNode(), YAML.createObjectNode()).chart(helm, directory, arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String checksum(Manifests manifests) {
        return manifests
                .one("Deployment")
                .at("/spec/template/metadata/annotations/checksum~1configuration")
                .asText();
    }

    private static String dryRun(String objects) {
        return kubectl.run(
                objects,
                "apply",
                "--kubeconfig=" + server.kubeconfigFile(),
                "--server-side",
                "--dry-run=server",
                "--validate=strict",
                "--warnings-as-errors",
                "-f",
                "-");
    }

    private static ObjectNode pod(JsonNode template) {
        ObjectNode pod = template.deepCopy();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        pod.withObject("/metadata").put("name", "restricted").put("namespace", NAMESPACE);
        return pod;
    }

    private static List<String> differences(Manifests chart, Manifests base) throws IOException {
        Map<String, JsonNode> ours = byKey(chart);
        Map<String, JsonNode> theirs = byKey(base);
        Set<String> all = new TreeSet<>(ours.keySet());
        all.addAll(theirs.keySet());
        List<String> found = new ArrayList<>();
        for (String key : all) {
            compare(key, ours.get(key), theirs.get(key), found);
        }
        return found;
    }

    private static void compare(String path, JsonNode chart, JsonNode base, List<String> found) {
        if (chart == null || base == null || !chart.isContainerNode() || chart.getNodeType() != base.getNodeType()) {
            if (chart == null || !chart.equals(base)) {
                found.add(path + ": chart " + chart + ", kustomization " + base);
            }
            return;
        }
        Set<String> fields = new TreeSet<>();
        chart.fieldNames().forEachRemaining(fields::add);
        base.fieldNames().forEachRemaining(fields::add);
        fields.forEach(field -> compare(path + "/" + field, chart.get(field), base.get(field), found));
        for (int i = 0; chart.isArray() && i < Math.max(chart.size(), base.size()); i++) {
            compare(path + "/" + i, chart.get(i), base.get(i), found);
        }
    }

    /** Each object under its kind, namespace and name, without what only a chart or only kustomize adds. */
    private static Map<String, JsonNode> byKey(Manifests manifests) throws IOException {
        Map<String, JsonNode> objects = new TreeMap<>();
        for (JsonNode object : manifests.objects()) {
            ObjectNode plain = (ObjectNode) JSON.readTree(
                    object.toString().replaceAll('(' + NAME + "-(settings|routes|providers))-[a-z0-9]{10}\"", "$1\""));
            normalize(plain);
            if (plain.path("kind").asText().equals("ConfigMap")) {
                readFiles(plain);
            }
            String key = plain.path("kind").asText() + " "
                    + plain.at("/metadata/namespace").asText() + "/"
                    + plain.at("/metadata/name").asText();
            assertEquals(null, objects.put(key, plain), key + " occurs twice");
        }
        return objects;
    }

    private static void normalize(JsonNode node) {
        node.forEach(ChartIT::normalize);
        if (node instanceof ObjectNode object) {
            object.remove(OF_CHARTS);
            // lists that the API server treats as maps: kustomize puts what it adds first
            sort(object, "volumes", "name");
            sort(object, "volumeMounts", "mountPath");
            if (object.has("annotations") && object.path("annotations").isEmpty()) {
                object.remove("annotations");
            }
        }
    }

    private static void sort(ObjectNode object, String list, String key) {
        if (object.has(list)) {
            List<JsonNode> items = new ArrayList<>(stream(object.path(list)).toList());
            items.sort(comparing(item -> item.path(key).asText()));
            object.putArray(list).addAll(items);
        }
    }

    /** Files are the same if they mean the same: the chart writes YAML again, without comments. */
    private static void readFiles(ObjectNode configMap) throws IOException {
        for (var file : configMap.path("data").properties()) {
            if (file.getKey().endsWith(".yaml")) {
                file.setValue(YAML.readTree(file.getValue().asText()));
            }
        }
    }
}
