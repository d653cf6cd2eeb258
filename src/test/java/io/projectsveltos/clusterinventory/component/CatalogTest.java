package io.projectsveltos.clusterinventory.component;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalogJSonSchemaResolver;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.util.URISupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tools for Camel find our components, complete their options, and find the faults in an endpoint of them. */
class CatalogTest {

    private static final String SERVICES = "/META-INF/services/org/apache/camel/component";

    private final DefaultCamelCatalog catalog = new DefaultCamelCatalog();
    private final Properties descriptor = new Properties();
    private final Map<String, String> schemas = new HashMap<>();

    /** As a tool does that finds the jar among the dependencies of a project. */
    @BeforeEach
    void addComponents() throws IOException {
        descriptor.load(file(SERVICES + ".properties"));
        for (String scheme : schemes()) {
            Properties service = new Properties();
            service.load(file(SERVICES + "/" + scheme));
            String type = service.getProperty("class");
            String folder =
                    "/META-INF/" + type.substring(0, type.lastIndexOf('.')).replace('.', '/');
            try (InputStream json = file(folder + "/" + scheme + ".json")) {
                schemas.put(scheme, new String(json.readAllBytes(), StandardCharsets.UTF_8));
            }
            catalog.addComponent(scheme, type, schemas.get(scheme));
        }
        catalog.setJSonSchemaResolver(new OursFirst());
    }

    /** Two of our components have the names of Camel's, whose options they have too; the catalog looks at its own first. */
    private class OursFirst extends CamelCatalogJSonSchemaResolver {

        OursFirst() {
            super(catalog, schemas, Map.of(), Map.of(), Map.of());
        }

        @Override
        public String getComponentJSonSchema(String name) {
            return schemas.containsKey(name) ? schemas.get(name) : super.getComponentJSonSchema(name);
        }
    }

    private static InputStream file(String name) {
        return CatalogTest.class.getResourceAsStream(name);
    }

    private Set<String> schemes() {
        return new TreeSet<>(List.of(descriptor.getProperty("components").split(" ")));
    }

    @Test
    void theDescriptorNamesEachComponentAndThisArtifact() throws IOException, URISyntaxException {
        try (Stream<Path> services =
                Files.list(Path.of(CatalogTest.class.getResource(SERVICES).toURI()))) {
            assertEquals(
                    services.map(service -> service.getFileName().toString()).collect(Collectors.toSet()), schemes());
        }
        assertEquals("io.projectsveltos", descriptor.getProperty("groupId"));
        assertFalse(descriptor.getProperty("version").contains("$"));
    }

    @Test
    void knowsOurComponents() {
        assertTrue(catalog.findComponentNames().containsAll(schemes()));
        assertTrue(catalog.findComponentLabels().contains("scheduling"), catalog.findComponentLabels()::toString);
    }

    @Test
    void findsAnUnknownOption() {
        assertFaultless("workqueue:credentials?concurrency=3&baseDelay=1s");

        EndpointValidationResult unknown = catalog.validateEndpointProperties("workqueue:credentials?concurency=3");
        EndpointValidationResult notANumber =
                catalog.validateEndpointProperties("workqueue:credentials?concurrency=many");

        assertEquals(Set.of("concurency"), unknown.getUnknown());
        assertEquals(Set.of("concurrency"), notANumber.getInvalidInteger().keySet());
    }

    /** In all route files, of Camel's components too. */
    @ParameterizedTest
    @MethodSource("endpoints")
    void findsNoFaultInAnEndpointOfOurs(String uri) {
        assertFaultless(uri);
    }

    private void assertFaultless(String uri) {
        EndpointValidationResult result = catalog.validateEndpointProperties(uri);
        assertTrue(result.isSuccess(), () -> result.summaryErrorMessage(true));
    }

    static Stream<String> endpoints() throws IOException, URISyntaxException {
        List<String> uris = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/routes"))) {
            for (Path file : files.toList()) {
                for (JsonNode endpoint :
                        new YAMLMapper().readTree(file.toFile()).findParents("uri")) {
                    uris.add(uri(endpoint));
                }
            }
        }
        return uris.stream().distinct();
    }

    private static String uri(JsonNode endpoint) throws URISyntaxException {
        Map<String, Object> parameters = new HashMap<>();
        endpoint.path("parameters")
                .properties()
                .forEach(parameter ->
                        parameters.put(parameter.getKey(), parameter.getValue().asText()));
        return URISupport.appendParametersToURI(endpoint.path("uri").asText(), parameters);
    }
}
