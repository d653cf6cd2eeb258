package io.projectsveltos.clusterinventory.credential.exec;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.time.Instant;

/**
 * What a plugin answers with ({@code client.authentication.k8s.io}).
 *
 * @param apiVersion its version
 * @param kind {@code ExecCredential}
 * @param status the credential, or null
 */
@JsonDeserialize(converter = ExecCredentialDecoder.class)
public record ExecCredential(String apiVersion, String kind, Status status) {

    /**
     * The credential: a token, a certificate with its key, or both. What is not there is empty.
     *
     * @param token a bearer token
     * @param clientCertificateData PEM
     * @param clientKeyData PEM
     * @param expiry when it expires, or null for never
     */
    public record Status(String token, String clientCertificateData, String clientKeyData, Instant expiry) {

        /** Says nothing of the content. */
        @Override
        public String toString() {
            return "Status[...]";
        }
    }
}
