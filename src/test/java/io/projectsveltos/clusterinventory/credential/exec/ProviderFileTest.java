package io.projectsveltos.clusterinventory.credential.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.ArgsPolicy;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.EnvPolicy;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.EnvVar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderFileTest {

    private static final String VERSION = "client.authentication.k8s.io/v1";

    @TempDir
    Path folder;

    @Test
    void readsJsonWithAllFields() {
        ProviderFile file = read("""
                {"providers": [{
                  "name": "eks",
                  "execConfig": {
                    "apiVersion": "client.authentication.k8s.io/v1beta1", "command": "aws", "args": ["eks", "get-token"],
                    "env": [{"name": "AWS_PROFILE", "value": "prod"}], "provideClusterInfo": true,
                    "interactiveMode": "IfAvailable", "installHint": "add aws to the image"},
                  "profileSourcedCLIArgsPolicy": "Append", "profileSourcedEnvVarsPolicy": "Replace",
                  "profileSourcedEnvVars": ["AWS_REGION"]}]}
                """);

        assertEquals(
                List.of(new ExecProvider(
                        "eks",
                        new ExecProvider.ExecConfig(
                                "client.authentication.k8s.io/v1beta1",
                                "aws",
                                List.of("eks", "get-token"),
                                List.of(new EnvVar("AWS_PROFILE", "prod")),
                                true,
                                "IfAvailable",
                                "add aws to the image"),
                        ArgsPolicy.Append,
                        EnvPolicy.Replace,
                        List.of("AWS_REGION"))),
                file.providers());
    }

    @Test
    void readsYamlInOrderAndIgnoresTheProfilesRequestsByDefault() {
        ProviderFile file = read(provider("second") + provider("first"));

        assertEquals(
                List.of("second", "first"),
                file.providers().stream().map(ExecProvider::name).toList());
        assertEquals(ArgsPolicy.Ignore, file.providers().get(0).profileSourcedCLIArgsPolicy());
        assertEquals(EnvPolicy.Ignore, file.providers().get(0).profileSourcedEnvVarsPolicy());
        assertFalse(file.providers().get(0).execConfig().provideClusterInfo());
    }

    @Test
    void hasNoProvidersWithoutAFile() {
        assertEquals(List.of(), ProviderFile.read("").providers());
    }

    @ParameterizedTest
    @CsvSource({"./plugin, plugin", "bin/plugin, bin/plugin", "bin/../plugin, plugin"})
    void resolvesARelativeCommandAgainstTheFilesFolder(String command, String resolved) {
        assertEquals(folder.resolve(resolved).toString(), commandOf(command));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/opt/plugin", "plugin"})
    void keepsAnAbsoluteCommandAndACommandOnThePath(String command) {
        assertEquals(command, commandOf(command));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unknown field in a provider     | nme: x                                     | providers[0].nme    | nme
            unknown field in an execConfig  | execConfig: {cmd: x}                       | providers[0].execConfig.cmd | cmd
            unknown arguments policy        | profileSourcedCLIArgsPolicy: Replace       | providers[0].profileSourcedCLIArgsPolicy | Replace
            unknown variables policy        | profileSourcedEnvVarsPolicy: Append        | providers[0].profileSourcedEnvVarsPolicy | Append
            duplicate key                   | name: again                                | providers[0]        | Duplicate field 'name'
            missing execConfig              | ''                                         | providers[0].execConfig | missing
            missing command                 | execConfig: {apiVersion: VERSION}          | providers[0].execConfig.command | missing
            blank command                   | execConfig: {apiVersion: VERSION, command: " "} | providers[0].execConfig.command | missing
            missing apiVersion              | execConfig: {command: x}                   | providers[0].execConfig.apiVersion | client.authentication.k8s.io/v1beta1
            apiVersion that is not known    | execConfig: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1} | providers[0].execConfig.apiVersion | v1alpha1
            plugin that wants a terminal    | execConfig: {command: x, apiVersion: VERSION, interactiveMode: Always} | providers[0].execConfig.interactiveMode | Always
            interactive mode not known      | execConfig: {command: x, apiVersion: VERSION, interactiveMode: never} | providers[0].execConfig.interactiveMode | never
            variable without a valid name   | execConfig: {command: x, apiVersion: VERSION, env: [{name: A-B, value: c}]} | providers[0].execConfig.env | name
            variable without a name         | execConfig: {command: x, apiVersion: VERSION, env: [{value: c}]} | providers[0].execConfig.env | name
            variable without a value        | execConfig: {command: x, apiVersion: VERSION, env: [{name: A}]} | providers[0].execConfig.env | value
            """)
    void reportsInOneLineWhatIsWrongAndWhere(String fault, String fields, String where, String why) {
        String message = messageOf("providers:\n- name: a\n" + (fields.isEmpty() ? "" : "  " + version(fields) + "\n"));

        assertTrue(message.contains(where), message);
        assertTrue(message.contains(why), message);
    }

    @ParameterizedTest
    @CsvSource({
        "'[A, PATH]', 'has PATH, which profiles may never set'",
        "[LD_PRELOAD], 'has LD_PRELOAD, which profiles may never set'",
        "[CLUSTERPROFILE_NAME], 'has CLUSTERPROFILE_NAME, which profiles may never set'",
        "[A-B], 'has ''A-B'', which is not the name of a variable'",
        "[null], wrong type",
        "A, wrong type"
    })
    void refusesAListWithVariablesThatProfilesMayNeverSet(String names, String why) {
        String message = messageOf(provider("a") + "  profileSourcedEnvVars: " + names + "\n");

        assertTrue(message.contains("providers[0].profileSourcedEnvVars"), message);
        assertTrue(message.contains(why), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"providers:\n- execConfig: {}\n", "providers:\n- name: ' '\n"})
    void refusesAProviderWithoutAName(String content) {
        String message = messageOf(content);

        assertTrue(message.contains("providers[0].name is missing"), message);
    }

    @Test
    void refusesADuplicateName() {
        String message = messageOf(provider("a") + provider("b") + provider("a"));

        assertTrue(message.contains("providers[2].name 'a' is used twice"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"providers\": [", // no end
                "providers: [}",
                "just words",
                "{\"providers\": []} {\"providers\": []}",
                "{\"providers\": []} rest",
                "providers: []\n---\nproviders: []\n",
                "{\"providers\": [], \"more\": 1}",
                "",
                "[]"
            })
    void refusesContentThatIsNotASingleObjectInJsonOrYaml(String content) {
        messageOf(content);
    }

    @Test
    void refusesAMissingFile() {
        Path missing = folder.resolve("missing.json");

        String message = assertThrows(IllegalArgumentException.class, () -> ProviderFile.read(missing.toString()))
                .getMessage();

        assertEquals("provider file " + missing + ": cannot be read", message);
    }

    @Test
    void refusesAFolder() {
        assertThrows(IllegalArgumentException.class, () -> ProviderFile.read(folder.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "cloud.json, google eks",
        "kubeconfig-secretreader.yaml, kubeconfig-secretreader",
        "secretreader.yaml, secretreader"
    })
    void readsTheExamples(String file, String names) {
        ProviderFile read = ProviderFile.read("kubernetes/examples/providers/" + file);

        assertEquals(
                List.of(names.split(" ")),
                read.providers().stream().map(ExecProvider::name).toList());
        assertTrue(read.providers().stream().noneMatch(ExecProvider::acceptsUnlistedVariables), "an open policy");
        assertTrue(
                read.providers().stream()
                        .allMatch(provider -> provider.profileSourcedCLIArgsPolicy() == ArgsPolicy.Ignore),
                "an open policy");
    }

    private String commandOf(String command) {
        return read("providers:\n- name: a\n  execConfig: {apiVersion: " + VERSION + ", command: " + command + "}\n")
                .providers()
                .get(0)
                .execConfig()
                .command();
    }

    private String messageOf(String content) {
        String message = assertThrows(IllegalArgumentException.class, () -> read(content))
                .getMessage();
        assertTrue(message.startsWith("provider file " + folder.resolve("providers")), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private ProviderFile read(String content) {
        // the second of two providers has no head
        String once = content.startsWith("- name") ? "providers:\n" + content : content;
        try {
            return ProviderFile.read(
                    Files.writeString(folder.resolve("providers"), once).toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String provider(String name) {
        return version("- name: " + name + "\n  execConfig: {apiVersion: VERSION, command: plugin}\n");
    }

    private static String version(String text) {
        return text.replace("VERSION", VERSION);
    }
}
