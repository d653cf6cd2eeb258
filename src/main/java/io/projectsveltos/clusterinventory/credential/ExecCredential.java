package io.projectsveltos.clusterinventory.credential;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What a plugin answers with ({@code client.authentication.k8s.io}).
 *
 * @param apiVersion its version
 * @param kind {@code ExecCredential}
 * @param status the credential
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ExecCredential(String apiVersion, String kind, Status status) {

    /**
     * The credential: a token, a certificate with its key, or both.
     *
     * @param token a bearer token
     * @param clientCertificateData PEM
     * @param clientKeyData PEM
     * @param expirationTimestamp RFC 3339, or null if it does not expire
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Status(String token, String clientCertificateData, String clientKeyData, String expirationTimestamp) {

        /** Says nothing of the content. */
        @Override
        public String toString() {
            return "Status[...]";
        }
    }
}
