package io.projectsveltos.clusterinventory.credential.secretreader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.Ownership;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSecretReaderTest {

    private static final SecretKeySelector REFERENCE =
            new SecretKeySelector(new ObjectKey("fleet", "edge-admin"), "token", null);

    private final TokenSecretReader reader = new TokenSecretReader(Ownership::hasOurLabel);

    @ParameterizedTest
    @ValueSource(strings = {"s3cr3t", " s3cr3t\r\n", "a.b-c_d~e+f/g="})
    void returnsTheTokenWithoutWhiteSpaceAround(String token) {
        Map<String, Object> credential = reader.read(secret(Map.of("token", token)), REFERENCE);

        assertEquals(Map.of("status", Map.of("token", token.strip())), credential);
    }

    static Stream<Secret> withoutTokens() {
        return Stream.of(null, new Secret(), secret(Map.of("ca.crt", "x")));
    }

    @ParameterizedTest
    @MethodSource("withoutTokens")
    void reportsAMissingToken(Secret secret) {
        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> reader.read(secret, REFERENCE));

        assertEquals(Reason.SourceSecretNotFound, failure.getReason());
        assertTrue(failure.getMessage().contains("key 'token' in Secret fleet/edge-admin"), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "s3cr3t two", "s3cr3t\ntwo", "s3cr3t\0", "s3cr3t\u00fc"})
    void refusesWhatIsNotATokenWithoutQuotingIt(String token) {
        ReconcileFailure failure =
                assertThrows(ReconcileFailure.class, () -> reader.read(secret(Map.of("token", token)), REFERENCE));

        assertEquals(Reason.SourceSecretInvalid, failure.getReason());
        assertFalse(failure.getMessage().contains("s3cr3t"), failure.getMessage());
    }

    @Test
    void refusesASecretThatThisControllerWrites() {
        Secret ours = new SecretBuilder(secret(Map.of("token", "t")))
                .editMetadata()
                .addToLabels(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER)
                .endMetadata()
                .build();

        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> reader.read(ours, REFERENCE));

        assertEquals(Reason.SourceSecretInvalid, failure.getReason());
    }

    @Test
    void completesAnEntryThatHasNoCa() {
        AccessProvider entry = entry(Map.of("server", "https://edge", "certificate-authority-data", ""));

        AccessProvider completed = reader.withAuthority(
                secret(Map.of("token", "t", "ca.crt", ClientCertificates.AUTHORITY)), REFERENCE, entry);

        assertEquals(encoded(ClientCertificates.AUTHORITY), completed.cluster().get("certificate-authority-data"));
        assertEquals("https://edge", completed.cluster().get("server"));
        assertEquals("", entry.cluster().get("certificate-authority-data"));
    }

    static Stream<Map<String, Object>> complete() {
        return Stream.of(
                Map.of("certificate-authority-data", "of the profile"), Map.of("insecure-skip-tls-verify", true));
    }

    @ParameterizedTest
    @MethodSource("complete")
    void leavesAnEntryAsItIsThatNeedsNoCa(Map<String, Object> cluster) {
        AccessProvider entry = entry(cluster);

        assertSame(
                entry, reader.withAuthority(secret(Map.of("ca.crt", ClientCertificates.AUTHORITY)), REFERENCE, entry));
        // not even looked at: with OCM it belongs to another server
        assertSame(entry, reader.withAuthority(secret(Map.of("ca.crt", "nonsense")), REFERENCE, entry));
    }

    @Test
    void leavesAnEntryAsItIsWithoutACaInTheSecret() {
        AccessProvider entry = entry(Map.of("server", "https://edge"));

        assertSame(entry, reader.withAuthority(null, REFERENCE, entry));
        assertSame(entry, reader.withAuthority(secret(Map.of("ca.crt", "\n")), REFERENCE, entry));
    }

    @Test
    void refusesACaThatIsNotPem() {
        ReconcileFailure failure = assertThrows(
                ReconcileFailure.class,
                () -> reader.withAuthority(secret(Map.of("ca.crt", "nonsense")), REFERENCE, entry(Map.of())));

        assertEquals(Reason.SourceSecretInvalid, failure.getReason());
        assertTrue(failure.getMessage().contains("key 'ca.crt' in Secret fleet/edge-admin"), failure.getMessage());
    }

    private static AccessProvider entry(Map<String, Object> cluster) {
        return new AccessProvider("secretreader", new HashMap<>(cluster));
    }

    private static Secret secret(Map<String, String> values) {
        SecretBuilder secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace("fleet")
                .withName("edge-admin")
                .endMetadata();
        values.forEach((key, value) -> secret.addToData(key, encoded(value)));
        return secret.build();
    }

    private static String encoded(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }
}
