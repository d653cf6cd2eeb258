package io.projectsveltos.clusterinventory.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a kustomization or a chart builds.
 *
 * @param objects the objects, in order
 */
public record Manifests(List<JsonNode> objects) {

    public static final String NAMESPACE = "projectsveltos";
    public static final String NAME = "clusterinventory-camel";

    private static final YAMLMapper YAML = new YAMLMapper();

    /** All folders under kubernetes/ that can be applied on their own. */
    public static Stream<String> folders() {
        return Stream.concat(
                Stream.of(
                        "base",
                        "overlays/ha",
                        "overlays/monitoring",
                        "overlays/namespaced",
                        "examples/lib/image-volume",
                        "examples/lib/init-container",
                        "examples/providers",
                        "examples/registrations"),
                routeExamples().map(folder -> "examples/routes/" + folder.getFileName()));
    }

    /** The folders of the example routes, which can be applied on their own too. */
    public static Stream<Path> routeExamples() {
        try (Stream<Path> folders = Files.list(Path.of("kubernetes/examples/routes"))) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Manifests of(String folder) {
        return of(Path.of("kubernetes", folder));
    }

    public static Manifests of(Path folder) {
        return parse(Kubectl.find().kustomize(folder));
    }

    /** The objects of YAML documents; empty ones are left out. */
    public static Manifests parse(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return new Manifests(
                    documents.readAll().stream().filter(JsonNode::isObject).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As YAML documents, without what the Prometheus operator defines. */
    public String builtIn() {
        return yaml(objects.stream()
                .filter(object -> !object.at("/apiVersion").asText().startsWith("monitoring.coreos.com/")));
    }

    /** Those of some kinds, as YAML documents. */
    public String yaml(String... kinds) {
        return yaml(Stream.of(kinds).flatMap(this::all));
    }

    public Stream<JsonNode> all(String kind) {
        return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    public JsonNode one(String kind) {
        return all(kind)
                .reduce((one, other) -> {
                    throw new IllegalStateException("more than one " + kind);
                })
                .orElseThrow();
    }

    /** The ConfigMap whose name, up to the hash of its content, is this. */
    public JsonNode configMap(String name) {
        return all("ConfigMap")
                .filter(map -> map.at("/metadata/name").asText().matches(name + "-[a-z0-9]{10}"))
                .findFirst()
                .orElseThrow();
    }

    /** The ConfigMap with exactly this name. */
    public JsonNode configMapNamed(String name) {
        return all("ConfigMap")
                .filter(map -> map.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    public JsonNode podSpec() {
        return one("Deployment").at("/spec/template/spec");
    }

    public JsonNode container() {
        return podSpec().at("/containers/0");
    }

    public static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    public static List<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asText).toList();
    }

    private static String yaml(Stream<JsonNode> objects) {
        StringBuilder yaml = new StringBuilder();
        objects.forEach(
                object -> yaml.append("---\n").append(object.toPrettyString()).append('\n'));
        return yaml.toString();
    }
}
