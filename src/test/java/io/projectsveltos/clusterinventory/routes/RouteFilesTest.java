package io.projectsveltos.clusterinventory.routes;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the route files have in common, and what Camel says only once such a route runs, or never. */
class RouteFilesTest {

    private static final Path FILES = Path.of("src/main/resources/routes");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonSchema SCHEMA = schema();

    /** Steps whose endpoint follows from a message: a profile would choose it. */
    private static final List<String> ENDPOINTS_FROM_DATA =
            List.of("toD", "recipientList", "dynamicRouter", "routingSlip", "pollEnrich", "enrich");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.sorted().toList();
        }
    }

    static List<JsonNode> routes() throws IOException {
        return files().stream()
                .flatMap(file -> read(file).findValues("route").stream())
                .toList();
    }

    @Test
    void thereAreSome() throws IOException {
        assertFalse(routes().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("files")
    void isAYamlFileThatCamelLoads(Path file) {
        assertTrue(file.toString().endsWith(".yaml"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void meetsTheSchemaOfTheYamlDsl(Path file) {
        Set<ValidationMessage> faults = SCHEMA.validate(read(file));

        assertTrue(faults.isEmpty(), () -> file + ": " + deepest(faults));
    }

    /** They would not be found: these files are parsed once. */
    @ParameterizedTest
    @MethodSource("files")
    void hasNoBeans(Path file) {
        assertTrue(read(file).findValues("beans").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("files")
    void startsWithACommentOnWhatItIsFor(Path file) throws IOException {
        assertTrue(Files.readString(file).startsWith("# "));
    }

    @ParameterizedTest
    @MethodSource("files")
    void hasNoStepThatTakesItsEndpointFromData(Path file) {
        JsonNode content = read(file);
        assertAll(ENDPOINTS_FROM_DATA.stream()
                .map(step -> () -> assertEquals(List.of(), content.findValues(step), step)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void setsNoErrorHandlerThatDependsOnTheOrderOfFiles(Path file) {
        StreamSupport.stream(read(file).spliterator(), false)
                .forEach(item -> assertFalse(item.has("errorHandler"), "give it to a routeConfiguration"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void takesNoEndpointFromData(Path file) {
        read(file).findValuesAsText("uri").forEach(uri -> assertFalse(uri.contains("${"), uri));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void isNamedByWhatItDoes(JsonNode route) {
        assertTrue(route.path("id").asText().matches("[a-z]+(-[a-z]+)*"), () -> "id of " + route);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void saysInOneLineWhatItIsFor(JsonNode route) {
        String description = route.path("description").asText();
        assertTrue(description.matches("[A-Z].{10,119}[^.]"), () -> route.path("id") + ": " + description);
    }

    @Test
    void noTwoRoutesOrStepsShareAnId() throws IOException {
        Set<String> seen = new HashSet<>();
        files().stream()
                .flatMap(file -> read(file).findValuesAsText("id").stream())
                .forEach(id -> assertTrue(seen.add(id), id));
    }

    @Test
    void eachRouteThatIsCalledIsThere() throws IOException {
        Set<String> there = new HashSet<>();
        routes().forEach(route -> there.add(route.path("from").path("uri").asText()));
        List<String> called = files().stream()
                .flatMap(file -> read(file).findValues("to").stream())
                .map(to -> to.path("uri").asText())
                .filter(uri -> uri.startsWith("direct:"))
                .toList();
        assertFalse(called.isEmpty());
        assertEquals(
                List.of(), called.stream().filter(uri -> !there.contains(uri)).toList());
    }

    @Test
    void eachRouteThatNobodyCallsHasItsErrorsDealtWith() throws IOException {
        // what watches send in comes back with the next sync period; a queue and a timer log or retry
        List<String> watched = List.of("kubernetes-custom-resources:local", "kubernetes-secrets:local");
        List<String> without = routes().stream()
                .filter(route -> !route.path("from").path("uri").asText().startsWith("direct:"))
                .filter(route ->
                        !watched.contains(route.path("from").path("uri").asText()))
                .filter(route -> route.path("routeConfigurationId").asText().isEmpty())
                .map(route -> route.path("id").asText())
                .toList();
        assertEquals(List.of(), without);
    }

    @Test
    void eachErrorConfigurationThatIsNamedIsThere() throws IOException {
        Set<String> there = new HashSet<>();
        for (Path file : files()) {
            StreamSupport.stream(read(file).spliterator(), false)
                    .forEach(item ->
                            there.add(item.path("routeConfiguration").path("id").asText()));
        }
        routes().forEach(route -> {
            String named = route.path("routeConfigurationId").asText();
            assertTrue(named.isEmpty() || there.contains(named), named);
        });
    }

    private static JsonNode read(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new AssertionError(file + " is no YAML", e);
        }
    }

    /** One fault makes each form that an expression could have had complain; what is farthest down says what it is. */
    private static List<String> deepest(Set<ValidationMessage> faults) {
        int depth = faults.stream().mapToInt(RouteFilesTest::depth).max().orElse(0);
        return faults.stream()
                .filter(fault -> depth(fault) == depth)
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private static int depth(ValidationMessage fault) {
        return fault.getInstanceLocation().getNameCount();
    }

    private static JsonSchema schema() {
        try (InputStream schema = RouteFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(schema);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
