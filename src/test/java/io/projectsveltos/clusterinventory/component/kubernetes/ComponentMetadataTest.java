package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.component.kubernetes.AbstractKubernetesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.spi.UriParam;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ComponentMetadataTest {

    record Kind(String scheme, AbstractKubernetesComponent component, Class<?> endpoint, Class<?> configurer) {
        @Override
        public String toString() {
            return scheme;
        }
    }

    @AutoClose("stop")
    private final DefaultCamelContext camel = new DefaultCamelContext();

    static Stream<Kind> components() {
        return Stream.of(
                new Kind(
                        "kubernetes-custom-resources",
                        new CustomResourcesComponent(),
                        CustomResourcesEndpoint.class,
                        CustomResourcesEndpointConfigurer.class),
                new Kind(
                        "kubernetes-secrets",
                        new SecretsComponent(),
                        SecretsEndpoint.class,
                        SecretsEndpointConfigurer.class));
    }

    @ParameterizedTest
    @MethodSource("components")
    void describesEveryAdditionalOption(Kind kind) throws Exception {
        JsonNode metadata = read(kind);

        assertEquals(
                kind.component().getClass().getName(),
                metadata.at("/component/javaType").asText());
        options().map(Field::getName).forEach(option -> {
            JsonNode described = metadata.at("/properties/" + option);
            assertEquals("parameter", described.path("kind").asText(), option);
            assertTrue(described.path("description").asText().length() > 10, option);
        });
        assertFalse(metadata.at("/properties/operation").isMissingNode());
    }

    @ParameterizedTest
    @MethodSource("components")
    void setsOptionsThroughItsOwnConfigurer(Kind kind) {
        kind.component().setCamelContext(camel);
        kind.component().start();

        PropertyConfigurerGetter configurer =
                (PropertyConfigurerGetter) kind.component().getEndpointPropertyConfigurer();

        assertEquals(kind.configurer(), configurer.getClass());
        options()
                .forEach(option -> assertEquals(
                        option.getType(), configurer.getOptionType(option.getName(), false), option.getName()));
    }

    @ParameterizedTest
    @MethodSource("components")
    void writesAsTheFieldManagerOfTheComponentUnlessTheEndpointHasItsOwn(Kind kind) throws Exception {
        AbstractKubernetesComponent component = kind.component();
        component.setCamelContext(camel);
        component.start();
        component.getComponentPropertyConfigurer().configure(camel, component, "fieldManager", "ours", false);
        PropertyConfigurerGetter options = (PropertyConfigurerGetter) component.getEndpointPropertyConfigurer();

        Endpoint usual = component.createEndpoint(kind.scheme() + ":local");
        Endpoint other = component.createEndpoint(kind.scheme() + ":local?fieldManager=other");

        assertEquals("ours", options.getOptionValue(usual, "fieldManager", false));
        assertEquals("other", options.getOptionValue(other, "fieldManager", false));
        JsonNode described = read(kind).at("/componentProperties/fieldManager/description");
        assertTrue(described.asText().length() > 10);
    }

    @ParameterizedTest
    @MethodSource("components")
    void createsItsOwnEndpoints(Kind kind) throws Exception {
        kind.component().setCamelContext(camel);

        assertEquals(
                kind.endpoint(),
                kind.component().createEndpoint(kind.scheme() + ":local").getClass());
    }

    private static JsonNode read(Kind kind) throws IOException {
        String place =
                "/META-INF/" + kind.component().getClass().getPackageName().replace('.', '/') + "/";
        try (InputStream json = ComponentMetadataTest.class.getResourceAsStream(place + kind.scheme() + ".json")) {
            return new ObjectMapper().readTree(json);
        }
    }

    private static Stream<Field> options() {
        return Stream.of(ResourceOptions.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(UriParam.class));
    }
}
