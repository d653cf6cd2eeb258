package io.projectsveltos.clusterinventory.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Reads and checks what a plugin has written. The messages never quote it: wherever it is wrong, a credential may be close
 * by. That is why it is not read by a data format, whose errors do quote.
 */
public final class ExecCredentials {

    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // the first plugin's output is soon enough; this class is made during the start
            .disable(DeserializationFeature.EAGER_DESERIALIZER_FETCH)
            .build()
            .readerFor(ExecCredential.class);
    private static final Pattern KEY =
            Pattern.compile("(?s)\\s*-----BEGIN [A-Z ]*PRIVATE KEY-----\\s.*-----END [A-Z ]*PRIVATE KEY-----\\s*");
    private static final String KIND = "ExecCredential";

    private final Clock clock;

    /**
     * Makes a reader.
     *
     * @param clock tells what has expired
     */
    public ExecCredentials(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reads a plugin's output.
     *
     * @param output standard output
     * @param apiVersion the version that the plugin is configured to speak, or null for any
     * @return the credential, checked
     * @throws TerminalException with what is wrong
     */
    public ExecCredential read(@Body byte[] output, @ExchangeProperty("execApiVersion") String apiVersion) {
        ExecCredential credential = parse(output);
        if (!KIND.equals(credential.kind())) {
            throw invalid("is no object of kind " + KIND);
        }
        if (apiVersion != null && !apiVersion.equals(credential.apiVersion())) {
            throw invalid("is not of the version that is configured, " + apiVersion);
        }
        if (credential.status() == null) {
            throw invalid("has no status: with a token, or a certificate and its key");
        }
        check(credential.status());
        return credential;
    }

    /**
     * When a credential expires.
     *
     * @param status a credential that was checked
     * @return the earlier of what the plugin says and the end of the certificate, or null for never
     */
    static Instant expiry(ExecCredential.Status status) {
        Instant said = isEmpty(status.expirationTimestamp()) ? null : timestamp(status.expirationTimestamp());
        Instant certificate = isEmpty(status.clientCertificateData())
                ? null
                : certificate(status.clientCertificateData()).getNotAfter().toInstant();
        if (said == null || certificate == null) {
            return said == null ? certificate : said;
        }
        return said.isBefore(certificate) ? said : certificate;
    }

    private static ExecCredential parse(byte[] output) {
        try {
            ExecCredential credential = READER.readValue(output);
            if (credential == null) {
                throw invalid("is empty");
            }
            return credential;
        } catch (JsonProcessingException e) {
            throw invalid("is not one JSON object and nothing else");
        } catch (IOException e) {
            throw invalid("cannot be read");
        }
    }

    private void check(ExecCredential.Status status) {
        boolean certificate = !isEmpty(status.clientCertificateData());
        boolean key = !isEmpty(status.clientKeyData());
        if (certificate != key) {
            throw invalid(certificate ? "has a certificate without its key" : "has a key without its certificate");
        }
        if (!certificate && isEmpty(status.token())) {
            throw invalid("has neither a token nor a certificate");
        }
        if (key && !KEY.matcher(status.clientKeyData()).matches()) {
            throw invalid("has a key that is not PEM");
        }
        Instant expiry = expiry(status);
        if (expiry != null && !expiry.isAfter(clock.instant())) {
            throw invalid("has expired already, at " + expiry);
        }
    }

    private static X509Certificate certificate(String pem) {
        if (!pem.stripLeading().startsWith("-----BEGIN CERTIFICATE-----")) {
            throw invalid("has a certificate that is not PEM");
        }
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw invalid("has a certificate that cannot be read");
        }
    }

    private static Instant timestamp(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw invalid("has an expirationTimestamp that is not RFC 3339");
        }
    }

    private static boolean isEmpty(String text) {
        return text == null || text.isEmpty();
    }

    private static TerminalException invalid(String what) {
        return new TerminalException(Reason.InvalidExecCredential, "What the access provider gave " + what);
    }
}
