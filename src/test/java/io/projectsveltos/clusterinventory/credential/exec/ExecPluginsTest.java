package io.projectsveltos.clusterinventory.credential.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecPluginsTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};
    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final String V1BETA1 = "client.authentication.k8s.io/v1beta1";
    private static final Map<String, String> OWN =
            Map.of("PATH", "/bin", "HOME", "/home", "KUBERNETES_SERVICE_HOST", "10.0.0.1", "OWN", "own");

    @Test
    void namesTheProvidersInTheFilesOrder() {
        ExecPlugins plugins = new ExecPlugins(
                file("{name: z, execConfig: {}}, {name: a, execConfig: {}}, {name: m, execConfig: {}}"), OWN);

        assertEquals(List.of("z", "a", "m"), plugins.names());
    }

    @Test
    void tellsItsProvidersFromOthers() {
        ExecPlugins plugins = plugins("");

        assertTrue(plugins.isExec(entry("")));
        assertFalse(plugins.isExec(new AccessProvider("other", Map.of())));
        assertEquals(V1, plugins.apiVersion(entry("")));
    }

    @Test
    void callsThePluginWithTheFilesCommandArgumentsAndHint() {
        PluginCall call = plugins("args: [a, b], installHint: get it").call(entry(""));

        assertEquals("plugin", call.command());
        assertEquals(List.of("a", "b"), call.args());
        assertEquals("get it", call.installHint());
        assertEquals("test", call.provider());
    }

    @Test
    void addsTheFilesVariablesToItsOwn() {
        Map<String, String> expected = new TreeMap<>(OWN);
        expected.put("OWN", "file");
        expected.put("NEW", "file");

        assertEquals(expected, environment(plugins("env: [{name: OWN, value: file}, {name: NEW, value: file}]"), ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "default", textBlock = """
            default | [--x]
            Ignore  | [--x]
            Append  | [--x, --y, z]
            """)
    void takesAProfilesArgumentsUnderThePolicy(String policy, String expected) {
        ExecPlugins plugins = plugins("args: [--x]", argsPolicy(policy));

        assertEquals(expected, plugins.call(entry(args("[--y, z]"))).args().toString());
        assertEquals(
                expected, plugins.call(entry(args("{args: [--y, z]}"))).args().toString());
    }

    @Test
    void needsNoExtensionsToAppend() {
        ExecPlugins plugins = plugins("args: [--x]", argsPolicy("Append") + envPolicy("Replace"));

        assertEquals(List.of("--x"), plugins.call(entry("")).args());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "default", textBlock = """
            default           | file    | own     | default
            Ignore            | file    | own     | default
            AppendIfNotExists | file    | profile | profile
            Replace           | profile | profile | profile
            """)
    void takesAProfilesVariablesUnderThePolicy(String policy, String inFile, String own, String isNew) {
        ExecPlugins plugins = plugins("env: [{name: FILE, value: file}]", envPolicy(policy));

        Map<String, String> environment = environment(plugins, envs("{FILE: profile, OWN: profile, NEW: profile}"));

        assertEquals(inFile, environment.get("FILE"));
        assertEquals(own, environment.get("OWN"));
        assertEquals(isNew, environment.get("NEW"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KUBERNETES_EXEC_INFO",
                "PATH",
                "HOME",
                "LD_PRELOAD",
                "LD_LIBRARY_PATH",
                "LD_",
                "DYLD_INSERT_LIBRARIES",
                "KUBERNETES_SERVICE_HOST",
                "KUBERNETES_SERVICE_PORT",
                "",
                "1A",
                "A-B",
                "A=B",
                "A B",
                "A.B",
                "\u00c4"
            })
    void refusesVariablesThatAProfileMayNotSet(String name) {
        for (String policy : List.of("AppendIfNotExists", "Replace")) {
            ExecPlugins plugins = plugins("", envPolicy(policy));

            assertRefused(plugins, envs("{\"" + name + "\": x}"), "additional-envs");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATHS", "MY_PATH", "HOME_DIR", "XLD_PRELOAD", "KUBERNETES_EXEC_INFO2", "path", "_", "A1"})
    void takesVariablesThatOnlyLookLikeThose(String name) {
        ExecPlugins plugins = plugins("", envPolicy("Replace"));

        assertEquals("x", environment(plugins, envs("{" + name + ": x}")).get(name));
    }

    @Test
    void looksAtNothingThatIsIgnored() {
        ExecPlugins plugins = plugins("args: [--x]");

        PluginCall call = plugins.call(entry(envs("{PATH: x}") + args("5")));

        assertEquals(List.of("--x"), call.args());
        assertEquals("/bin", call.environment().get("PATH"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "5",
                "[1]",
                "[[]]",
                "[a, null]",
                "{}",
                "{args: x}",
                "{args: [1]}",
                "{arg: [a]}",
                "[\"a\\0\"]"
            })
    void refusesArgumentsThatAreNoStrings(String payload) {
        assertRefused(plugins("", argsPolicy("Append")), args(payload), "additional-args");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "[A]", "{A: 1}", "{A: true}", "{A: null}", "{A: {}}", "{A: \"a\\0b\"}"})
    void refusesVariablesThatAreNoStrings(String payload) {
        assertRefused(plugins("", envPolicy("Replace")), envs(payload), "additional-envs");
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, V1BETA1})
    void tellsThePluginNothingOfTheClusterUnlessAsked(String version) throws Exception {
        JsonNode info = info(plugins(version, "", ""), "server: https://one");

        assertEquals(tree("{apiVersion: " + version + ", kind: ExecCredential, spec: {interactive: false}}"), info);
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, V1BETA1})
    void tellsThePluginItsClusterWhenAsked(String version) throws Exception {
        String cluster = """
                server: https://one
                tls-server-name: name
                insecure-skip-tls-verify: true
                certificate-authority-data: Y2E=
                proxy-url: http://proxy
                disable-compression: true
                """;

        JsonNode info = info(
                plugins(version, "provideClusterInfo: true", ""),
                cluster + "certificate-authority: /file\nother: x\n"
                        + extension("client.authentication.k8s.io/exec", "{clusterName: one, n: 1}")
                        + extension("another", "{a: b}"));

        assertEquals(version, info.path("apiVersion").asText());
        assertFalse(info.at("/spec/interactive").asBoolean(true));
        assertEquals(tree(cluster + "config: {clusterName: one, n: 1}"), info.at("/spec/cluster"));
    }

    @Test
    void tellsThePluginOnlyWhatTheProfileHas() throws Exception {
        JsonNode info = info(plugins("provideClusterInfo: true"), "server: https://one");

        assertEquals(tree("server: https://one"), info.at("/spec/cluster"));
    }

    @Test
    void setsTheExecInfoLast() throws Exception {
        ExecPlugins plugins = plugins("env: [{name: KUBERNETES_EXEC_INFO, value: forged}]");

        assertEquals("ExecCredential", info(plugins, "").path("kind").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "$(FILE), file",
        "a-$(FILE)-$(OWN), a-file-own",
        "$$(FILE), $(FILE)",
        "$$$(FILE), $$(FILE)",
        "$(UNKNOWN), $(UNKNOWN)",
        "$FILE, $FILE",
        "${FILE}, ${FILE}",
        "$(FILE, $(FILE",
        "$(), $()",
        "$(DOLLAR), $1\\$(FILE)"
    })
    void expandsVariablesInTheFilesArguments(String arg, String expanded) {
        ExecPlugins plugins = plugins(
                "args: ['" + arg + "'], env: [{name: FILE, value: file}, {name: DOLLAR, value: '$1\\$(FILE)'}]");

        assertEquals(List.of(expanded), plugins.call(entry("")).args());
    }

    @Test
    void expandsWhatAProfileIsAllowedToSet() {
        ExecPlugins plugins = plugins("args: [$(REGION)]", envPolicy("AppendIfNotExists"));

        assertEquals(
                List.of("west"), plugins.call(entry(envs("{REGION: west}"))).args());
    }

    @Test
    void expandsNothingInAProfilesArguments() {
        ExecPlugins plugins = plugins("env: [{name: SECRET, value: s}]", argsPolicy("Append"));

        assertEquals(
                List.of("$(SECRET)", "$(OWN)"),
                plugins.call(entry(args("[$(SECRET), $(OWN)]"))).args());
    }

    @Test
    void keepsProfilesApartAndAccumulatesNothing() {
        ExecPlugins plugins =
                plugins("args: [--x], provideClusterInfo: true", argsPolicy("Append") + envPolicy("Replace"));
        AccessProvider one = entry("server: https://one\n" + args("[--one]") + envs("{ONE: secret-of-one}"));
        AccessProvider two = entry("server: https://two\n" + args("[--two]") + envs("{TWO: '2'}"));
        PluginCall first = plugins.call(one);

        PluginCall other = plugins.call(two);

        assertEquals(List.of("--x", "--two"), other.args());
        assertFalse(other.environment().containsKey("ONE"));
        assertFalse(other.environment().toString().contains("https://one"));
        for (int i = 0; i < 3; i++) {
            assertEquals(first, plugins.call(one));
        }
        assertEquals("own", plugins.call(entry("")).environment().get("OWN"));
    }

    @Test
    void aCallThatIsChangedChangesNoOther() {
        ExecPlugins plugins = plugins("args: [--x]");
        PluginCall call = plugins.call(entry(""));
        PluginCall same = plugins.call(entry(""));

        call.args().clear();
        call.environment().clear();

        assertEquals(same, plugins.call(entry("")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "args: [--y]",
                "env: [{name: A, value: b}]",
                "provideClusterInfo: true",
                "interactiveMode: Never",
                "args: [--x], installHint: h"
            })
    void inputChangesWithTheProviderFile(String changed) {
        assertNotEquals(
                plugins("args: [--x]").input(entry("")), plugins(changed).input(entry("")));
    }

    @Test
    void inputChangesWithAPolicy() {
        assertNotEquals(
                plugins("").input(entry("")), plugins("", argsPolicy("Append")).input(entry("")));
    }

    @Test
    void inputChangesWithTheProfilesEntry() {
        ExecPlugins plugins = plugins("");

        assertNotEquals(plugins.input(entry("server: https://one")), plugins.input(entry("server: https://two")));
        assertNotEquals(plugins.input(entry(envs("{A: b}"))), plugins.input(entry(envs("{A: c}"))));
    }

    @Test
    void inputDoesNotDependOnTheOrderOfFields() {
        ExecPlugins plugins = plugins("");

        assertEquals(
                plugins.input(entry("server: s\nproxy-url: p\n" + envs("{A: a, B: b, C: c}"))),
                plugins.input(entry(envs("{C: c, A: a, B: b}") + "proxy-url: p\nserver: s\n")));
    }

    @Test
    void inputOfAProviderThatTheFileHasNotIsTheEntryAlone() {
        AccessProvider entry = new AccessProvider("drop-in", Map.of("server", "https://one"));

        assertEquals(plugins("").input(entry), plugins("args: [--y]").input(entry));
    }

    @Test
    void aCallsTextHasNeitherArgumentsNorVariables() {
        PluginCall call = plugins("args: [s3cret-argument], env: [{name: A, value: s3cret-variable}]")
                .call(entry(""));

        assertEquals("PluginCall[test, plugin]", call.toString());
        assertEquals("PluginCall[test, plugin]", new ExecPluginBinding.Command(call, 1).toString());
    }

    private static void assertRefused(ExecPlugins plugins, String extension, String named) {
        AccessProvider entry = entry(extension);

        TerminalException refused = assertThrows(TerminalException.class, () -> plugins.call(entry));

        assertEquals(Reason.InvalidAccessProvider, refused.getReason());
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }

    private static Map<String, String> environment(ExecPlugins plugins, String cluster) {
        Map<String, String> environment =
                new TreeMap<>(plugins.call(entry(cluster)).environment());
        environment.remove("KUBERNETES_EXEC_INFO");
        return environment;
    }

    private static JsonNode info(ExecPlugins plugins, String cluster) throws JsonProcessingException {
        return new ObjectMapper()
                .readTree(plugins.call(entry(cluster)).environment().get("KUBERNETES_EXEC_INFO"));
    }

    private static ExecPlugins plugins(String config) {
        return plugins(config, "");
    }

    private static ExecPlugins plugins(String config, String policies) {
        return plugins(V1, config, policies);
    }

    private static ExecPlugins plugins(String version, String config, String policies) {
        String more = config.isEmpty() ? "" : ", " + config;
        return new ExecPlugins(
                file("{name: test, execConfig: {apiVersion: " + version + ", command: plugin" + more + "}" + policies
                        + "}"),
                OWN);
    }

    private static ProviderFile file(String providers) {
        return read("providers: [" + providers + "]", ProviderFile.class);
    }

    private static String argsPolicy(String policy) {
        return policy == null ? "" : ", profileSourcedCLIArgsPolicy: " + policy;
    }

    private static String envPolicy(String policy) {
        return policy == null ? "" : ", profileSourcedEnvVarsPolicy: " + policy;
    }

    /** An entry of which the cluster is given in YAML, each extension by {@link #extension}. */
    private static AccessProvider entry(String cluster) {
        String extensions = String.join(
                "\n", cluster.lines().filter(line -> line.startsWith("- ")).toList());
        String fields = String.join(
                "\n", cluster.lines().filter(line -> !line.startsWith("- ")).toList());
        String whole = fields + (extensions.isEmpty() ? "" : "\nextensions:\n" + extensions);
        return new AccessProvider(
                "test", whole.isEmpty() ? Map.of() : YAML.convertValue(read(whole, JsonNode.class), FIELDS));
    }

    private static String args(String payload) {
        return extension(ExecPlugins.ADDITIONAL_ARGS, payload);
    }

    private static String envs(String payload) {
        return extension(ExecPlugins.ADDITIONAL_ENVS, payload);
    }

    private static String extension(String name, String payload) {
        return "- {name: " + name + ", extension: " + payload + "}\n";
    }

    private static JsonNode tree(String yaml) {
        return read(yaml, JsonNode.class);
    }

    private static <T> T read(String yaml, Class<T> type) {
        try {
            return YAML.readValue(yaml, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(yaml, e);
        }
    }
}
