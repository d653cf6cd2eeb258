package io.projectsveltos.clusterinventory.credential.exec;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.time.Instant;

/**
 * The output of a plugin ({@code client.authentication.k8s.io}).
 *
 * @param kind {@code ExecCredential}
 * @param status the credential, or null
 */
@JsonDeserialize(converter = ExecCredentialDecoder.class)
public record ExecCredential(String apiVersion, String kind, Status status) {

    /**
     * The credential: a token, a certificate with its key, or both. Absent fields are empty.
     *
     * @param token a bearer token
     * @param clientCertificateData PEM
     * @param clientKeyData PEM
     * @param expiry when it expires, or null for never
     */
    public record Status(String token, String clientCertificateData, String clientKeyData, Instant expiry) {

        /** Leaves the content out, which is a credential. */
        @Override
        public String toString() {
            return "Status[...]";
        }
    }
}
