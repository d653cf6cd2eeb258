package io.projectsveltos.clusterinventory.credential.exec;

import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import io.projectsveltos.clusterinventory.credential.golang.X509KeyPair;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.time.Clock;
import java.time.Instant;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Validates the output of a plugin by client-go's rules ({@code refreshCredsLocked} in plugin/pkg/client/auth/exec/exec.go).
 * client-go would run the plugin again for each connection; here the credential is stored, so it also must not have expired
 * and its token must be fit for a header. The messages never quote it.
 */
public final class ExecCredentialValidator {

    static final String KIND = "ExecCredential";

    private final Clock clock;

    public ExecCredentialValidator(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param apiVersion the version that the plugin is configured to use, or null for any
     * @return the credential without white space around its token, and with the earlier of its own expiry and its
     *     certificate's
     * @throws ReconcileFailure with what is wrong
     */
    public ExecCredential validate(@Body ExecCredential credential, @Variable("execApiVersion") String apiVersion) {
        // client-go accepts an absent kind
        if (!credential.kind().isEmpty() && !KIND.equals(credential.kind())) {
            throw invalid("is not an " + KIND);
        }
        if (apiVersion != null && !apiVersion.equals(credential.apiVersion())) {
            throw invalid("does not have the configured apiVersion " + apiVersion);
        }
        if (credential.status() == null) {
            throw invalid("has no status with a token or with a certificate and its key");
        }
        return new ExecCredential(credential.apiVersion(), credential.kind(), validate(credential.status()));
    }

    private ExecCredential.Status validate(ExecCredential.Status status) {
        String token = status.token().strip();
        boolean hasCertificate = !status.clientCertificateData().isEmpty();
        if (hasCertificate != !status.clientKeyData().isEmpty()) {
            throw invalid(hasCertificate ? "has a certificate without its key" : "has a key without its certificate");
        }
        if (!hasCertificate && token.isEmpty()) {
            throw invalid("has neither a token nor a certificate");
        }
        if (token.chars().anyMatch(Character::isISOControl)) {
            throw invalid("has a token with control characters");
        }
        Instant expiry = earlier(status.expiry(), hasCertificate ? certificateExpiry(status) : null);
        if (expiry != null && !expiry.isAfter(clock.instant())) {
            throw invalid("expired at " + expiry);
        }
        return new ExecCredential.Status(token, status.clientCertificateData(), status.clientKeyData(), expiry);
    }

    private static Instant certificateExpiry(ExecCredential.Status status) {
        try {
            return X509KeyPair.parse(status.clientCertificateData(), status.clientKeyData())
                    .getNotAfter()
                    .toInstant();
        } catch (UnreadableException e) {
            throw invalid(e.getMessage());
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one == null || other != null && other.isBefore(one) ? other : one;
    }

    static ReconcileFailure invalid(String fault) {
        return new ReconcileFailure(Reason.InvalidExecCredential, "The access provider's output " + fault);
    }
}
