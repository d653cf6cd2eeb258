package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access providers that are route files, given with --routes: the example as it is, and others as users may write them. */
class CustomProviderIT {

    private static final String SPOKE = "spoke";
    private static final Path EXAMPLE = Path.of("kubernetes/examples/routes/token-over-http.yaml");
    private static final ResourceDefinitionContext PROFILES = new ResourceDefinitionContext.Builder()
            .withGroup("multicluster.x-k8s.io")
            .withVersion("v1alpha1")
            .withKind("ClusterProfile")
            .withPlural("clusterprofiles")
            .withNamespaced(true)
            .build();

    @TempDir
    private Path directory;

    private final MockApiServer server = MockApiServer.start();
    private final ClusterFixtures fleet = new ClusterFixtures(server.client(), "fleet", PROFILES);
    private final TokenService tokens = TokenService.start();
    private final List<RunningController> started = new ArrayList<>();
    private Plugins plugins;

    @BeforeEach
    void prepare() {
        plugins = new Plugins(directory);
    }

    @AfterEach
    void stopAll() {
        started.forEach(RunningController::close);
        tokens.close();
        server.close();
    }

    @Test
    void servesAProfileByTheRouteOfTheExamples() {
        startController(EXAMPLE);

        createProfile(SPOKE, "token-service");

        awaitToken("token-1");
        assertEquals(List.of("/tokens/fleet/spoke"), tokens.requests());
        assertEquals(
                "https://token-service",
                kubeconfig().getClusters().get(0).getCluster().getServer());
    }

    @Test
    void renewsATokenBeforeItExpires() {
        tokens.givesTokensFor(10);
        startController(EXAMPLE);
        createProfile(SPOKE, "token-service");

        for (int run = 1; run < 3; run++) {
            awaitToken("token-" + run);
            Instant expiry = annotated("expires-at");
            awaitToken("token-" + (run + 1));
            assertTrue(annotated("obtained-at").isBefore(expiry));
        }
    }

    @Test
    void reusesAFreshTokenAfterARestart() {
        tokens.givesTokensFor(3600);
        startController(EXAMPLE);
        createProfile(SPOKE, "token-service");
        awaitToken("token-1");

        started.forEach(RunningController::close);
        started.clear();
        startController(EXAMPLE);
        createProfile("later", "token-service");
        fleet.awaitServed("later");

        assertEquals(List.of("/tokens/fleet/spoke", "/tokens/fleet/later"), tokens.requests());
    }

    @Test
    void keepsTheLastGoodSecretWhileTheServiceFailsAndTriesAgainWithBackoff() {
        startController(EXAMPLE);
        createProfile(SPOKE, "token-service");
        awaitToken("token-1");
        tokens.fails(500);

        fleet.report(SPOKE, List.of(changed(ClusterFixtures.accessProvider("token-service", List.of()))));

        eventually(() -> assertTrue(tokens.requests().size() > 6));
        assertEquals("token-1", token());
        fleet.awaitEvent(SPOKE, "ExecPluginFailed");
        String note = fleet.events(SPOKE, "ExecPluginFailed").get(0).getNote();
        assertTrue(note.contains("token-service failed with HttpOperationFailedException, HTTP status 500"), note);
        List<Long> pauses = tokens.pauses();
        // longer and longer
        assertTrue(pauses.get(pauses.size() - 1) > pauses.get(1), pauses::toString);
        tokens.givesTokensFor(3600);
        eventually(() -> assertTrue(!token().equals("token-1")));
    }

    static Stream<Arguments> kubeconfigs() {
        return Stream.of(arguments("java.lang.String"), arguments("byte[]"), arguments("java.io.InputStream"));
    }

    @ParameterizedTest
    @MethodSource("kubeconfigs")
    void takesAKubeconfigOfARouteInAnyForm(String type) {
        startController(route("anything", given(ClusterFixtures.kubeconfig(SPOKE)), convert(type)));

        createProfile(SPOKE, "anything");

        eventually(() -> assertEquals(ClusterFixtures.kubeconfig(SPOKE), fleet.copied(SPOKE)));
    }

    @Test
    void servesAProfileByARouteWithOptionsThatStopsAndSetsWhatWeUseOurselves() {
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

        createProfile(SPOKE, "options");

        fleet.awaitServed(SPOKE);
        assertEquals(ClusterFixtures.kubeconfig(SPOKE), fleet.copied(SPOKE));
    }

    @Test
    void tellsOfARouteWhoseTextCannotBeEncoded() {
        startController(route(
                "anything",
                given(ClusterFixtures.kubeconfig(SPOKE)),
                convert("java.lang.String"),
                "        - setProperty: { name: CamelCharsetName, constant: no-such-charset }"));

        createProfile(SPOKE, "anything");

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
    void tellsOfARouteThatGivesNoKubeconfig(String text) {
        startController(route("anything", given(text), convert("java.lang.String")));

        createProfile(SPOKE, "anything");

        fleet.awaitEvent(SPOKE, "InvalidExecCredential");
        fleet.assertGone(fleet.managedSecret(SPOKE));
    }

    @Test
    void tellsOfARouteThatGivesNothing() {
        startController(route("anything", "        - setBody: { simple: \"${null}\" }"));

        createProfile(SPOKE, "anything");

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
    void letsNoProfileChooseAnEndpoint(String name) {
        startController(EXAMPLE);

        createProfile(SPOKE, name);

        fleet.awaitEvent(SPOKE, "NoAccessProvider");
        assertEquals(List.of(), tokens.requests());
    }

    @Test
    void prefersTheProviderFileToDroppedInRoutes() {
        plugins.add("gold", Plugins.gives("\"token\":\"of-gold\""));
        startController(EXAMPLE);

        createProfile(SPOKE, "token-service", "gold");

        awaitToken("of-gold");
        steadily(() -> assertEquals(List.of(), tokens.requests()));
    }

    @Test
    void takesAmongDroppedInRoutesTheOneThatTheProfileNamesFirst() {
        startController(
                EXAMPLE, route("anything", given(ClusterFixtures.kubeconfig(SPOKE)), convert("java.lang.String")));

        createProfile(SPOKE, "token-service", "anything");
        createProfile("other", "anything", "token-service");

        awaitToken("token-1");
        eventually(() -> assertEquals(ClusterFixtures.kubeconfig(SPOKE), fleet.copied("other")));
    }

    private void startController(Path... routes) {
        Map<String, String> settings = new HashMap<>(Map.of(
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
        started.add(RunningController.start(server.kubeconfigFile(), settings));
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

    private void createProfile(String name, String... providers) {
        fleet.createProfile(name);
        fleet.report(
                name,
                Stream.of(providers)
                        .map(provider -> ClusterFixtures.accessProvider(provider, List.of()))
                        .toList());
    }

    private static Map<String, Object> changed(Map<String, Object> entry) {
        return Map.of("name", entry.get("name"), "cluster", Map.of("server", "https://changed"));
    }

    private void awaitToken(String token) {
        eventually(() -> assertEquals(token, token()));
    }

    private String token() {
        return kubeconfig().getUsers().get(0).getUser().getToken();
    }

    private Config kubeconfig() {
        return Serialization.unmarshal(fleet.copied(SPOKE), Config.class);
    }

    private Instant annotated(String annotation) {
        return Instant.parse(
                annotations(fleet.managedSecret(SPOKE).get()).get("clusterinventory.projectsveltos.io/" + annotation));
    }
}
