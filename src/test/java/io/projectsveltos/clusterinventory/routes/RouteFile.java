package io.projectsveltos.clusterinventory.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A file of routes, or a YAML block of a page that holds routes.
 *
 * @param name where it is
 * @param text as written
 * @param content as parsed
 */
record RouteFile(String name, String text, JsonNode content) {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern BLOCK = Pattern.compile("(?s)```yaml[^\n]*\n(.*?)```");

    /** The controller's own. */
    static List<RouteFile> shipped() {
        return list("src/main/resources/routes", ".yaml").map(RouteFile::of).toList();
    }

    /** What integrators copy: the example files, and the blocks of the README and of docs. */
    static List<RouteFile> examples() {
        Stream<RouteFile> files = exampleFiles().map(RouteFile::of);
        Stream<RouteFile> blocks = Stream.concat(Stream.of(Path.of("README.md")), list("docs", ".md"))
                .flatMap(page -> BLOCK.matcher(read(page))
                        .results()
                        .map(block -> block.group(1))
                        .filter(block -> block.contains("- route"))
                        .map(block -> new RouteFile(page.toString(), block, parse(page, block))));
        return Stream.concat(files, blocks).toList();
    }

    /** Next to each of them are files for kustomize and for {@code try}. */
    private static Stream<Path> exampleFiles() {
        try (Stream<Path> files = Files.walk(Path.of("kubernetes/examples/routes"))) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RouteFile of(Path file) {
        String text = read(file);
        return new RouteFile(file.toString(), text, parse(file, text));
    }

    List<JsonNode> routes() {
        return content.findValues("route");
    }

    /** Every node of a tree, at any depth. */
    static Stream<JsonNode> nodes(JsonNode tree) {
        return Stream.concat(
                Stream.of(tree), StreamSupport.stream(tree.spliterator(), false).flatMap(RouteFile::nodes));
    }

    /** Every value of a key, at any depth, also inside of another value of it. */
    static Stream<JsonNode> values(JsonNode tree, String key) {
        return nodes(tree).map(node -> node.path(key)).filter(value -> !value.isMissingNode());
    }

    static Stream<String> texts(JsonNode tree) {
        return nodes(tree).filter(JsonNode::isTextual).map(JsonNode::asText);
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> list(String folder, String ending) {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode parse(Object place, String text) {
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(place + " is not YAML", e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
