package io.projectsveltos.clusterinventory.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RouteOverridesTest {

    private static final String COPY = """
            - route:
                id: callee
                note: %s
                from:
                  uri: direct:callee
                  steps:
                    - setBody: { expression: { constant: { expression: own } } }
            """;

    @AutoClose
    private final DefaultCamelContext context = new DefaultCamelContext();

    @AutoClose
    private final LogCapture log = LogCapture.started(Level.INFO);

    @TempDir
    private Path directory;

    @Test
    void replacesThePackagedRouteAndSaysSo() throws Exception {
        start("callee", COPY.formatted("own"));

        assertEquals("own", context.createProducerTemplate().requestBody("direct:caller", "", String.class));
        assertEquals(1, messages().size());
        assertTrue(
                messages().get(0).matches("INFO Route callee of .*own.camel.yaml replaces the packaged one, digest.*"));
    }

    @Test
    void warnsOnlyIfThePackagedRouteHasChangedSinceTheCopy() throws Exception {
        start("callee", COPY.formatted("copied at 0123456789ab"));
        String warning = messages().get(0);
        assertTrue(warning.contains("has changed since the copy was made"), warning);
        Matcher now = Pattern.compile("0123456789ab by ([0-9a-f]{12})").matcher(warning);
        assertTrue(now.find(), warning);

        try (DefaultCamelContext next = new DefaultCamelContext()) {
            start(next, "callee", COPY.formatted("copied at " + now.group(1)));
        }

        assertTrue(messages().get(1).endsWith("digest " + now.group(1)), () -> messages()
                .toString());
    }

    static Stream<Arguments> faults() {
        String other = COPY.formatted("x").replace("id: callee", "id: other");
        return Stream.of(
                arguments("", COPY.formatted("x"), "the id callee is that of a packaged route"),
                arguments("no-such", other.replace("direct:callee", "direct:other"), "names no-such, which is not"),
                arguments("callee", other, "names callee, but no file of --routes has a route with this id"),
                arguments(
                        "callee",
                        COPY.formatted("x").replace("direct:callee", "direct:other"),
                        "is from direct://other, but the packaged route that it replaces is from direct://callee"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void refusesToStart(String setting, String file, String fault) {
        Exception refused = assertThrows(Exception.class, () -> start(setting, file));

        assertTrue(refused.getMessage().contains(fault), refused::getMessage);
        assertEquals(List.of(), messages());
    }

    private List<String> messages() {
        return log.lines().stream().filter(line -> line.contains(" Route ")).toList();
    }

    private void start(String setting, String file) throws Exception {
        start(context, setting, file);
    }

    private void start(DefaultCamelContext camel, String setting, String file) throws Exception {
        Properties settings = new Properties();
        settings.setProperty(RouteOverrides.SETTING, setting);
        camel.getPropertiesComponent().setOverrideProperties(settings);
        RouteOverrides.of(camel, new Settings(camel));
        Path own = Files.writeString(directory.resolve("own.camel.yaml"), file);
        for (String location : List.of("classpath:packaged-for-overrides.camel.yaml", "file:" + own)) {
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource(location));
        }
        camel.start();
    }
}
