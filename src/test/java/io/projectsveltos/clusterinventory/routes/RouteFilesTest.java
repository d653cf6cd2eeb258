package io.projectsveltos.clusterinventory.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the route files have in common, and faults that Camel reports only when a route runs, or never. */
class RouteFilesTest {

    private static final CanonicalSchema SCHEMA = new CanonicalSchema();
    private static final int MAX_COLUMNS = 125;
    private static final String SCHEMA_LINE = "# yaml-language-server: $schema=";

    /** Steps that take their endpoint from a message: a profile would choose it. */
    private static final List<String> ENDPOINTS_FROM_DATA =
            List.of("toD", "recipientList", "dynamicRouter", "routingSlip", "pollEnrich", "enrich");

    /** In {@code ${bean:outputs?method=isOutdated}}, {@code ${body.size()}}. */
    private static final Pattern CALL = Pattern.compile("\\?method=(\\w+)|(\\w+)\\(");

    private static final Pattern QUESTION = Pattern.compile("(is|has|get)[A-Z]\\w*");

    private static final Pattern EXCHANGE_PROPERTY = Pattern.compile("exchangeProperty[.\\[']+(\\w+)");

    static List<RouteFile> shipped() {
        return RouteFile.shipped();
    }

    static List<RouteFile> shippedAndExamples() {
        return Stream.concat(shipped().stream(), RouteFile.examples().stream()).toList();
    }

    /** Most blocks of pages are fragments. */
    static List<RouteFile> shippedAndExampleFiles() {
        return shippedAndExamples().stream()
                .filter(file ->
                        file.name().endsWith(".camel.yaml") || file.text().startsWith(SCHEMA_LINE))
                .toList();
    }

    static List<JsonNode> routes() {
        return shipped().stream().flatMap(file -> file.routes().stream()).toList();
    }

    @Test
    void thereAreRoutesAndExamples() {
        assertTrue(routes().size() > 30);
        assertTrue(RouteFile.examples().size() > 1);
    }

    @ParameterizedTest
    @MethodSource("shippedAndExamples")
    void isNamedAsEditorsRecogniseRoutes(RouteFile file) {
        assertTrue(file.name().endsWith(".camel.yaml") || file.name().endsWith(".md"));
    }

    @ParameterizedTest
    @MethodSource("shippedAndExamples")
    void isCanonicalYamlDsl(RouteFile file) {
        assertEquals(List.of(), SCHEMA.faults(file.content()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- route: { from: { uri: 'direct:a', steps: [{ setBody: { simple: x } }] } }",
                "- route: { from: { uri: 'direct:a', steps: [{ setBody: { simple: { expression: x } } }] } }",
                "- route: { from: { uri: 'direct:a', steps: [{ setBody: { expression: { simple: x } } }] } }",
                "- route: { from: { uri: 'direct:a', steps: [{ filter: { method: { ref: a, method: isB }, steps: [] } }] } }",
                "- route: { from: { uri: 'direct:a', steps: [{ to: 'direct:b' }] } }",
                "- route: { from: { uri: 'direct:a', steps: [{ log: x }] } }",
                "- route: { from: 'direct:a' }",
                "- onException: { exception: [a], onWhen: { simple: { expression: x } } }"
            })
    void shorthandIsNotCanonical(String yaml) {
        assertFalse(SCHEMA.faults(RouteFile.parse("the test", yaml)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("shippedAndExamples")
    void hasNoLongLines(RouteFile file) {
        assertEquals(
                List.of(),
                file.text()
                        .lines()
                        .filter(line -> line.length() > MAX_COLUMNS && !line.startsWith(SCHEMA_LINE))
                        .toList());
    }

    /** Editors complete and validate a file against the schema that its first line names. */
    @ParameterizedTest
    @MethodSource("shippedAndExampleFiles")
    void beginsWithTheSchemaOfCamelsVersion(RouteFile file) {
        assertEquals(
                SCHEMA_LINE + "https://raw.githubusercontent.com/apache/camel/camel-"
                        + new DefaultCamelContext().getVersion()
                        + "/dsl/camel-yaml-dsl/camel-yaml-dsl/src/generated/resources/schema/camelYamlDsl.json",
                file.text().lines().findFirst().orElse(""));
    }

    /** A log step with the same expression must not change what happens. */
    @ParameterizedTest
    @MethodSource("shippedAndExamples")
    void conditionsOnlyCallMethodsThatAreQuestions(RouteFile file) {
        assertEquals(
                List.of(),
                conditions(file.content())
                        .flatMap(RouteFilesTest::calledMethods)
                        .filter(method -> !QUESTION.matcher(method).matches())
                        .toList());
    }

    private static Stream<JsonNode> conditions(JsonNode tree) {
        Stream<JsonNode> whens =
                RouteFile.values(tree, "when").flatMap(when -> StreamSupport.stream(when.spliterator(), false));
        Stream<JsonNode> others = Stream.of("filter", "onWhen", "handled", "continued", "retryWhile")
                .flatMap(key -> RouteFile.values(tree, key));
        return Stream.concat(whens, others)
                .map(step -> step.has("expression") ? step.path("expression") : step)
                .filter(JsonNode::isObject);
    }

    private static Stream<String> calledMethods(JsonNode condition) {
        Stream<String> ofBeans = RouteFile.values(condition, "method")
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
        Stream<String> inSimple = RouteFile.texts(condition)
                .flatMap(text -> CALL.matcher(text).results())
                .map(call -> call.group(1) == null ? call.group(2) : call.group(1));
        return Stream.concat(ofBeans, inSimple);
    }

    /** Camel's manual keeps exchange properties for components and EIPs, and variables for routes. */
    @ParameterizedTest
    @MethodSource("shippedAndExamples")
    void leavesExchangePropertiesToComponents(RouteFile file) {
        Stream<String> set = Stream.of("setProperty", "removeProperty", "exchangeProperty")
                .flatMap(step -> RouteFile.values(file.content(), step))
                .map(step -> step.path("name").asText(step.path("expression").asText()));
        Stream<String> read = EXCHANGE_PROPERTY.matcher(file.text()).results().map(use -> use.group(1));
        assertEquals(
                List.of(),
                Stream.concat(set, read)
                        .filter(name -> !name.startsWith("Camel"))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("shippedAndExamples")
    void takesNoEndpointFromData(RouteFile file) {
        assertEquals(
                List.of(),
                ENDPOINTS_FROM_DATA.stream()
                        .flatMap(step -> RouteFile.values(file.content(), step))
                        .toList());
        RouteFile.values(file.content(), "uri")
                .forEach(uri -> assertFalse(uri.asText().contains("${"), uri::asText));
    }

    /** They would not be found: these files are parsed once. */
    @ParameterizedTest
    @MethodSource("shipped")
    void definesNoBeans(RouteFile file) {
        assertTrue(file.content().findValues("beans").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void startsWithACommentOnWhatItIsFor(RouteFile file) {
        assertTrue(file.text().lines().skip(1).findFirst().orElse("").startsWith("# "));
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void setsNoErrorHandlerThatDependsOnTheOrderOfFiles(RouteFile file) {
        file.content().forEach(item -> assertFalse(item.has("errorHandler"), "give it to a routeConfiguration"));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void hasAnIdOfWords(JsonNode route) {
        assertTrue(route.path("id").asText().matches("[a-z]+(-[a-z]+)*"), () -> "id of " + route);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void hasADescriptionOfOneLine(JsonNode route) {
        String description = route.path("description").asText();
        assertTrue(description.matches("[A-Z].{10,119}[^.]"), () -> route.path("id") + ": " + description);
    }

    @Test
    void noTwoRoutesOrStepsShareAnId() {
        Set<String> seen = new HashSet<>();
        shipped().stream()
                .flatMap(file -> RouteFile.values(file.content(), "id"))
                .forEach(id -> assertTrue(seen.add(id.asText()), id::asText));
    }

    @Test
    void everyRouteThatIsCalledExists() {
        Set<String> existing =
                routes().stream().map(route -> route.at("/from/uri").asText()).collect(Collectors.toSet());
        List<String> called = shippedAndExamples().stream()
                .flatMap(file -> RouteFile.values(file.content(), "to"))
                .map(to -> to.path("uri").asText())
                .filter(uri -> uri.startsWith("direct:"))
                .toList();
        assertFalse(called.isEmpty());
        assertEquals(
                List.of(),
                called.stream().filter(uri -> !existing.contains(uri)).toList());
    }

    @Test
    void everyRouteThatNoRouteCallsHasAnErrorConfiguration() {
        // the next resync makes up for a failed watch event; a queue and a timer retry or log
        Pattern calledOrWatching =
                Pattern.compile("direct:.*|kubernetes-custom-resources:local|kubernetes-secrets:local");
        assertEquals(
                List.of(),
                routes().stream()
                        .filter(route -> !calledOrWatching
                                .matcher(route.at("/from/uri").asText())
                                .matches())
                        .filter(route -> !route.has("routeConfigurationId"))
                        .toList());
    }

    @Test
    void everyErrorConfigurationThatIsNamedExists() {
        Set<String> existing = shipped().stream()
                .flatMap(file -> RouteFile.values(file.content(), "routeConfiguration"))
                .map(configuration -> configuration.path("id").asText())
                .collect(Collectors.toSet());
        routes().stream()
                .filter(route -> route.has("routeConfigurationId"))
                .map(route -> route.path("routeConfigurationId").asText())
                .forEach(named -> assertTrue(existing.contains(named), named));
    }
}
