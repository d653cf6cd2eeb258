package io.projectsveltos.clusterinventory.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.component.kubernetes.ResourceOptions;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.reconcile.ReconcileState;
import io.projectsveltos.clusterinventory.reconcile.UpsertPlanner;
import java.beans.Introspector;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.kubernetes.KubernetesOperations;
import org.apache.camel.spi.UriParam;
import org.junit.jupiter.api.Test;

/** docs/routes.md lists everything that route files can use, and nothing that does not exist. */
class RoutesDocumentTest {

    private static final Path PAGE = Path.of("docs/routes.md");
    private static final String KUBERNETES = "The Kubernetes components";
    private static final String WORKQUEUE = "The `workqueue:` component";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern SET_VARIABLE = Pattern.compile("setVariable\\(\\s*\"(\\w+)\"");
    private static final Pattern BEAN_IN_SIMPLE = Pattern.compile("\\$\\{bean:(\\w+)\\?method=(\\w+)");

    /** The operations of our producers that Camel's do not have. */
    private static final List<String> ADDED_OPERATIONS =
            List.of("applyCustomResource", "applySecret", "patchCustomResource", "patchSecret");

    @Test
    void listsEveryFile() {
        assertListed(
                "The files",
                RouteFile.shipped().stream()
                        .map(file -> Path.of(file.name()).getFileName().toString()),
                names("The files", "file"));
    }

    @Test
    void listsEveryVariableWithTheRoutesAndBeansThatSetIt() {
        Map<String, Set<String>> setBy = new TreeMap<>();
        for (Class<?> bean : List.of(ReconcileState.class, UpsertPlanner.class)) {
            SET_VARIABLE.matcher(RouteFile.read(source(bean))).results().forEach(set -> setBy.computeIfAbsent(
                            set.group(1), unused -> new TreeSet<>())
                    .add(Introspector.decapitalize(bean.getSimpleName())));
        }
        RouteFile.shipped().stream().flatMap(file -> file.routes().stream()).forEach(route -> variablesOf(route)
                .forEach(variable -> setBy.computeIfAbsent(variable, unused -> new TreeSet<>())
                        .add(route.path("id").asText())));
        assertListed(
                "Variables",
                setBy.entrySet().stream().map(entry -> entry.getKey() + ", set by " + entry.getValue()),
                rows("Variables", "variable")
                        .map(row -> cell(row, 0).replace("`", "") + ", set by "
                                + code(cell(row, 2)).sorted().toList()));
    }

    private static Path source(Class<?> type) {
        return Path.of("src/main/java", type.getName().replace('.', '/') + ".java");
    }

    private static Stream<String> variablesOf(JsonNode route) {
        Stream<JsonNode> single = RouteFile.values(route, "setVariable");
        Stream<JsonNode> several = RouteFile.values(route, "variables").flatMap(RouteFile::nodes);
        return Stream.concat(single, several)
                .filter(variable -> variable.has("name"))
                .map(variable -> variable.path("name").asText());
    }

    @Test
    void listsEveryBeanMethodThatARouteCalls() {
        Stream<String> called = RouteFile.shipped().stream().flatMap(file -> Stream.of(
                        RouteFile.nodes(file.content())
                                .filter(node -> node.path("ref").isTextual()
                                        && node.path("method").isTextual())
                                .map(node -> node.path("ref").asText() + "."
                                        + node.path("method").asText()),
                        RouteFile.values(file.content(), "process")
                                .map(step -> step.path("ref").asText() + ".process"),
                        RouteFile.texts(file.content())
                                .flatMap(text -> BEAN_IN_SIMPLE.matcher(text).results())
                                .map(call -> call.group(1) + "." + call.group(2)))
                .flatMap(calls -> calls));
        assertListed("Bean methods", called, rows("Bean methods", "bean").map(row -> (cell(row, 0) + "." + cell(row, 1))
                .replace("`", "")));
    }

    @Test
    void listsEveryOptionThatIsAddedToTheKubernetesEndpoints() {
        JsonNode metadata = metadata("kubernetes/kubernetes-secrets");
        assertListed(
                KUBERNETES,
                Arrays.stream(ResourceOptions.class.getDeclaredFields())
                        .filter(field -> field.isAnnotationPresent(UriParam.class))
                        .map(Field::getName)
                        .map(option -> optionRow(option, metadata.at("/properties/" + option))),
                rows(KUBERNETES, "option"));
    }

    @Test
    void listsEveryOperationThatIsAddedToTheKubernetesEndpoints() {
        assertListed(KUBERNETES, ADDED_OPERATIONS.stream(), names(KUBERNETES, "operation"));
    }

    @Test
    void everyOperationInARouteIsCamelsOrIsAdded() throws IllegalAccessException {
        Set<String> known = new TreeSet<>(ADDED_OPERATIONS);
        for (Field operation : KubernetesOperations.class.getFields()) {
            known.add((String) operation.get(null));
        }
        List<String> used = RouteFile.shipped().stream()
                .flatMap(file -> RouteFile.values(file.content(), "operation"))
                .map(JsonNode::asText)
                .toList();

        assertFalse(used.isEmpty());
        assertEquals(
                List.of(), used.stream().filter(Predicate.not(known::contains)).toList());
    }

    @Test
    void listsEveryOptionOfWorkqueue() {
        Stream<String> options = metadata("workqueue/workqueue").path("properties").properties().stream()
                .filter(option -> option.getValue().path("kind").asText().equals("parameter"))
                .filter(option -> !option.getValue().path("label").asText().contains("advanced"))
                .map(option -> optionRow(option.getKey(), option.getValue()));
        assertListed(WORKQUEUE, options, rows(WORKQUEUE, "option"));
    }

    @Test
    void listsEveryHeaderOfWorkqueue() {
        Stream<String> headers = metadata("workqueue/workqueue").path("headers").properties().stream()
                .map(header -> "| `%s` | %s | %s |"
                        .formatted(header.getKey(), side(header.getValue()), description(header.getValue())));
        assertListed(WORKQUEUE, headers, rows(WORKQUEUE, "header"));
    }

    @Test
    void listsEveryExchangePropertyOfWorkqueue() throws IllegalAccessException {
        JsonNode headers = metadata("workqueue/workqueue").path("headers");
        Stream.Builder<String> properties = Stream.builder();
        for (Field constant : WorkqueueConstants.class.getFields()) {
            if (!headers.has((String) constant.get(null))) {
                properties.add((String) constant.get(null));
            }
        }
        assertListed(WORKQUEUE, properties.build(), names(WORKQUEUE, "exchange property"));
    }

    private static String optionRow(String name, JsonNode option) {
        String usual =
                option.has("defaultValue") ? "`" + option.path("defaultValue").asText() + "`" : "none";
        return "| `%s` | %s | %s | %s |".formatted(name, side(option), usual, description(option));
    }

    private static String side(JsonNode metadata) {
        String label = metadata.path("label").asText();
        return label.isEmpty() ? "both" : label;
    }

    private static String description(JsonNode metadata) {
        return metadata.path("description").asText();
    }

    private static JsonNode metadata(String component) {
        String file = "/META-INF/io/projectsveltos/clusterinventory/component/" + component + ".json";
        try (InputStream json = RoutesDocumentTest.class.getResourceAsStream(file)) {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertListed(String section, Stream<String> expected, Stream<String> listed) {
        Set<String> missing = expected.collect(Collectors.toCollection(TreeSet::new));
        assertFalse(missing.isEmpty(), "nothing to list");
        Set<String> surplus = listed.collect(Collectors.toCollection(TreeSet::new));
        Set<String> expectedToo = Set.copyOf(missing);
        missing.removeAll(surplus);
        surplus.removeAll(expectedToo);
        if (!missing.isEmpty() || !surplus.isEmpty()) {
            throw new AssertionError(PAGE + ", section \"" + section + "\":" + lines("\nadd     ", missing)
                    + lines("\nremove  ", surplus));
        }
    }

    private static String lines(String prefix, Collection<String> entries) {
        return entries.stream().map(entry -> prefix + entry).collect(Collectors.joining());
    }

    /** The rows of the table of a section whose first column has this heading. */
    private static Stream<String> rows(String section, String heading) {
        return RouteFile.read(PAGE)
                .lines()
                .dropWhile(line -> !line.equals("## " + section))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .dropWhile(line -> !line.startsWith("| " + heading + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"));
    }

    private static Stream<String> names(String section, String heading) {
        return rows(section, heading).flatMap(row -> code(cell(row, 0)));
    }

    private static String cell(String row, int column) {
        return row.split("\\|")[column + 1].strip();
    }

    private static Stream<String> code(String cell) {
        return CODE.matcher(cell).results().map(match -> match.group(1));
    }
}
