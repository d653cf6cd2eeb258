package io.projectsveltos.clusterinventory.credential.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs a plugin's output through the steps of the route: reader, data format, validator. */
class ExecCredentialValidatorTest {

    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final Instant CERTIFICATE_END = NOW.plus(Duration.ofHours(8));
    private static final String CERTIFICATE = ClientCertificates.until(CERTIFICATE_END);
    private static final String KEY = ClientCertificates.KEY;

    private final ExecCredentialReader reader = new ExecCredentialReader();
    private final ExecCredentialValidator validator = new ExecCredentialValidator(Clock.fixed(NOW, ZoneOffset.UTC));

    /**
     * How the exec plugin support of client-go v0.36.0 reads an output. The keys in it were generated for this test.
     *
     * @param name what is special about it
     * @param text the output, or null
     * @param base64 the output if it is not text, or null
     * @param accepted whether client-go accepts it
     * @param expiry when it or its certificate expires, or null
     * @param refusedHere whether it is refused here anyway: more than one object, expired, a token not fit for a header
     */
    record Row(String name, String text, String base64, boolean accepted, String expiry, boolean refusedHere) {

        byte[] output() {
            return text == null ? Base64.getDecoder().decode(base64) : text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> clientGo() throws IOException {
        try (InputStream rows =
                ExecCredentialValidatorTest.class.getResourceAsStream("/client-go/exec-credentials.json")) {
            return List.of(new ObjectMapper().readValue(rows, Row[].class));
        }
    }

    @ParameterizedTest
    @MethodSource("clientGo")
    void acceptsWhatClientGoAccepts(Row row) {
        if (row.accepted() && !row.refusedHere()) {
            Instant expiry = read(row.output(), V1).expiry();
            assertEquals(row.expiry() == null ? null : Instant.parse(row.expiry()), expiry);
        } else {
            ReconcileFailure refused = assertThrows(ReconcileFailure.class, () -> read(row.output(), V1));
            assertEquals(Reason.InvalidExecCredential, refused.getReason());
            assertNull(refused.getCause());
        }
    }

    @Test
    void keepsWhatThePluginReturns() {
        ExecCredential.Status status =
                read(Map.of("token", "t", "clientCertificateData", CERTIFICATE, "clientKeyData", KEY));

        assertEquals(new ExecCredential.Status("t", CERTIFICATE, KEY, CERTIFICATE_END), status);
    }

    @Test
    void stripsWhiteSpaceAroundAToken() {
        assertEquals("a b", read(Map.of("token", " \r\n\ta b\n")).token());
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, "client.authentication.k8s.io/v1beta1", "any"})
    void acceptsTheConfiguredVersionOrAnyIfNoneIsConfigured(String version) {
        byte[] output = output(Map.of("apiVersion", version, "status", Map.of("token", "t")));

        assertEquals("t", read(output, version).token());
        assertEquals("t", read(output, null).token());
    }

    @ParameterizedTest
    @CsvSource({"2030-06-01T19:59:59Z, 2030-06-01T19:59:59Z", "2030-06-01T20:00:01Z, 2030-06-01T20:00:00Z"})
    void expiresWithTheEarlierOfTimestampAndCertificate(String timestamp, Instant expiry) {
        assertEquals(
                expiry,
                read(Map.of(
                                "clientCertificateData",
                                CERTIFICATE,
                                "clientKeyData",
                                KEY,
                                "expirationTimestamp",
                                timestamp))
                        .expiry());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2030-06-01T12:00:00Z", "2030-06-01T13:00:00+02:00", "1970-01-01T00:00:00Z"})
    void refusesAnExpiredToken(String timestamp) {
        assertRefused(Map.of("token", "s3cret", "expirationTimestamp", timestamp), "expired at ");
    }

    @Test
    void refusesAnExpiredCertificate() {
        String expired = ClientCertificates.until(NOW.minusSeconds(1));

        assertRefused(Map.of("clientCertificateData", expired, "clientKeyData", KEY), "expired at ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3\ncret", "s3\tcret", "s3\u0000cret", "s3\u007fcret", "s3\u0085cret"})
    void refusesATokenThatIsNotFitForAHeader(String token) {
        assertRefused(Map.of("token", token), "control characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "{\"status\": {\"token\": s3cret}}",
                "{\"status\": \"s3cret\"}",
                "{\"status\": {\"token\": {\"a\": \"s3cret\"}}}",
                "{\"kind\": \"s3cret\", \"status\": {\"token\": \"s3cret\"}}",
                "{\"apiVersion\": \"s3cret\", \"status\": {\"token\": \"s3cret\"}}",
                "{\"status\": {\"token\": \"t\", \"expirationTimestamp\": \"s3cret\"}}",
                "{\"status\": {\"clientCertificateData\": \"s3cret\", \"clientKeyData\": \"s3cret\"}}",
                "status: {token: [s3cret"
            })
    void neverQuotesTheOutput(String output) {
        String message = assertThrows(ReconcileFailure.class, () -> read(output.getBytes(StandardCharsets.UTF_8), V1))
                .getMessage();

        assertFalse(message.contains("s3cret"), message);
    }

    @Test
    void toStringLeavesTheCredentialOut() {
        String text =
                new ExecCredential(V1, "ExecCredential", new ExecCredential.Status("s3cret", "", "", null)).toString();

        assertFalse(text.contains("s3cret"));
    }

    private ExecCredential.Status read(Map<String, ?> status) {
        return read(output(Map.of("apiVersion", V1, "kind", "ExecCredential", "status", status)), V1);
    }

    private ExecCredential.Status read(byte[] output, String apiVersion) {
        try {
            ExecCredential credential = new ObjectMapper().readValue(reader.toJson(output), ExecCredential.class);
            return validator.validate(credential, apiVersion).status();
        } catch (JsonProcessingException e) {
            throw new AssertionError("an error of the data format quotes its input", e);
        }
    }

    private void assertRefused(Map<String, String> status, String why) {
        ReconcileFailure refused = assertThrows(ReconcileFailure.class, () -> read(status));

        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertFalse(refused.getMessage().contains("cret"), refused.getMessage());
    }

    private static byte[] output(Map<String, ?> credential) {
        try {
            return new ObjectMapper().writeValueAsBytes(credential);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
