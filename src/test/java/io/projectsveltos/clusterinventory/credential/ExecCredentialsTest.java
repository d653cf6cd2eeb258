package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecCredentialsTest {

    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final String V1BETA1 = "client.authentication.k8s.io/v1beta1";
    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final Instant CERTIFICATE_END = NOW.plus(Duration.ofHours(8));
    private static final String CERTIFICATE = ClientCertificates.until(CERTIFICATE_END);
    private static final String KEY = ClientCertificates.KEY;

    private final ExecCredentials credentials = new ExecCredentials(Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @ValueSource(strings = {V1, V1BETA1})
    void acceptsAToken(String version) {
        ExecCredential read = credentials.read(output(version, "ExecCredential", Map.of("token", "s3cret")), version);

        assertEquals("s3cret", read.status().token());
        assertNull(ExecCredentials.expiry(read.status()));
    }

    @Test
    void acceptsACertificateWithItsKey() {
        ExecCredential.Status status = read(Map.of("clientCertificateData", CERTIFICATE, "clientKeyData", KEY));

        assertEquals(CERTIFICATE, status.clientCertificateData());
        assertEquals(KEY, status.clientKeyData());
        assertEquals(CERTIFICATE_END, ExecCredentials.expiry(status));
    }

    @Test
    void acceptsATokenBesideACertificate() {
        ExecCredential.Status status =
                read(Map.of("token", "s3cret", "clientCertificateData", CERTIFICATE, "clientKeyData", KEY));

        assertEquals("s3cret", status.token());
        assertEquals(KEY, status.clientKeyData());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"})
    void acceptsTheUsualFormsOfKeys(String form) {
        String key = "-----BEGIN " + form + "-----\nAAAA\n-----END " + form + "-----\n";

        assertEquals(
                key,
                read(Map.of("clientCertificateData", CERTIFICATE, "clientKeyData", key))
                        .clientKeyData());
    }

    @Test
    void acceptsAChainOfWhichTheFirstCertificateCounts() {
        String chain = CERTIFICATE + ClientCertificates.until(NOW.minusSeconds(1));

        assertEquals(
                CERTIFICATE_END,
                ExecCredentials.expiry(read(Map.of("clientCertificateData", chain, "clientKeyData", KEY))));
    }

    @Test
    void ignoresFieldsThatItDoesNotKnow() {
        String json = """
                {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "metadata": {},
                 "spec": {"interactive": false}, "status": {"token": "s3cret", "more": [1]}, "more": {}}

                """;

        assertEquals("s3cret", credentials.read(bytes(json), V1).status().token());
    }

    @Test
    void takesAnyVersionWhereNoneIsConfigured() {
        assertEquals(
                V1BETA1,
                credentials
                        .read(output(V1BETA1, "ExecCredential", Map.of("token", "s3cret")), null)
                        .apiVersion());
    }

    @ParameterizedTest
    @CsvSource({
        "2030-06-01T13:00:00Z, 2030-06-01T13:00:00Z",
        "2030-06-01T15:00:00+02:00, 2030-06-01T13:00:00Z",
        "2030-06-01T07:30:00-05:30, 2030-06-01T13:00:00Z",
        "2030-06-01T13:00:00.5Z, 2030-06-01T13:00:00.500Z",
        "2030-06-01T13:00:00.123456789Z, 2030-06-01T13:00:00.123456789Z",
        "2030-06-01T13:00:00.25+01:00, 2030-06-01T12:00:00.250Z",
        "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
    })
    void readsWhenATokenExpires(String timestamp, Instant expiry) {
        assertEquals(expiry, ExecCredentials.expiry(read(Map.of("token", "s3cret", "expirationTimestamp", timestamp))));
    }

    @Test
    void anEmptyTimestampIsNone() {
        assertNull(ExecCredentials.expiry(read(Map.of("token", "s3cret", "expirationTimestamp", ""))));
    }

    @ParameterizedTest
    @CsvSource({"2030-06-01T19:59:59Z, 2030-06-01T19:59:59Z", "2030-06-01T20:00:01Z, 2030-06-01T20:00:00Z"})
    void expiresWithTheEarlierOfTimestampAndCertificate(String timestamp, Instant expiry) {
        Map<String, String> status =
                Map.of("clientCertificateData", CERTIFICATE, "clientKeyData", KEY, "expirationTimestamp", timestamp);

        assertEquals(expiry, ExecCredentials.expiry(read(status)));
    }

    @ParameterizedTest
    @CsvSource({
        V1BETA1 + ", ExecCredential, version that is configured",
        ", ExecCredential, version that is configured",
        "v1, ExecCredential, version that is configured",
        V1 + ", Secret, kind ExecCredential",
        V1 + ", execcredential, kind ExecCredential",
        V1 + ", , kind ExecCredential"
    })
    void refusesAnotherVersionOrKind(String version, String kind, String why) {
        assertRefused(output(version, kind, Map.of("token", "s3cret")), why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"token\": \"\"}", "{\"token\": null, \"clientKeyData\": \"\"}"})
    void refusesNeitherTokenNorCertificate(String status) {
        assertRefused(output(status), "neither a token nor a certificate");
    }

    @Test
    void refusesACertificateWithoutKey() {
        assertRefused(Map.of("token", "s3cret", "clientCertificateData", CERTIFICATE), "without its key");
    }

    @Test
    void refusesAKeyWithoutCertificate() {
        assertRefused(Map.of("token", "s3cret", "clientKeyData", KEY), "without its certificate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "czNjcmV0",
                "-----BEGIN CERTIFICATE-----\ns3cret!\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nczNjcmV0\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\ns3cret",
                "-----BEGIN CERTIFICATE-----"
            })
    void refusesACertificateThatIsNotPem(String certificate) {
        assertRefused(Map.of("clientCertificateData", certificate, "clientKeyData", KEY), "certificate that ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "-----BEGIN PRIVATE KEY-----\ns3cret",
                "-----BEGIN CERTIFICATE-----\ns3cret\n-----END CERTIFICATE-----",
                "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\ns3cret"
            })
    void refusesAKeyThatIsNotPem(String key) {
        assertRefused(Map.of("clientCertificateData", CERTIFICATE, "clientKeyData", key), "key that is not PEM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2030-06-01T12:00:00Z",
                "2030-06-01T11:59:59Z",
                "2030-06-01T13:00:00+02:00",
                "1970-01-01T00:00:00Z"
            })
    void refusesATokenThatHasExpired(String timestamp) {
        assertRefused(Map.of("token", "s3cret", "expirationTimestamp", timestamp), "expired already");
    }

    @Test
    void refusesACertificateThatHasExpired() {
        Map<String, String> status = Map.of(
                "clientCertificateData",
                ClientCertificates.until(NOW.minusSeconds(1)),
                "clientKeyData",
                KEY,
                "expirationTimestamp",
                "2031-01-01T00:00:00Z");

        assertRefused(status, "expired already");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "2030-06-01",
                "2030-06-01T13:00:00",
                "1906545600",
                "2030-13-01T13:00:00Z",
                "2030-06-01 13:00:00Z"
            })
    void refusesATimestampThatIsNotRfc3339(String timestamp) {
        assertRefused(Map.of("token", "s3cret", "expirationTimestamp", timestamp), "not RFC 3339");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "s3cret",
                "[]",
                "\"s3cret\"",
                "{\"status\": {\"token\": \"s3cret\"}",
                "{\"status\": {\"token\": s3cret}}",
                "{\"status\": \"s3cret\"}",
                "{\"status\": {\"token\": {\"a\": \"s3cret\"}}}",
                "apiVersion: v1\nstatus: {token: s3cret}"
            })
    void refusesWhatIsNotOneObjectInJson(String output) {
        assertRefused(bytes(output), "is not one JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret", "{}", "null", "}", "0"})
    void refusesWhatFollowsTheObject(String garbage) {
        String output = new String(output(V1, "ExecCredential", Map.of("token", "s3cret")), StandardCharsets.UTF_8);

        assertRefused(bytes(output + "\n" + garbage), "is not one JSON object");
    }

    @Test
    void refusesNull() {
        assertRefused(bytes("null"), "is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", \"status\": null"})
    void refusesAnObjectWithoutStatus(String status) {
        assertRefused(
                bytes("{\"apiVersion\": \"" + V1 + "\", \"kind\": \"ExecCredential\"" + status + "}"), "has no status");
    }

    @Test
    void aCredentialsTextDoesNotTellIt() {
        ExecCredential read = credentials.read(
                output(
                        V1,
                        "ExecCredential",
                        Map.of("token", "s3cret", "clientCertificateData", CERTIFICATE, "clientKeyData", KEY)),
                V1);

        assertFalse(read.toString().contains("s3cret"));
        assertFalse(read.toString().contains("BEGIN"));
    }

    private ExecCredential.Status read(Map<String, String> status) {
        return credentials.read(output(V1, "ExecCredential", status), V1).status();
    }

    private void assertRefused(Map<String, String> status, String why) {
        assertRefused(output(V1, "ExecCredential", status), why);
    }

    private void assertRefused(byte[] output, String why) {
        TerminalException refused = assertThrows(TerminalException.class, () -> credentials.read(output, V1));

        assertEquals(Reason.InvalidExecCredential, refused.getReason());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertFalse(refused.getMessage().contains("s3cret"), refused.getMessage());
        assertFalse(refused.getMessage().contains("BEGIN"), refused.getMessage());
        assertNull(refused.getCause());
    }

    private static byte[] output(String status) {
        return bytes("{\"apiVersion\": \"" + V1 + "\", \"kind\": \"ExecCredential\", \"status\": " + status + "}");
    }

    private static byte[] output(String apiVersion, String kind, Map<String, String> status) {
        Map<String, Object> credential = new HashMap<>();
        credential.put("apiVersion", apiVersion);
        credential.put("kind", kind);
        credential.put("status", status);
        try {
            return new ObjectMapper().writeValueAsBytes(credential);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
