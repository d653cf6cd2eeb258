package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.TokenService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Custom provider routes, loaded with --routes: the example, and others like those that users may write. */
class CustomProviderIT {

    private static final String SPOKE = "spoke";
    private static final Path EXAMPLE =
            Path.of("kubernetes/examples/routes/token-over-http/token-over-http.camel.yaml");

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    @TempDir
    private Path directory;

    private final MockApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @AutoClose
    private final TokenService tokens = TokenService.start();

    private Plugins plugins;

    @BeforeEach
    void prepare() {
        plugins = new Plugins(directory);
    }

    @Test
    void servesAProfileThroughTheExampleRoute() {
        startController(EXAMPLE);

        fleet.createProfileOffering(SPOKE, "token-service");

        fleet.awaitToken(SPOKE, "token-1");
        assertEquals(List.of("/tokens/fleet/spoke"), tokens.requests());
        assertEquals(
                "https://token-service",
                fleet.copiedConfig(SPOKE).getClusters().get(0).getCluster().getServer());
    }

    @Test
    void renewsATokenBeforeItExpires() {
        tokens.returnsTokensFor(10);
        startController(EXAMPLE);
        fleet.createProfileOffering(SPOKE, "token-service");

        for (int run = 1; run < 3; run++) {
            fleet.awaitToken(SPOKE, "token-" + run);
            Instant expiry = fleet.expiry(SPOKE);
            fleet.awaitToken(SPOKE, "token-" + (run + 1));
            assertTrue(fleet.fetched(SPOKE).isBefore(expiry));
        }
    }

    @Test
    void reusesAFreshTokenAfterARestart() {
        tokens.returnsTokensFor(3600);
        startController(EXAMPLE);
        fleet.createProfileOffering(SPOKE, "token-service");
        fleet.awaitToken(SPOKE, "token-1");

        env.stop();
        startController(EXAMPLE);
        fleet.createProfileOffering("later", "token-service");
        fleet.awaitServed("later");

        assertEquals(List.of("/tokens/fleet/spoke", "/tokens/fleet/later"), tokens.requests());
    }

    @Test
    void renewsAFreshTokenAfterItsRouteOrASettingWasChanged() throws IOException {
        tokens.returnsTokensFor(3600);
        String text = Files.readString(EXAMPLE);
        startController(write("edited.yaml", text + "# {{edited.version:1}}\n"));
        fleet.createProfileOffering(SPOKE, "token-service");
        fleet.awaitToken(SPOKE, "token-1");

        env.stop();
        startController(write("edited.yaml", text + "# {{edited.version:1}}, changed\n"));
        fleet.awaitToken(SPOKE, "token-2");

        env.stop();
        startController(Map.of("edited.version", "2"), directory.resolve("edited.yaml"));
        fleet.awaitToken(SPOKE, "token-3");
    }

    @Test
    void keepsTheLastGoodSecretAndRetriesWithBackoffWhileTheServiceFails() {
        startController(EXAMPLE);
        fleet.createProfileOffering(SPOKE, "token-service");
        fleet.awaitToken(SPOKE, "token-1");
        tokens.fails(500);

        fleet.report(SPOKE, List.of(changed(ClusterFixtures.accessProvider("token-service", List.of()))));

        eventually(() -> assertTrue(tokens.requests().size() > 6));
        assertEquals("token-1", fleet.token(SPOKE));
        fleet.awaitEvent(SPOKE, "ExecPluginFailed");
        String note = fleet.events(SPOKE, "ExecPluginFailed").get(0).getNote();
        assertTrue(
                note.contains(
                        "token-service failed in step to {{token-service.url}} (token-over-http.camel.yaml, line 13) with HttpOperationFailedException, HTTP status 500"),
                note);
        List<Long> pauses = tokens.pauses();
        // each longer than the one before
        assertTrue(pauses.get(pauses.size() - 1) > pauses.get(1), pauses::toString);
        tokens.returnsTokensFor(3600);
        eventually(() -> assertTrue(!fleet.token(SPOKE).equals("token-1")));
    }

    static Stream<Arguments> kubeconfigs() {
        return Stream.of(arguments("java.lang.String"), arguments("byte[]"), arguments("java.io.InputStream"));
    }

    @ParameterizedTest
    @MethodSource("kubeconfigs")
    void acceptsAKubeconfigOfAnyBodyType(String type) {
        startController(route("anything", given(ClusterFixtures.kubeconfig(SPOKE)), convert(type)));

        fleet.createProfileOffering(SPOKE, "anything");

        eventually(() -> assertEquals(ClusterFixtures.kubeconfig(SPOKE), fleet.copied(SPOKE)));
    }

    @Test
    void servesAProfileThroughARouteThatStopsAndSetsOurProperties() {
        startController(write("options.yaml", """
                - route:
                    id: of-options
                    from:
                      uri: direct:access-provider-options
                      parameters: { timeout: 5000 }
                      steps:
                %s
                        - setProperty: { name: key, constant: another/profile }
                        - setProperty: { name: clusterProfile, constant: x }
                        - stop: {}
                """.formatted(given(ClusterFixtures.kubeconfig(SPOKE)))));

        fleet.createProfileOffering(SPOKE, "options");

        fleet.awaitServed(SPOKE);
        assertEquals(ClusterFixtures.kubeconfig(SPOKE), fleet.copied(SPOKE));
    }

    @Test
    void reportsARouteWhoseTextCannotBeEncoded() {
        startController(route(
                "anything",
                given(ClusterFixtures.kubeconfig(SPOKE)),
                convert("java.lang.String"),
                "        - setProperty: { name: CamelCharsetName, constant: no-such-charset }"));

        fleet.createProfileOffering(SPOKE, "anything");

        fleet.awaitEvent(SPOKE, "ExecPluginFailed");
        String note = fleet.events(SPOKE, "ExecPluginFailed").get(0).getNote();
        assertTrue(note.contains("anything failed with UnsupportedEncodingException"), note);
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                arguments("nonsense"),
                arguments("{"),
                arguments("\n"),
                arguments("apiVersion: v1\nkind: Config\n"),
                arguments("clusters: []\nusers: [{name: u, user: {exec: {command: sh}}}]\n"),
                arguments("clusters: []\nusers: [{name: u, user: {tokenFile: /var/run/token}}]\n"));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void reportsARouteThatReturnsNoKubeconfig(String text) {
        startController(route("anything", given(text), convert("java.lang.String")));

        fleet.createProfileOffering(SPOKE, "anything");

        fleet.awaitEvent(SPOKE, "InvalidExecCredential");
        fleet.assertGone(fleet.managedSecret(SPOKE));
    }

    @Test
    void reportsARouteThatReturnsNothing() {
        startController(route("anything", "        - setBody: { simple: \"${null}\" }"));

        fleet.createProfileOffering(SPOKE, "anything");

        fleet.awaitEvent(SPOKE, "InvalidExecCredential");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x?foo=bar",
                "../token-service",
                "exec:sh",
                "http://127.0.0.1",
                "token-service?timeout=1",
                "access-provider-token-service",
                "TOKEN-SERVICE",
                "{{token-service.url}}",
                "*"
            })
    void doesNotLetAProfileChooseAnEndpoint(String name) {
        startController(EXAMPLE);

        fleet.createProfileOffering(SPOKE, name);

        fleet.awaitEvent(SPOKE, "NoAccessProvider");
        assertEquals(List.of(), tokens.requests());
    }

    @Test
    void prefersTheProviderFileToCustomRoutes() {
        plugins.add("gold", Plugins.returns("\"token\":\"of-gold\""));
        startController(EXAMPLE);

        fleet.createProfileOffering(SPOKE, "token-service", "gold");

        fleet.awaitToken(SPOKE, "of-gold");
        steadily(() -> assertEquals(List.of(), tokens.requests()));
    }

    @Test
    void usesTheCustomRouteThatTheProfileNamesFirst() {
        startController(
                EXAMPLE, route("anything", given(ClusterFixtures.kubeconfig(SPOKE)), convert("java.lang.String")));

        fleet.createProfileOffering(SPOKE, "token-service", "anything");
        fleet.createProfileOffering("other", "anything", "token-service");

        fleet.awaitToken(SPOKE, "token-1");
        eventually(() -> assertEquals(ClusterFixtures.kubeconfig(SPOKE), fleet.copied("other")));
    }

    private void startController(Path... routes) {
        startController(Map.of(), routes);
    }

    private void startController(Map<String, String> more, Path... routes) {
        Map<String, String> settings = new HashMap<>(more);
        settings.putAll(Map.of(
                "refresh.min-interval", "1s",
                "refresh.check-interval", "200ms",
                "credentials.base-delay", "50ms",
                "token-service.url", tokens.url()));
        if (Files.exists(plugins.file())) {
            settings.put("clusterprofile-provider-file", plugins.file().toString());
        }
        StringBuilder files = new StringBuilder("classpath:routes/*.yaml");
        for (Path route : routes) {
            files.append(",file:").append(route);
        }
        settings.put("camel.main.routes-include-pattern", files.toString());
        env.start(settings);
    }

    private Path route(String provider, String... steps) {
        return write(provider + ".yaml", """
                - route:
                    id: of-%1$s
                    from:
                      uri: direct:access-provider-%1$s
                      steps:
                %2$s
                """.formatted(provider, String.join("\n", steps)));
    }

    private String given(String text) {
        return "        - setBody: { simple: \"resource:file:" + write("given", text) + "\" }";
    }

    private static String convert(String type) {
        return "        - convertBodyTo: { type: \"" + type + "\" }";
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> changed(Map<String, Object> entry) {
        return Map.of("name", entry.get("name"), "cluster", Map.of("server", "https://changed"));
    }
}
