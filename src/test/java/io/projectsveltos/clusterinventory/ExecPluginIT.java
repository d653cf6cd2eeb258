package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static io.projectsveltos.clusterinventory.testing.Plugins.returns;
import static io.projectsveltos.clusterinventory.testing.Plugins.returnsTokens;
import static io.projectsveltos.clusterinventory.testing.Plugins.returnsTokensFor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.Certificates;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.RunningController;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Exec plugins (KEP-5339): the real controller, a real API server, plugins that are real processes. */
class ExecPluginIT {

    private static final String SPOKE = "spoke";
    private static final String PLUGIN = "plugin";
    private static final String EXPIRES_AT = "clusterinventory.projectsveltos.io/expires-at";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();
    private Plugins plugins;

    @BeforeEach
    void prepare() {
        plugins = new Plugins(directory);
    }

    // the plugin and its input

    @Test
    void runsTheFirstProviderOfTheFileThatTheProfileOffers() {
        plugins.add("absent", returns("\"token\":\"of-absent\""))
                .add("gold", returns("\"token\":\"of-gold\""))
                .add("silver", returns("\"token\":\"of-silver\""));
        startController();

        fleet.createProfileOffering(SPOKE, List.of(entry("silver", SPOKE), entry("gold", SPOKE)));

        fleet.awaitToken(SPOKE, "of-gold");
        assertEquals(List.of(), plugins.runs("silver"));
    }

    @ParameterizedTest
    @CsvSource({
        "       ,                  , <> file none",
        "Ignore , Ignore           , <> file none",
        "Append , AppendIfNotExists, <--zone b> file profile",
        "Ignore , Replace          , <> profile profile"
    })
    void passesOnFromTheProfileWhatThePoliciesAllow(String args, String envs, String given) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("env", List.of(Map.of("name", "COLOUR", "value", "file")));
        if (args != null) {
            fields.put("profileSourcedCLIArgsPolicy", args);
            fields.put("profileSourcedEnvVarsPolicy", envs);
        }
        plugins.add(
                PLUGIN,
                Plugins.V1,
                "echo \"<$*> $COLOUR ${SHAPE:-none}\" > given\n" + returns("\"token\":\"t\""),
                fields);
        startController();

        createProfile(
                SPOKE,
                entry(
                        PLUGIN,
                        SPOKE,
                        extension(Plugins.ADDITIONAL_ARGS, Map.of("args", List.of("--zone", "b"))),
                        extension(Plugins.ADDITIONAL_ENVS, Map.of("COLOUR", "profile", "SHAPE", "profile"))));

        fleet.awaitToken(SPOKE, "t");
        assertEquals(List.of(given), plugins.lines("given"));
    }

    @Test
    void keepsArgumentsOfAProfileFromOthersAndFromTheNextRun() {
        plugins.add(
                PLUGIN,
                Plugins.V1,
                "echo \"$* ${SHAPE:-none}\" >> given\n" + returnsTokens(PLUGIN),
                Map.of("profileSourcedCLIArgsPolicy", "Append", "profileSourcedEnvVarsPolicy", "Replace"));
        startController();

        createProfile(
                "one",
                entry(
                        PLUGIN,
                        "one",
                        extension(Plugins.ADDITIONAL_ARGS, Map.of("args", List.of("--of-one"))),
                        extension(Plugins.ADDITIONAL_ENVS, Map.of("SHAPE", "one"))));
        fleet.awaitToken("one", "token-1");
        createProfile("other", entry(PLUGIN, "other"));
        fleet.awaitToken("other", "token-2");
        fleet.managedSecret("one").delete();
        fleet.awaitToken("one", "token-3");

        assertEquals(List.of("--of-one one", " none", "--of-one one"), plugins.lines("given"));
    }

    @Test
    void passesNamespaceAndNameToThePlugin() {
        String script = """
                if [ "$SECRET" != "%1$s/$CLUSTERPROFILE_NAME" ]; then
                  echo "no Secret '$SECRET' in namespace %1$s" >&2
                  exit 1
                fi
                """.formatted(fleet.namespace());
        plugins.add(
                PLUGIN,
                Plugins.V1,
                script + returns("\"token\":\"of-'$CLUSTERPROFILE_NAME'\""),
                Map.of(
                        "env",
                        List.of(
                                Map.of("name", "NAMESPACE", "value", "$(CLUSTERPROFILE_NAMESPACE)"),
                                Map.of("name", "SECRET", "value", "$(NAMESPACE)/$(CLUSTERPROFILE_NAME)"))));
        startController();

        createProfile("edge-1", entry(PLUGIN, "edge-1"));
        createProfile("edge-2", entry(PLUGIN, "edge-2"));

        fleet.awaitToken("edge-1", "of-edge-1");
        fleet.awaitToken("edge-2", "of-edge-2");
    }

    // its output

    @Test
    void buildsAKubeconfigFromATokenAndTheProfilesCluster() {
        plugins.add(PLUGIN, returnsTokens(PLUGIN));
        startController();

        createProfile(SPOKE, entry(PLUGIN, SPOKE));

        fleet.awaitToken(SPOKE, "token-1");
        Config config = fleet.copiedConfig(SPOKE);
        assertEquals(
                "https://" + SPOKE, config.getClusters().get(0).getCluster().getServer());
        assertNull(config.getUsers().get(0).getUser().getExec());
        eventually(() -> assertEquals(1, fleet.events(SPOKE, "Synced").size()));
    }

    @Test
    void buildsAKubeconfigFromACertificateAndItsExpiry() {
        Instant end = Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
        Certificates pair = Certificates.until(end);
        plugins.add(PLUGIN, returns(pair.status()));
        startController();

        createProfile(SPOKE, entry(PLUGIN, SPOKE));

        fleet.awaitServed(SPOKE);
        AuthInfo user = user(SPOKE);
        assertNull(user.getToken());
        assertEquals(pair.certificate(), new String(ClusterFixtures.decoded(user.getClientCertificateData())));
        assertEquals(pair.key(), new String(ClusterFixtures.decoded(user.getClientKeyData())));
        assertEquals(end.toString(), annotations(managedSecret(SPOKE)).get(EXPIRES_AT));
    }

    @Test
    void speaksV1beta1WithAPluginOfThatVersion() {
        plugins.add(
                PLUGIN,
                Plugins.V1BETA1,
                Plugins.prints(Plugins.V1BETA1, "ExecCredential", "\"token\":\"old\""),
                Map.of());
        startController();

        createProfile(SPOKE, entry(PLUGIN, SPOKE));

        fleet.awaitToken(SPOKE, "old");
        assertTrue(plugins.runs(PLUGIN).get(0).contains(Plugins.V1BETA1));
    }

    // when it runs again

    @Test
    void keepsRenewingAShortLivedTokenBeforeItExpires() {
        plugins.add(PLUGIN, returnsTokensFor(PLUGIN, 10));
        startController("refresh.min-interval", "1s", "refresh.check-interval", "200ms");
        createProfile(SPOKE, entry(PLUGIN, SPOKE));

        for (int run = 1; run < 4; run++) {
            fleet.awaitToken(SPOKE, "token-" + run);
            Instant expiry = fleet.expiry(SPOKE);
            fleet.awaitToken(SPOKE, "token-" + (run + 1));
            Instant renewed = fleet.fetched(SPOKE);

            assertTrue(renewed.isBefore(expiry), renewed + " is not before " + expiry);
        }
    }

    @Test
    void renewsATokenWithoutExpiryEverySyncPeriod() {
        plugins.add(PLUGIN, returnsTokens(PLUGIN));
        startController("sync-period", "3s", "refresh.min-interval", "1s", "refresh.check-interval", "200ms");

        createProfile(SPOKE, entry(PLUGIN, SPOKE));

        for (int run = 1; run < 4; run++) {
            fleet.awaitToken(SPOKE, "token-" + run);
        }
        assertFalse(annotations(managedSecret(SPOKE)).containsKey(EXPIRES_AT));
    }

    @Test
    void keepsTheLastGoodSecretUntilAFailedRefreshSucceeds() {
        plugins.add(PLUGIN, returnsTokensFor(PLUGIN, 5));
        startController("refresh.min-interval", "1s", "refresh.check-interval", "200ms");
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        fleet.awaitToken(SPOKE, "token-1");
        plugins.change(PLUGIN, "echo no way to the service >&2; exit 1");

        fleet.awaitEvent(SPOKE, "ExecPluginFailed");
        steadily(() -> assertTrue(fleet.token(SPOKE).startsWith("token-")));
        assertTrue(fleet.events(SPOKE, "ExecPluginFailed").get(0).getNote().contains("no way to the service"));

        plugins.change(PLUGIN, returns("\"token\":\"fixed\""));
        fleet.awaitToken(SPOKE, "fixed");
    }

    @Test
    void doesNothingAfterARestartWhileTheCredentialIsFresh() {
        plugins.add(PLUGIN, returnsTokensFor(PLUGIN, 3600));
        startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        createProfile("other", entry(PLUGIN, "other"));
        fleet.awaitServed(SPOKE);
        fleet.awaitServed("other");
        restartControllerAs(AuditedApiServer.SECOND);
        // a new profile is served after the existing ones
        createProfile("later", entry(PLUGIN, "later"));
        fleet.awaitServed("later");

        steadily(() -> assertEquals(3, plugins.runs(PLUGIN).size()));
        assertTrue(
                server.writes(AuditedApiServer.SECOND, fleet.namespace()).stream()
                        .allMatch(write -> write.contains("later")),
                () -> server.writes(AuditedApiServer.SECOND, fleet.namespace()).toString());
    }

    @Test
    void doesNotRunWhenLabelsChange() {
        plugins.add(PLUGIN, returnsTokens(PLUGIN));
        startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        fleet.awaitServed(SPOKE);

        for (String tier : List.of("gold", "silver", "bronze")) {
            fleet.label(fleet.profile(SPOKE), "tier", tier);
            eventually(() -> assertEquals(
                    tier, ClusterFixtures.labels(fleet.cluster(SPOKE).get()).get("tier")));
        }

        steadily(() -> assertEquals(1, plugins.runs(PLUGIN).size()));
    }

    @Test
    void runsImmediatelyWhenTheProfilesEntryChanges() {
        plugins.add(PLUGIN, returnsTokens(PLUGIN));
        startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        fleet.awaitToken(SPOKE, "token-1");

        fleet.report(SPOKE, List.of(entry(PLUGIN, "elsewhere")));

        fleet.awaitToken(SPOKE, "token-2");
        assertEquals(
                "https://elsewhere",
                fleet.copiedConfig(SPOKE).getClusters().get(0).getCluster().getServer());
    }

    @Test
    void runsAgainAfterARestartWithAnotherProviderFile() {
        plugins.add(PLUGIN, returnsTokens(PLUGIN));
        startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        fleet.awaitToken(SPOKE, "token-1");

        plugins = new Plugins(directory)
                .add(
                        PLUGIN,
                        Plugins.V1,
                        returnsTokens(PLUGIN),
                        Map.of("env", List.of(Map.of("name", "COLOUR", "value", "red"))));
        restartControllerAs(AuditedApiServer.SECOND);

        fleet.awaitToken(SPOKE, "token-2");
    }

    @Test
    void repairsAnEditedKubeconfig() {
        plugins.add(PLUGIN, returnsTokens(PLUGIN));
        startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        fleet.awaitToken(SPOKE, "token-1");

        fleet.editData(fleet.managedSecret(SPOKE), "kubeconfig", "edited");

        fleet.awaitToken(SPOKE, "token-2");
        steadily(() -> assertEquals(2, plugins.runs(PLUGIN).size()));
    }

    @Test
    void recreatesADeletedSecret() {
        plugins.add(PLUGIN, returnsTokens(PLUGIN));
        startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        fleet.awaitToken(SPOKE, "token-1");

        fleet.managedSecret(SPOKE).delete();

        fleet.awaitToken(SPOKE, "token-2");
        steadily(() -> assertEquals(2, plugins.runs(PLUGIN).size()));
    }

    // plugins that hang

    @Test
    void servesOthersWhileTwoPluginsHang() {
        plugins.add(
                PLUGIN,
                "case \"$KUBERNETES_EXEC_INFO\" in *https://hanging*) " + Plugins.hangs() + ";; esac\n"
                        + returnsTokens(PLUGIN));
        startController("concurrent-reconciles", "2", "exec-plugin.timeout", "3s");
        createProfile("one", entry(PLUGIN, "hanging-one"));
        createProfile("two", entry(PLUGIN, "hanging-two"));
        plugins.awaitRuns(PLUGIN, 2);

        fleet.createProfileAndSource("of-a-secret");
        createProfile("good", entry(PLUGIN, "good"));
        fleet.awaitServed("of-a-secret");
        fleet.awaitServed("good");

        assertTrue(plugins.runs(PLUGIN).get(2).contains("https://good"), "each of the others has had one run");
        fleet.awaitEvent("one", "ExecPluginTimeout");
        fleet.awaitEvent("two", "ExecPluginTimeout");
    }

    @Test
    void leavesNoProcessBehindWhenItStops() {
        plugins.add(PLUGIN, Plugins.hangs());
        RunningController controller = startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        eventually(() -> assertEquals(2, plugins.lines("pids").size()));

        controller.close();

        eventually(() -> assertEquals(List.of(), runningPlugins()));
        assertEquals(1, plugins.runs(PLUGIN).size());
    }

    @Test
    void writesNothingForAProfileThatWasDeletedWhileItsPluginRan() {
        plugins.add(PLUGIN, "while [ ! -e go ]; do sleep 0.1; done\n" + returnsTokens(PLUGIN) + "\ntouch done");
        startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        plugins.awaitRuns(PLUGIN, 1);

        fleet.profile(SPOKE).delete();
        eventually(() -> fleet.assertGone(fleet.profile(SPOKE)));
        plugins.put("go");
        eventually(() -> assertTrue(directory.resolve("done").toFile().exists()));

        steadily(() -> {
            fleet.assertGone(fleet.managedSecret(SPOKE));
            fleet.assertGone(fleet.cluster(SPOKE));
        });
        assertEquals(1, plugins.runs(PLUGIN).size());
    }

    // output and entries that are refused

    static Stream<Arguments> refusedOutputs() {
        return Stream.of(
                arguments("InvalidExecCredential", Plugins.prints(Plugins.V1, "TokenReview", "\"token\":\"t\"")),
                arguments(
                        "InvalidExecCredential", Plugins.prints(Plugins.V1BETA1, "ExecCredential", "\"token\":\"t\"")),
                arguments("InvalidExecCredential", returns("")),
                arguments(
                        "InvalidExecCredential",
                        returns("\"token\":\"t\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"")),
                arguments("InvalidExecCredential", returns("\"clientKeyData\":\"k\"")),
                arguments("InvalidExecCredential", returns("\"clientCertificateData\":\"c\"")),
                arguments("InvalidExecCredential", returns("\"token\":\"t\"") + "\necho garbage"),
                arguments("InvalidExecCredential", "echo garbage"),
                arguments("InvalidExecCredential", "exit 0"),
                arguments("ExecPluginFailed", returns("\"token\":\"t\"") + "\nexit 3"),
                arguments("ExecPluginFailed", "head -c 2000000 /dev/zero"),
                arguments("ExecPluginTimeout", Plugins.hangs()));
    }

    @ParameterizedTest
    @MethodSource("refusedOutputs")
    void keepsTheLastGoodSecretAndReportsARefusedOutput(String reason, String script) {
        plugins.add(PLUGIN, returns("\"token\":\"good\""));
        startController("exec-plugin.timeout", "3s");
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        fleet.awaitToken(SPOKE, "good");
        Secret before = managedSecret(SPOKE);

        plugins.change(PLUGIN, script);
        fleet.report(SPOKE, List.of(entry(PLUGIN, "changed")));

        fleet.awaitEvent(SPOKE, reason);
        assertEquals(before, managedSecret(SPOKE));
    }

    static Stream<Arguments> refusedEntries() {
        Map<String, Object> file = new HashMap<>(Map.of("certificate-authority", "/etc/ca.crt"));
        file.put("server", "https://changed");
        return Stream.of(
                arguments(Map.of("name", PLUGIN, "cluster", file)),
                arguments(entry(PLUGIN, "changed", extension(Plugins.ADDITIONAL_ENVS, Map.of("PATH", "/tmp")))),
                arguments(entry(PLUGIN, "changed", extension(Plugins.ADDITIONAL_ENVS, Map.of("A B", "c")))),
                arguments(entry(
                        PLUGIN, "changed", extension(Plugins.ADDITIONAL_ENVS, Map.of("BASH_ENV", "$(touch ran)")))),
                arguments(entry(
                        PLUGIN, "changed", extension(Plugins.ADDITIONAL_ENVS, Map.of("CLUSTERPROFILE_NAME", "other")))),
                arguments(entry(PLUGIN, "changed", extension(Plugins.ADDITIONAL_ENVS, Map.of("A", 1)))));
    }

    @ParameterizedTest
    @MethodSource("refusedEntries")
    void keepsTheLastGoodSecretAndReportsARefusedEntry(Map<String, Object> entry) {
        plugins.add(
                PLUGIN,
                Plugins.V1,
                returns("\"token\":\"good\""),
                Map.of("profileSourcedCLIArgsPolicy", "Append", "profileSourcedEnvVarsPolicy", "Replace"));
        startController();
        createProfile(SPOKE, entry(PLUGIN, SPOKE));
        fleet.awaitToken(SPOKE, "good");
        Secret before = managedSecret(SPOKE);

        fleet.report(SPOKE, List.of(entry));

        fleet.awaitEvent(SPOKE, "InvalidAccessProvider");
        assertEquals(before, managedSecret(SPOKE));
    }

    @Test
    void reportsTheInstallHintOfAMissingPlugin() {
        plugins.add(
                PLUGIN,
                Plugins.V1,
                "exit 1",
                Map.of("command", "/no/such/plugin", "installHint", "mount it from an image volume"));
        startController();

        createProfile(SPOKE, entry(PLUGIN, SPOKE));

        fleet.awaitEvent(SPOKE, "ExecPluginFailed");
        assertTrue(fleet.events(SPOKE, "ExecPluginFailed").get(0).getNote().contains("mount it from an image volume"));
    }

    private RunningController startController(String... settings) {
        return startControllerOf(AuditedApiServer.FIRST, settings);
    }

    private RunningController startControllerOf(String user, String... settings) {
        Map<String, String> all = new HashMap<>();
        all.put("clusterprofile-provider-file", plugins.file().toString());
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return env.start(user, all);
    }

    private void restartControllerAs(String user) {
        env.stop();
        startControllerOf(user);
    }

    private void createProfile(String name, Map<String, Object> entry) {
        fleet.createProfileOffering(name, List.of(entry));
    }

    private static Map<String, Object> entry(String provider, String host, Map<?, ?>... extensions) {
        return Map.of(
                "name", provider, "cluster", Map.of("server", "https://" + host, "extensions", List.of(extensions)));
    }

    private static Map<String, Object> extension(String name, Object payload) {
        return Map.of("name", name, "extension", payload);
    }

    private AuthInfo user(String profile) {
        return fleet.copiedConfig(profile).getUsers().get(0).getUser();
    }

    private Secret managedSecret(String profile) {
        return fleet.managedSecret(profile).get();
    }

    private List<String> runningPlugins() {
        return plugins.lines("pids").stream()
                .filter(pid -> ProcessHandle.of(Long.parseLong(pid))
                        // a zombie has no command
                        .flatMap(process -> process.info().command())
                        .isPresent())
                .toList();
    }
}
