package io.projectsveltos.clusterinventory.chart;

import static io.projectsveltos.clusterinventory.chart.Combination.CHART;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The parts of the chart agree with each other and with the project. */
class ChartTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Settings that the chart sets itself: flags of the Deployment, and what decides about other objects. */
    private static final Set<String> SET_BY_THE_CHART = Set.of(
            "clusterprofile-provider-file",
            "diagnostics-address",
            "health-addr",
            "insecure-diagnostics",
            "leader-elect",
            "leader-election.lease",
            "leader-election.namespace",
            "lib",
            "registration-file",
            "routes",
            "watch-namespaces");

    /** See "Fixed names" in {@code docs/configuration.md}. */
    private static final Set<String> FIXED =
            Set.of("clusterprofile.versions", "field-manager", "outputs.selector", "sources.selector");

    /** The values as the README lists them. Where this fails, it prints the table. */
    @Test
    void theReadmeHasTheTableOfValues() throws IOException {
        String table = table();

        assertTrue(
                Files.readString(CHART.resolve("README.md")).contains(table),
                () -> "README.md of the chart has to contain:\n\n" + table);
    }

    @Test
    void theSchemaKnowsTheValuesAndNoOthers() throws IOException {
        JsonNode values = YAML.readTree(CHART.resolve("values.yaml").toFile());
        List<String> differences = new ArrayList<>();
        compare("", schema(), values, differences);

        assertEquals(List.of(), differences);
    }

    @Test
    void theSchemaKnowsTheSettings() throws IOException {
        Properties settings = new Properties();
        try (InputStream file = ChartTest.class.getResourceAsStream("/application.properties")) {
            settings.load(file);
        }
        Set<String> expected = settings.stringPropertyNames().stream()
                .filter(name -> !name.startsWith("camel."))
                .filter(name -> !SET_BY_THE_CHART.contains(name))
                .filter(name -> !FIXED.contains(name))
                .collect(toCollection(TreeSet::new));

        Set<String> known = new TreeSet<>();
        schema().at("/properties/settings/properties").fieldNames().forEachRemaining(known::add);

        assertEquals(expected, known);
    }

    @Test
    void theVersionIsThatOfTheProject() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        JsonNode chart = YAML.readTree(CHART.resolve("Chart.yaml").toFile());

        assertTrue(pom.contains("<version>" + chart.path("appVersion").asText() + "</version>\n  <name>"));
        assertEquals(chart.path("appVersion"), chart.path("version"));
    }

    private static JsonNode schema() throws IOException {
        return JSON.readTree(CHART.resolve("values.schema.json").toFile());
    }

    /** Each property of an object that the schema describes has a default, except the settings and {@code global}. */
    private static void compare(String path, JsonNode schema, JsonNode values, List<String> differences) {
        if (!schema.has("properties") || path.equals("/settings") || path.equals("/registration")) {
            return;
        }
        Set<String> names = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        values.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (path.isEmpty() && name.equals("global")) {
                continue;
            }
            JsonNode property = schema.path("properties").path(name);
            if (property.isMissingNode() || !values.has(name)) {
                differences.add(path + "/" + name);
            } else {
                compare(path + "/" + name, property, values.path(name), differences);
            }
        }
    }

    private static String table() throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setProcessComments(true);
        List<String> rows = new ArrayList<>(List.of("| value | default | meaning |", "|---|---|---|"));
        try (Reader values = Files.newBufferedReader(CHART.resolve("values.yaml"))) {
            addRows("", (MappingNode) new Yaml(options).compose(values), rows);
        }
        return String.join("\n", rows) + "\n";
    }

    private static void addRows(String prefix, MappingNode mapping, List<String> rows) throws IOException {
        for (NodeTuple entry : mapping.getValue()) {
            String name = prefix + ((ScalarNode) entry.getKeyNode()).getValue();
            String comment = comment(entry.getKeyNode());
            if (entry.getValueNode() instanceof MappingNode children && hasComments(children)) {
                if (!comment.isEmpty()) {
                    rows.add(row(name, "", comment));
                }
                addRows(name + ".", children, rows);
            } else {
                assertTrue(!comment.isEmpty(), () -> "values.yaml: no comment above " + name);
                rows.add(row(name, "`" + defaultOf(name) + "`", comment));
            }
        }
    }

    private static String row(String name, String value, String comment) {
        return Stream.of("`" + name + "`", value, comment)
                .map(cell -> cell.replace("|", "\\|"))
                .collect(joining(" | ", "| ", " |"));
    }

    private static boolean hasComments(MappingNode mapping) {
        return mapping.getValue().stream()
                .anyMatch(entry -> !comment(entry.getKeyNode()).isEmpty()
                        || entry.getValueNode() instanceof MappingNode children && hasComments(children));
    }

    /** The lines right above a key: an empty line ends the comment of what is before it. */
    private static String comment(Node key) {
        List<String> lines = new ArrayList<>();
        for (CommentLine line : key.getBlockComments() == null ? List.<CommentLine>of() : key.getBlockComments()) {
            if (line.getCommentType() == CommentType.BLANK_LINE) {
                lines.clear();
            } else {
                lines.add(line.getValue().strip());
            }
        }
        return String.join(" ", lines);
    }

    private static JsonNode defaultOf(String name) throws IOException {
        JsonNode values = YAML.readTree(CHART.resolve("values.yaml").toFile());
        // only names of settings have dots
        String path = name.startsWith("settings.") ? "/settings/" + name.substring(9) : "/" + name.replace('.', '/');
        return values.at(path);
    }
}
