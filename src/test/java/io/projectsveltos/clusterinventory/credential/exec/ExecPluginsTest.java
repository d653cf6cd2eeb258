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
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.AllLogs;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecPluginsTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};
    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final String V1BETA1 = "client.authentication.k8s.io/v1beta1";
    private static final String OLDER = "multicluster.x-k8s.io/clusterprofiles/auth/exec/";
    private static final ObjectKey PROFILE = new ObjectKey("fleet", "spoke");
    private static final Map<String, String> OF_PROFILE =
            Map.of("CLUSTERPROFILE_NAMESPACE", "fleet", "CLUSTERPROFILE_NAME", "spoke");
    private static final Map<String, String> OWN =
            Map.of("PATH", "/bin", "HOME", "/home", "KUBERNETES_SERVICE_HOST", "10.0.0.1", "OWN", "own");

    @Test
    void returnsTheProvidersInTheOrderOfTheFile() {
        ExecPlugins plugins = new ExecPlugins(
                file("{name: z, execConfig: {}}, {name: a, execConfig: {}}, {name: m, execConfig: {}}"), OWN);

        assertEquals(List.of("z", "a", "m"), plugins.names());
    }

    @Test
    void knowsTheApiVersionOfAPlugin() {
        assertEquals(V1, plugins("").apiVersion(entry("")));
    }

    @Test
    void usesCommandArgumentsAndHintFromTheFile() {
        PluginInvocation invocation =
                plugins("args: [a, b], installHint: get it").invocation(entry(""), PROFILE);

        assertEquals("plugin", invocation.command());
        assertEquals(List.of("a", "b"), invocation.args());
        assertEquals("get it", invocation.installHint());
        assertEquals("test", invocation.provider());
    }

    @Test
    void addsTheVariablesFromTheFileToItsOwn() {
        Map<String, String> expected = new TreeMap<>(OWN);
        expected.put("OWN", "file");
        expected.put("NEW", "file");
        expected.putAll(OF_PROFILE);

        assertEquals(expected, environment(plugins("env: [{name: OWN, value: file}, {name: NEW, value: file}]"), ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "default", textBlock = """
            default | [--x]
            Ignore  | [--x]
            Append  | [--x, --y, z]
            """)
    void treatsTheProfilesArgumentsByThePolicy(String policy, String expected) {
        ExecPlugins plugins = plugins("args: [--x]", argsPolicy(policy));

        assertEquals(expected, arguments(plugins, args("[--y, z]")).toString());
        assertEquals(expected, arguments(plugins, args("{args: [--y, z]}")).toString());
    }

    @Test
    void appendsNothingWithoutAnExtension() {
        ExecPlugins plugins = plugins("args: [--x]", argsPolicy("Append") + envPolicy("Replace"));

        assertEquals(List.of("--x"), arguments(plugins, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "default", textBlock = """
            default           | file    | own     | default
            Ignore            | file    | own     | default
            AppendIfNotExists | file    | profile | profile
            Replace           | profile | profile | profile
            """)
    void treatsTheProfilesVariablesByThePolicy(String policy, String inFile, String own, String isNew) {
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
    void refusesReservedVariables(String name) {
        for (String policy : List.of("AppendIfNotExists", "Replace")) {
            assertRefused(plugins("", envPolicy(policy)), envs("{\"" + name + "\": x}"), "additional-envs");
            assertRefused(
                    plugins("", envPolicy(policy) + envVars("'" + name + "'")),
                    envs("{\"" + name + "\": x}"),
                    "additional-envs");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATHS", "MY_PATH", "HOME_DIR", "XLD_PRELOAD", "BASH_ENV", "path", "_", "A1"})
    void acceptsVariablesThatTheFileLists(String name) {
        ExecPlugins plugins = plugins("", envPolicy("Replace") + envVars("OTHER, " + name));

        assertEquals("x", environment(plugins, envs("{" + name + ": x}")).get(name));
    }

    @Test
    void refusesAndNamesVariablesThatTheFileDoesNotList() {
        for (String listed : List.of("", "ANOTHER")) {
            ExecPlugins plugins = plugins("", envPolicy("Replace") + envVars(listed));

            assertRefused(plugins, envs("{REGION: x}"), "sets the variable REGION, which profiles may not set");
        }
    }

    static Stream<String> riskyVariables() {
        return Stream.of("""
                BASH_ENV ENV SHELLOPTS BASHOPTS PS4 IFS PYTHONWARNINGS PYTHONPATH BROWSER NODE_OPTIONS PERL5OPT
                PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH GIT_SSH_COMMAND
                SSL_CERT_FILE SSL_CERT_DIR HTTPS_PROXY https_proxy Http_Proxy ALL_PROXY no_proxy KUBECONFIG
                KUBERNETES_PORT AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS
                AWS_CA_BUNDLE AWS_PAGER AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_WEB_IDENTITY_TOKEN_FILE
                CLOUDSDK_CONFIG CLOUDSDK_PYTHON AZURE_CONFIG_DIR AZURE_AUTHORITY_HOST IDENTITY_ENDPOINT
                GOOGLE_APPLICATION_CREDENTIALS GCE_METADATA_HOST EDITOR PAGER GCONV_PATH LOCPATH NLSPATH
                MALLOC_CHECK_ GLIBC_TUNABLES TMPDIR XDG_CONFIG_HOME DOTNET_STARTUP_HOOKS CORECLR_PROFILER
                OPENSSL_CONF SSLKEYLOGFILE CURL_HOME REQUESTS_CA_BUNDLE SSH_ASKPASS HOSTALIASES TEXTDOMAINDIR
                GODEBUG LUA_INIT npm_config_registry
                """.split("\\s+"));
    }

    @ParameterizedTest
    @MethodSource("riskyVariables")
    void refusesRiskyVariablesIfTheFileListsNone(String name) {
        assertRefused(plugins("", envPolicy("AppendIfNotExists")), envs("{" + name + ": x}"), " " + name + ",");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AWS_REGION", "AWS_PROFILE", "GOOGLE_CLOUD_PROJECT", "CLUSTER", "ZONE", "SHAPE", "A1", "_"})
    void acceptsOrdinaryVariablesIfTheFileListsNone(String name) {
        assertEquals(
                "x",
                environment(plugins("", envPolicy("Replace")), envs("{" + name + ": x}"))
                        .get(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Ignore            | ''     | 0
            AppendIfNotExists | REGION | 0
            AppendIfNotExists | none   | 1
            Replace           | none   | 1
            """)
    void warnsOnStartAboutAProviderThatListsNoVariables(String policy, String listed, int warnings) {
        try (AllLogs logs = AllLogs.started()) {
            plugins("", envPolicy(policy) + (listed.equals("none") ? "" : envVars(listed)));

            List<String> warned = logs.lines().stream()
                    .filter(line -> line.startsWith("WARN"))
                    .toList();
            assertEquals(warnings, warned.size(), warned::toString);
            assertTrue(warned.stream()
                    .allMatch(line -> line.contains("provider test") && line.contains("profileSourcedEnvVars")));
        }
    }

    @Test
    void alwaysPassesTheProfilesKey() {
        ExecPlugins plugins =
                plugins("env: [{name: CLUSTERPROFILE_NAME, value: forged}, {name: A, value: $(CLUSTERPROFILE_NAME)}]");

        Map<String, String> environment = environment(plugins, "");

        assertTrue(environment.entrySet().containsAll(OF_PROFILE.entrySet()), environment::toString);
        assertEquals("spoke", environment.get("A"));
    }

    @Test
    void ignoresInvalidExtensionsUnderThePolicyIgnore() {
        ExecPlugins plugins = plugins("args: [--x]");

        PluginInvocation invocation = plugins.invocation(entry(envs("{PATH: x}") + args("5")), PROFILE);

        assertEquals(List.of("--x"), invocation.args());
        assertEquals("/bin", invocation.environment().get("PATH"));
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
    void refusesArgumentsThatAreNotStrings(String payload) {
        assertRefused(plugins("", argsPolicy("Append")), args(payload), "additional-args");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "[A]", "{A: 1}", "{A: true}", "{A: null}", "{A: {}}", "{A: \"a\\0b\"}"})
    void refusesVariablesThatAreNotStrings(String payload) {
        assertRefused(plugins("", envPolicy("Replace")), envs(payload), "additional-envs");
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, V1BETA1})
    void leavesTheClusterOutByDefault(String version) throws Exception {
        JsonNode info = info(plugins(version, "", ""), "server: https://one");

        assertEquals(tree("{apiVersion: " + version + ", kind: ExecCredential, spec: {interactive: false}}"), info);
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, V1BETA1})
    void passesTheClusterIfProvideClusterInfoIsSet(String version) throws Exception {
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
    void passesOnlyTheFieldsThatTheProfileHas() throws Exception {
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
        "$$$(FILE), $file",
        "$$$$(FILE), $$(FILE)",
        "a$$b, a$b",
        "$, $",
        "$$, $",
        "$(A$(FILE), $(A$(FILE)",
        "$(UNKNOWN), $(UNKNOWN)",
        "$FILE, $FILE",
        "${FILE}, ${FILE}",
        "$(FILE, $(FILE",
        "$(), $()",
        "$(DOLLAR), $1\\$(FILE)"
    })
    void expandsVariablesInArgumentsFromTheFile(String arg, String expanded) {
        ExecPlugins plugins = plugins(
                "args: ['" + arg + "'], env: [{name: FILE, value: file}, {name: DOLLAR, value: '$1\\$$(FILE)'}]");

        assertEquals(List.of(expanded), arguments(plugins, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "$(OWN), own",
        "$(CLUSTERPROFILE_NAMESPACE)/$(CLUSTERPROFILE_NAME), fleet/spoke",
        "$(EARLIER), own-earlier",
        "$(LATER), $(LATER)",
        "$$(OWN), $(OWN)",
        "$(LITERAL), $(OWN)",
        "$(FROM_PROFILE), $(FROM_PROFILE)"
    })
    void expandsVariablesInVariablesFromTheFile(String value, String expanded) {
        ExecPlugins plugins = plugins(
                "env: [{name: EARLIER, value: $(OWN)-earlier}, {name: LITERAL, value: $$(OWN)}, {name: X, value: '"
                        + value + "'}, {name: LATER, value: l}]",
                envPolicy("AppendIfNotExists"));

        assertEquals(expanded, environment(plugins, envs("{FROM_PROFILE: p}")).get("X"));
    }

    @Test
    void doesNotExpandTheProfilesVariables() {
        ExecPlugins plugins = plugins("env: [{name: SECRET, value: s}]", envPolicy("AppendIfNotExists"));

        assertEquals(
                "$(SECRET)$$(OWN)",
                environment(plugins, envs("{A: $(SECRET)$$(OWN)}")).get("A"));
    }

    @Test
    void readsTheExtensionsUnderTheirOldNamesAndLogsOncePerProfile() {
        ExecPlugins plugins = plugins("", argsPolicy("Append") + envPolicy("Replace"));
        AccessProvider older = entry(
                extension(OLDER + "additional-args", "{args: [--x]}") + extension(OLDER + "additional-envs", "{A: a}"));

        try (AllLogs logs = AllLogs.started()) {
            for (int run = 0; run < 3; run++) {
                PluginInvocation invocation = plugins.invocation(older, PROFILE);

                assertEquals(List.of("--x"), invocation.args());
                assertEquals("a", invocation.environment().get("A"));
            }
            plugins.invocation(older, new ObjectKey("fleet", "other"));

            assertEquals(
                    List.of("fleet/spoke", "fleet/other"),
                    logs.lines().stream()
                            .filter(line -> line.startsWith("INFO"))
                            .map(line -> line.replaceFirst(".*The ClusterProfile (\\S+) .*", "$1"))
                            .toList());
        }
    }

    @Test
    void refusesTheSameContentUnderTheOldNames() {
        assertRefused(
                plugins("", envPolicy("Replace")),
                extension(OLDER + "additional-envs", "{PATH: x}"),
                OLDER + "additional-envs");
    }

    @Test
    void prefersTheCurrentNameOfAnExtension() {
        ExecPlugins plugins = plugins("", argsPolicy("Append"));

        assertEquals(
                List.of("present"),
                arguments(plugins, extension(OLDER + "additional-args", "[older]") + args("[present]")));
    }

    @Test
    void expandsAVariableThatTheProfileMaySet() {
        ExecPlugins plugins = plugins("args: [$(REGION)]", envPolicy("AppendIfNotExists"));

        assertEquals(List.of("west"), arguments(plugins, envs("{REGION: west}")));
    }

    @Test
    void doesNotExpandTheProfilesArguments() {
        ExecPlugins plugins = plugins("env: [{name: SECRET, value: s}]", argsPolicy("Append"));

        assertEquals(List.of("$(SECRET)", "$(OWN)"), arguments(plugins, args("[$(SECRET), $(OWN)]")));
    }

    @Test
    void keepsInvocationsIndependent() {
        ExecPlugins plugins =
                plugins("args: [--x], provideClusterInfo: true", argsPolicy("Append") + envPolicy("Replace"));
        AccessProvider one = entry("server: https://one\n" + args("[--one]") + envs("{ONE: secret-of-one}"));
        AccessProvider two = entry("server: https://two\n" + args("[--two]") + envs("{TWO: '2'}"));
        PluginInvocation first = plugins.invocation(one, PROFILE);

        PluginInvocation other = plugins.invocation(two, PROFILE);

        assertEquals(List.of("--x", "--two"), other.args());
        assertFalse(other.environment().containsKey("ONE"));
        assertFalse(other.environment().toString().contains("https://one"));
        for (int i = 0; i < 3; i++) {
            assertEquals(first, plugins.invocation(one, PROFILE));
        }
        assertEquals("own", plugins.invocation(entry(""), PROFILE).environment().get("OWN"));
    }

    @Test
    void changingAnInvocationDoesNotChangeTheNext() {
        ExecPlugins plugins = plugins("args: [--x]");
        PluginInvocation invocation = plugins.invocation(entry(""), PROFILE);
        PluginInvocation same = plugins.invocation(entry(""), PROFILE);

        invocation.args().clear();
        invocation.environment().clear();

        assertEquals(same, plugins.invocation(entry(""), PROFILE));
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
    void canonicalInputChangesWithTheProviderFile(String changed) {
        assertNotEquals(
                plugins("args: [--x]").canonicalInput(entry("")),
                plugins(changed).canonicalInput(entry("")));
    }

    @Test
    void canonicalInputChangesWithThePolicyAndTheListedVariables() {
        assertNotEquals(
                plugins("").canonicalInput(entry("")),
                plugins("", argsPolicy("Append")).canonicalInput(entry("")));
        assertNotEquals(
                plugins("").canonicalInput(entry("")), plugins("", envVars("A")).canonicalInput(entry("")));
    }

    @Test
    void canonicalInputContainsTooFewBitsOfTheFilesValuesToGuessThem() {
        Set<String> inputs = new HashSet<>();

        for (int pin = 0; pin < 10_000; pin++) {
            String input = plugins("args: [a" + pin + "], env: [{name: PIN, value: '" + pin + "'}]")
                    .canonicalInput(entry(""));
            assertFalse(input.contains("a" + pin), input);
            inputs.add(input);
        }

        assertTrue(inputs.size() <= 4096, "some values look alike: " + inputs.size());
        assertTrue(inputs.size() > 3000, "most changes are noticed: " + inputs.size());
    }

    @Test
    void canonicalInputChangesWithTheProfilesEntry() {
        ExecPlugins plugins = plugins("");

        assertNotEquals(
                plugins.canonicalInput(entry("server: https://one")),
                plugins.canonicalInput(entry("server: https://two")));
        assertNotEquals(plugins.canonicalInput(entry(envs("{A: b}"))), plugins.canonicalInput(entry(envs("{A: c}"))));
    }

    @Test
    void canonicalInputDoesNotDependOnTheOrderOfFields() {
        ExecPlugins plugins = plugins("");

        assertEquals(
                plugins.canonicalInput(entry("server: s\nproxy-url: p\n" + envs("{A: a, B: b, C: c}"))),
                plugins.canonicalInput(entry(envs("{C: c, A: a, B: b}") + "proxy-url: p\nserver: s\n")));
    }

    @Test
    void canonicalInputOfAProviderOutsideTheFileIsTheEntryAlone() {
        AccessProvider entry = new AccessProvider("custom-provider", Map.of("server", "https://one"));

        assertEquals(plugins("").canonicalInput(entry), plugins("args: [--y]").canonicalInput(entry));
    }

    @Test
    void toStringLeavesOutArgumentsAndVariables() {
        PluginInvocation invocation = plugins("args: [s3cret-argument], env: [{name: A, value: s3cret-variable}]")
                .invocation(entry(""), PROFILE);

        assertEquals("PluginInvocation[test, plugin]", invocation.toString());
        assertEquals("PluginInvocation[test, plugin]", new ExecPluginBinding.Command(invocation, 1).toString());
    }

    private static void assertRefused(ExecPlugins plugins, String extension, String named) {
        AccessProvider entry = entry(extension);

        ReconcileFailure refused = assertThrows(ReconcileFailure.class, () -> plugins.invocation(entry, PROFILE));

        assertEquals(Reason.InvalidAccessProvider, refused.getReason());
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }

    private static List<String> arguments(ExecPlugins plugins, String cluster) {
        return plugins.invocation(entry(cluster), PROFILE).args();
    }

    private static Map<String, String> environment(ExecPlugins plugins, String cluster) {
        Map<String, String> environment =
                new TreeMap<>(plugins.invocation(entry(cluster), PROFILE).environment());
        environment.remove("KUBERNETES_EXEC_INFO");
        return environment;
    }

    private static JsonNode info(ExecPlugins plugins, String cluster) throws JsonProcessingException {
        return new ObjectMapper()
                .readTree(plugins.invocation(entry(cluster), PROFILE)
                        .environment()
                        .get("KUBERNETES_EXEC_INFO"));
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

    private static String envVars(String names) {
        return ", profileSourcedEnvVars: [" + names + "]";
    }

    /** An entry with a cluster in YAML; {@link #extension} writes its extensions. */
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
        return extension(ProfileExtensions.ADDITIONAL_ARGS, payload);
    }

    private static String envs(String payload) {
        return extension(ProfileExtensions.ADDITIONAL_ENVS, payload);
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
