package io.projectsveltos.clusterinventory.credential.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFingerprintsTest {

    @TempDir
    private Path directory;

    private final Map<String, String> files = new HashMap<>();
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void givenFiles() {
        // {{ in a comment }} of a setting that does not exist: {{nothing}}
        files.put("vault.yaml", route("access-provider-vault", "{{vault.kind}}", "direct:login") + "# {{nothing}}\n");
        files.put("login.yaml", route("login", "a", "direct:deeper"));
        files.put("deeper.yaml", route("deeper", "a", "direct:login"));
        files.put("other.yaml", route("access-provider-other", "a", "log:x"));
        settings.put("vault.kind", "kv");
        settings.put("unused", "1");
    }

    @Test
    void isTheSameAfterARestart() throws Exception {
        assertEquals(fingerprint("vault"), fingerprint("vault"));
        assertEquals(3, fingerprint("vault").length());
    }

    @Test
    void changesWithTheFileTheFilesThatItCallsAndTheirSettings() throws Exception {
        String before = fingerprint("vault");

        files.computeIfPresent("vault.yaml", (name, text) -> text + "# edited\n");
        String edited = fingerprint("vault");
        assertNotEquals(before, edited);

        files.computeIfPresent("deeper.yaml", (name, text) -> text + "# edited\n");
        String editedBehind = fingerprint("vault");
        assertNotEquals(edited, editedBehind);

        settings.put("vault.kind", "kv2");
        assertNotEquals(editedBehind, fingerprint("vault"));
    }

    @Test
    void doesNotChangeWithOtherFilesAndSettings() throws Exception {
        String before = fingerprint("vault");

        files.computeIfPresent("other.yaml", (name, text) -> text + "# edited\n");
        settings.put("unused", "2");

        assertEquals(before, fingerprint("vault"));
    }

    @Test
    void doesNotChangeWithTheNameOfTheFile() throws Exception {
        String before = fingerprint("vault");

        files.put("renamed.yaml", files.remove("vault.yaml"));

        assertEquals(before, fingerprint("vault"));
    }

    /** Of which one may be a password. */
    @Test
    void hasOnlyTwelveBitsOfTheSettings() throws Exception {
        assertEquals(12 / 4, fingerprint("vault").length());
    }

    @Test
    void isEmptyWithoutARoute() throws Exception {
        assertEquals("", fingerprint("unknown"));
    }

    private String fingerprint(String provider) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            settings.forEach(context.getPropertiesComponent()::addInitialProperty);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = Files.writeString(directory.resolve(file.getKey()), file.getValue());
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("file:" + path));
            }
            return new RouteFingerprints(context).of(provider);
        }
    }

    private static String route(String from, String body, String to) {
        return """
                - route:
                    from:
                      uri: direct:%s
                      steps:
                        - setBody: { expression: { constant: { expression: "%s" } } }
                        - to: { uri: "%s" }
                """.formatted(from, body, to);
    }
}
