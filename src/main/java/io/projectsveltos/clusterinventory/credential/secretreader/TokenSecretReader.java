package io.projectsveltos.clusterinventory.credential.secretreader;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.golang.X509KeyPair;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** Reads Secrets with the keys {@code token} and {@code ca.crt}, the form of a ServiceAccount's token Secret. */
public final class TokenSecretReader {

    private static final String CA_KEY = "ca.crt";
    private static final String AUTHORITY = "certificate-authority-data";

    private final Predicate<HasMetadata> isManagedByUs;

    /**
     * Reads any Secret but our own.
     *
     * @param isManagedByUs recognizes the Secrets that this controller writes
     */
    public TokenSecretReader(Predicate<HasMetadata> isManagedByUs) {
        this.isManagedByUs = isManagedByUs;
    }

    /**
     * The token as an ExecCredential. Its expiry is not read from it, although most are JWTs: a client has no key to verify
     * that, and the cluster manager replaces the token in time, which the watch of the Secret shows.
     *
     * @param secret null if it does not exist
     * @param reference where it is
     * @return the ExecCredential, without an expiry
     * @throws ReconcileFailure if there is no usable token
     */
    public Map<String, Object> read(@Body Secret secret, @Variable("secretReference") SecretKeySelector reference) {
        String token = value(secret, reference.key());
        if (token == null) {
            throw new ReconcileFailure(
                    Reason.SourceSecretNotFound,
                    "The access provider refers to " + reference
                            + ", which does not exist: create it, or correct the reference in the cluster manager");
        }
        if (isManagedByUs.test(secret)) {
            throw unusable(reference.toString(), "is written by this controller itself; refer to its source instead");
        }
        String stripped = token.strip();
        if (stripped.isEmpty() || !stripped.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw unusable(reference.toString(), "is not a token: expected one line of ASCII without spaces");
        }
        return Map.of("status", Map.of("token", stripped));
    }

    /**
     * Completes the entry with the CA in the Secret. A CA in the profile is preferred: it is the one of the server there,
     * which for OCM is the cluster-proxy, while {@code ca.crt} is the CA of the cluster behind it.
     *
     * @param secret the Secret
     * @param reference where it is
     * @param provider the profile's entry
     * @return the same entry if it needs no CA, or there is none in the Secret
     * @throws ReconcileFailure if the CA in the Secret is not PEM
     */
    public AccessProvider withAuthority(
            @Body Secret secret,
            @Variable("secretReference") SecretKeySelector reference,
            @Variable("accessProvider") AccessProvider provider) {
        String authority = value(secret, CA_KEY);
        if (authority == null || authority.isBlank() || !needsAuthority(provider.cluster())) {
            return provider;
        }
        if (!X509KeyPair.containsAuthority(authority)) {
            throw unusable("key '" + CA_KEY + "' in Secret " + reference.secret(), "is not a PEM certificate");
        }
        Map<String, Object> cluster = new HashMap<>(provider.cluster());
        cluster.put(AUTHORITY, secret.getData().get(CA_KEY));
        return new AccessProvider(provider.name(), cluster);
    }

    private static boolean needsAuthority(Map<String, Object> cluster) {
        Object authority = cluster.get(AUTHORITY);
        return (authority == null || "".equals(authority))
                && !Boolean.TRUE.equals(cluster.get("insecure-skip-tls-verify"));
    }

    private static String value(Secret secret, String key) {
        if (secret == null || secret.getData() == null || secret.getData().get(key) == null) {
            return null;
        }
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.ISO_8859_1);
    }

    private static ReconcileFailure unusable(String where, String fault) {
        return new ReconcileFailure(
                Reason.SourceSecretInvalid,
                "The value of " + where + " " + fault + "; the last good copy stays until it is fixed");
    }
}
