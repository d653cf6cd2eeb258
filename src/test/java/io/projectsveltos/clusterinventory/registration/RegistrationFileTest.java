package io.projectsveltos.clusterinventory.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.ProfileInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationFileTest {

    @TempDir
    Path folder;

    @Test
    void readsYamlInOrder() {
        assertEquals(List.of("second", "first"), read("""
                registrations:
                - name: second
                  workloadIdentity: {provider: GCP, gcp: {projectID: p, clusterName: c, location: l}}
                - name: first
                  workloadIdentity: {provider: AWS, aws: {clusterName: c}}
                """).names());
    }

    @Test
    void readsJson() {
        assertEquals(List.of("aks"), read("""
                {"registrations": [{"name": "aks", "workloadIdentity": {
                  "provider": "Azure", "azure": {"tenantID": "t", "clientID": "c", "resourceGroup": "r"}}}]}
                """).names());
    }

    @Test
    void readsTheExample() {
        assertEquals(
                List.of("eks", "google", "azure"),
                Registrations.read("kubernetes/examples/registrations/clouds.yaml")
                        .names());
    }

    @Test
    void hasNoRegistrationsWithoutAFile() {
        assertEquals(List.of(), Registrations.read("").names());
    }

    @Test
    void keepsNothingOfProfilesThatNoRegistrationReads() {
        ProfileInputs inputs = aws("{clusterName: '$(name)-$(label:a)-$(extension:b)-$(server)-$(namespace)'}")
                .inputs();

        assertEquals(ProfileInputs.NONE, inputs);
    }

    @Test
    void keepsWhatRegistrationsReadOfProfiles() {
        ProfileInputs inputs = aws("{clusterName: '$(property:a)', region: '$(version)-$(clusterManager)'}")
                .inputs();

        assertTrue(inputs.properties().test("a"));
        assertFalse(inputs.properties().test("b"));
        assertTrue(inputs.version());
        assertTrue(inputs.clusterManager());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unknown field               | nme: x                                             | registrations[0].nme | is not a known field
            no registration             | ''                                                 | registrations[0].workloadIdentity | is missing
            no provider                 | workloadIdentity: {aws: {clusterName: c}}          | registrations[0].workloadIdentity.provider | is missing, expected one of [AWS, GCP, Azure]
            unknown provider            | workloadIdentity: {provider: aws}                  | registrations[0].workloadIdentity.provider | is aws, expected one of [AWS, GCP, Azure]
            no block                    | workloadIdentity: {provider: AWS}                  | registrations[0].workloadIdentity.aws.clusterName | is missing
            block of another provider   | workloadIdentity: {provider: AWS, gcp: {}}         | registrations[0].workloadIdentity.gcp | is set, but the provider is AWS
            missing field               | workloadIdentity: {provider: GCP, gcp: {projectID: p, location: l}} | registrations[0].workloadIdentity.gcp.clusterName | is missing
            unknown field of a block    | workloadIdentity: {provider: AWS, aws: {clusterName: c, rolArn: r}} | registrations[0].workloadIdentity.aws.rolArn | is not a known field
            empty field                 | workloadIdentity: {provider: AWS, aws: {clusterName: ' '}} | registrations[0].workloadIdentity.aws.clusterName | is empty
            null                        | workloadIdentity: {provider: AWS, aws: {clusterName: null}} | registrations[0].workloadIdentity.aws.clusterName | wrong type
            unknown reference           | workloadIdentity: {provider: AWS, aws: {clusterName: '$(cluster)'}} | registrations[0].workloadIdentity.aws.clusterName | has $(cluster), expected one of $(server), $(extension:NAME)
            reference without a name    | workloadIdentity: {provider: AWS, aws: {clusterName: '$(label)'}} | registrations[0].workloadIdentity.aws.clusterName | has $(label)
            reference with a name       | workloadIdentity: {provider: AWS, aws: {clusterName: '$(name:x)'}} | registrations[0].workloadIdentity.aws.clusterName | has $(name:x)
            reference without an end    | workloadIdentity: {provider: AWS, aws: {clusterName: '$(name'}} | registrations[0].workloadIdentity.aws.clusterName | has $(name
            """)
    void reportsInOneLineWhatIsWrongAndWhere(String fault, String fields, String where, String what) {
        String message = messageOf("registrations:\n- name: a\n  " + fields + "\n");

        assertTrue(message.contains(": " + where + " "), message);
        assertTrue(message.contains(what), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unknown rule        | annotations: {}                    | rules.annotations | is not a known field
            name of a label     | labels: {'a b': c}                 | rules.labels      | has 'a b', which is not the name of a label
            our label           | labels: {clusterinventory.projectsveltos.io/managed-by: x} | rules.labels | which this controller or Sveltos sets
            label of Sveltos    | labels: {sveltos-agent: x}         | rules.labels      | which this controller or Sveltos sets
            empty label         | labels: {a: ' '}                   | rules.labels.a    | is empty
            server              | labels: {a: '$(server)'}           | rules.labels.a    | has $(server), but rules do not depend on an access provider
            extension           | data: {a: '$(extension:b)'}        | rules.data.a      | has $(extension:b), but
            unknown reference   | data: {a: '$(b)'}                  | rules.data.a      | has $(b), expected one of
            no bucket           | shard: $(hash:0)                   | rules.shard       | has $(hash:0), expected one of
            buckets             | shard: $(hash:x)                   | rules.shard       | has $(hash:x), expected one of
            """)
    void reportsInOneLineWhatIsWrongWithARule(String fault, String rules, String where, String what) {
        String message = messageOf("rules:\n  " + rules + "\n");

        assertTrue(message.contains(": " + where + " "), message);
        assertTrue(message.contains(what), message);
    }

    @Test
    void keepsWhatRulesReadOfProfiles() {
        ProfileInputs inputs =
                read("rules: {labels: {a: '$(property:b)'}, data: {c: '$(version)'}, shard: $(clusterManager)}")
                        .inputs();

        assertTrue(inputs.properties().test("b"));
        assertTrue(inputs.version());
        assertTrue(inputs.clusterManager());
    }

    @Test
    void refusesADuplicateName() {
        String registration = "- {name: a, workloadIdentity: {provider: AWS, aws: {clusterName: c}}}\n";

        assertTrue(messageOf("registrations:\n" + registration + registration)
                .endsWith(": registrations[1].name 'a' is used twice"));
    }

    @Test
    void refusesARegistrationWithoutAName() {
        assertTrue(messageOf("registrations: [{workloadIdentity: {provider: AWS, aws: {clusterName: c}}}]")
                .endsWith(": registrations[0].name is missing"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "registrations: [}", "registrations: [null]", "registration: []"})
    void refusesContentThatIsNotARegistrationFile(String content) {
        messageOf(content);
    }

    @Test
    void refusesAMissingFile() {
        Path missing = folder.resolve("missing.yaml");

        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Registrations.read(missing.toString()));

        assertEquals("registration file " + missing + ": cannot be read", refusal.getMessage());
    }

    private Registrations aws(String block) {
        return read("registrations: [{name: a, workloadIdentity: {provider: AWS, aws: " + block + "}}]");
    }

    private String messageOf(String content) {
        String message = assertThrows(IllegalArgumentException.class, () -> read(content))
                .getMessage();
        assertTrue(message.startsWith("registration file " + folder.resolve("registrations")), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private Registrations read(String content) {
        try {
            return Registrations.read(
                    Files.writeString(folder.resolve("registrations"), content).toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
