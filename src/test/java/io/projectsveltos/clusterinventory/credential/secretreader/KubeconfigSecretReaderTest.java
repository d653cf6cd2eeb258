package io.projectsveltos.clusterinventory.credential.secretreader;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.golang.GoYaml;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.Ownership;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public class KubeconfigSecretReaderTest {

    private static final SecretKeySelector REFERENCE =
            new SecretKeySelector(new ObjectKey(Fixtures.NAMESPACE, Fixtures.SOURCE_NAME), Fixtures.SOURCE_KEY, null);

    private final KubeconfigSecretReader reader = reader("*");

    public static Stream<Map<String, Object>> invalidExtensions() {
        return Stream.of(
                Map.of(),
                Map.of("name", "admin"),
                Map.of("key", "value"),
                Map.of("name", "", "key", "value"),
                Map.of("name", "admin", "key", ""),
                Map.of("name", "Admin", "key", "value"),
                Map.of("name", "a/b", "key", "value"),
                Map.of("name", "..", "key", "value"),
                Map.of("name", "n".repeat(254), "key", "value"),
                Map.of("name", 7, "key", "value"),
                Map.of("name", "admin\n", "key", "value"),
                Map.of("name", "admin", "key", "a/b"),
                Map.of("name", "admin", "key", ".."),
                Map.of("name", "admin", "key", "."),
                Map.of("name", "admin", "key", "k".repeat(254)),
                Map.of("name", "admin", "key", List.of("value")),
                Map.of("name", "admin", "key", "value", "context", 7),
                Map.of("name", "admin", "key", "value", "context", List.of("x")),
                Map.of("name", "admin", "key", "value", "namespace", "a.b"),
                Map.of("name", "admin", "key", "value", "namespace", "n".repeat(64)),
                Map.of("name", "admin", "key", "value", "namespace", "../kube-system"));
    }

    @ParameterizedTest
    @MethodSource("invalidExtensions")
    void refusesAnExtensionWithoutAValidReference(Map<String, Object> extension) {
        assertRefused(Reason.InvalidAccessProvider, () -> reference(reader, extension));
    }

    @Test
    void refusesAnEntryWithoutAnExtension() {
        ClusterProfile profile = profile().build();
        AccessProvider entry = new AccessProvider(AccessProviderSelector.SECRET_READER, Map.of());

        assertRefused(Reason.InvalidAccessProvider, () -> reader.reference(profile, entry));
    }

    @Test
    void readsFromTheProfilesNamespaceByDefault() {
        assertEquals(
                new ObjectKey(Fixtures.NAMESPACE, "admin"),
                reference(reader, Map.of("name", "admin", "key", "value")).secret());
    }

    @Test
    void readsFromTheNamespaceInTheExtension() {
        assertEquals(
                new ObjectKey("vault", "admin"),
                reference(reader, Map.of("name", "admin", "key", "value", "namespace", "vault"))
                        .secret());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "admin.conf", "0-9", "n.n-n"})
    void acceptsAnyValidSecretName(String name) {
        assertEquals(
                name,
                reference(reader, Map.of("name", name, "key", "value")).secret().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"value", "admin.conf", "_", "-", "...", "A.b_c-9"})
    void acceptsAnyValidKey(String key) {
        assertEquals(key, reference(reader, Map.of("name", "admin", "key", key)).key());
    }

    @Test
    void refusesANamespaceThatIsNotAllowed() {
        Map<String, Object> extension = Map.of("name", "admin", "key", "value", "namespace", "vault");

        assertRefused(Reason.InvalidAccessProvider, () -> reference(reader("same"), extension));
    }

    @Test
    void acceptsAValueOfExactlyOneMebibyte() {
        String padding = "\n".repeat(1024 * 1024 - Fixtures.KUBECONFIG.length());
        byte[] value = (Fixtures.KUBECONFIG + padding).getBytes(StandardCharsets.UTF_8);
        Secret secret = Fixtures.sourceSecret("5", Fixtures.SOURCE_KEY, value);

        assertArrayEquals(value, reader.read(secret, REFERENCE).kubeconfig());
    }

    @Test
    void refusesASecretThatItWritesItself() {
        Secret output = Fixtures.sourceSecret("5", Fixtures.KUBECONFIG);
        output.getMetadata().setLabels(Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER));

        assertRefused(Reason.SourceSecretInvalid, () -> reader.read(output, REFERENCE));
    }

    @Test
    void reportsAMissingKeyInASecretWithoutData() {
        Secret secret = Fixtures.sourceSecret("5", Fixtures.KUBECONFIG);
        secret.setData(null);

        assertRefused(Reason.SourceSecretNotFound, () -> reader.read(secret, REFERENCE));
    }

    @Test
    void hasNoWarningForAGoodKubeconfig() {
        assertNull(reader.read(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG), REFERENCE)
                .warning());
    }

    @Test
    void fingerprintDependsOnTheVersion() {
        String before = fingerprint(REFERENCE, "5");

        assertEquals(before, fingerprint(REFERENCE, "5"));
        assertNotEquals(before, fingerprint(REFERENCE, "6"));
    }

    @ParameterizedTest
    @CsvSource({"other,", "value, other"})
    void fingerprintDependsOnTheKeyAndTheContext(String key, String context) {
        SecretKeySelector other = new SecretKeySelector(REFERENCE.secret(), key, context);

        assertNotEquals(
                KubeconfigSecretReader.fingerprint(REFERENCE, "5"), KubeconfigSecretReader.fingerprint(other, "5"));
    }

    @Test
    void setsTheContextAndKeepsEverythingElse() throws Exception {
        YAMLMapper yaml = new YAMLMapper();
        String kubeconfig = """
                apiVersion: v1
                kind: Config
                current-context: one
                unknown: {a: [1, 1.5, true, null, "yes", "007", "\\u001bé"]}
                clusters: [{name: c, cluster: {server: "https://c", unknown: "on"}}]
                users: [{name: u, user: {token: "123"}}]
                contexts: [{name: one, context: {cluster: c}}, {name: "2", context: {cluster: c, user: u}}]
                """;

        byte[] copied = reader.read(Fixtures.sourceSecret("5", kubeconfig), inContext("2"))
                .kubeconfig();

        assertEquals(
                yaml.readTree(kubeconfig.replace("current-context: one", "current-context: \"2\"")),
                yaml.readTree(copied));
        assertEquals(GoYaml.read(copied), GoYaml.read(yaml.writeValueAsBytes(yaml.readTree(copied))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<<", "1e3", "0x10", ".5", "~", "yes", "=", "", "a: b"})
    void keepsNamesWhenItSetsTheContext(String name) throws Exception {
        String kubeconfig = "x: {\"" + name + "\": {exec: {command: id}}}\n" + Fixtures.KUBECONFIG;

        byte[] copied = reader.read(Fixtures.sourceSecret("5", kubeconfig), inContext("context"))
                .kubeconfig();

        assertEquals(
                GoYaml.read(kubeconfig.getBytes(StandardCharsets.UTF_8)).get("x"),
                GoYaml.read(copied).get("x"));
    }

    @Test
    void refusesAContextThatDoesNotExist() {
        Secret secret = Fixtures.sourceSecret("5", Fixtures.KUBECONFIG);

        assertRefused(Reason.InvalidAccessProvider, () -> reader.read(secret, inContext("other")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a kubeconfig", "[]", "kind: Secret", "clusters: !!seq []"})
    void refusesToSetTheContextIfTheValueIsNotAKubeconfig(String value) {
        Secret secret = Fixtures.sourceSecret("5", value);

        assertRefused(Reason.SourceSecretInvalid, () -> reader.read(secret, inContext("other")));
    }

    @Test
    void treatsAnEmptyContextAsNone() {
        assertNull(reference(reader, Map.of("name", "admin", "key", "value", "context", ""))
                .context());
    }

    @Test
    void logsAnUnknownFieldOncePerProfile() {
        Map<String, Object> extension = Map.of("name", "admin", "key", "value", "cluster", "c");

        try (LogCapture log = LogCapture.started()) {
            reference(reader, extension);
            reference(reader, extension);

            assertEquals(1, log.lines().size(), log.lines()::toString);
            assertTrue(log.lines().get(0).contains("unknown fields [cluster]"), log.lines()::toString);
        }
    }

    @Test
    void logsManyLongUnknownFieldsInOneShortLine() {
        Map<String, Object> extension = new HashMap<>(Map.of("name", "admin", "key", "value"));
        for (int i = 0; i < 1_000; i++) {
            extension.put(i + "x".repeat(200), "");
        }

        try (LogCapture log = LogCapture.started()) {
            reference(reader, extension);

            assertEquals(1, log.lines().size());
            assertTrue(log.lines().get(0).length() < 1_500, log.lines()::toString);
            assertTrue(log.lines().get(0).contains(", 990 more]"), log.lines()::toString);
        }
    }

    private static SecretKeySelector inContext(String context) {
        return new SecretKeySelector(REFERENCE.secret(), REFERENCE.key(), context);
    }

    private String fingerprint(SecretKeySelector reference, String version) {
        return reader.read(Fixtures.sourceSecret(version, Fixtures.KUBECONFIG), reference)
                .fingerprint();
    }

    private static KubeconfigSecretReader reader(String namespaces) {
        return new KubeconfigSecretReader(new AllowedNamespaces(namespaces), false, Ownership::hasOurLabel);
    }

    private static SecretKeySelector reference(KubeconfigSecretReader reader, Map<String, Object> extension) {
        ClusterProfile profile = profile().reading(extension).build();
        return reader.reference(profile, profile.getAccessProviders().get(AccessProviderSelector.SECRET_READER));
    }

    private static void assertRefused(Reason reason, Executable call) {
        assertEquals(reason, assertThrows(ReconcileFailure.class, call).getReason());
    }
}
