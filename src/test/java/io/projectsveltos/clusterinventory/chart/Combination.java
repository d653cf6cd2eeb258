package io.projectsveltos.clusterinventory.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.testing.Manifests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Values of the chart, and the kustomization of the same meaning.
 *
 * @param name what it is about
 * @param values of the chart
 * @param kustomization with resources and components below {@code kubernetes}
 */
record Combination(String name, JsonNode values, ObjectNode kustomization) {

    static final Path CHART = Path.of("charts/clusterinventory-camel");

    private static final YAMLMapper YAML = new YAMLMapper();

    /** All of {@code combinations.yaml}. */
    static Stream<Combination> all() {
        try (InputStream file = Combination.class.getResourceAsStream("/chart/combinations.yaml")) {
            return YAML.readTree(file).properties().stream()
                    .map(entry ->
                            new Combination(entry.getKey(), entry.getValue().path("values"), (ObjectNode)
                                    entry.getValue().path("kustomization")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the chart renders, as release {@value Manifests#NAME} in {@value Manifests#NAMESPACE}. */
    Manifests chart(Helm helm, Path directory, String... more) throws IOException {
        Path file = directory.resolve("values.yaml");
        Files.writeString(file, values.isMissingNode() ? "" : YAML.writeValueAsString(values));
        return Manifests.parse(helm.run(Stream.concat(
                        Stream.of(
                                "template",
                                Manifests.NAME,
                                CHART.toString(),
                                "--namespace=" + Manifests.NAMESPACE,
                                "--values=" + file),
                        Stream.of(more))
                .toArray(String[]::new)));
    }

    /** What the kustomization builds, with the image of the chart's default values unless it names one. */
    Manifests base(Path directory) throws IOException {
        ObjectNode complete = kustomization.deepCopy();
        complete.put("apiVersion", "kustomize.config.k8s.io/v1beta1").put("kind", "Kustomization");
        for (String field : new String[] {"resources", "components"}) {
            ArrayNode folders = complete.withArray(field);
            for (int i = 0; i < folders.size(); i++) {
                Path folder = Path.of("kubernetes", folders.get(i).asText()).toRealPath();
                folders.set(
                        i,
                        TextNode.valueOf(
                                directory.toRealPath().relativize(folder).toString()));
            }
        }
        if (!complete.has("images")) {
            complete.putArray("images")
                    .addObject()
                    .put("name", Manifests.NAME)
                    .put("newName", "registry.example/" + Manifests.NAME);
        }
        Files.writeString(directory.resolve("kustomization.yaml"), YAML.writeValueAsString(complete));
        return Manifests.of(directory);
    }

    @Override
    public String toString() {
        return name;
    }
}
