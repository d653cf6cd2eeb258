package io.projectsveltos.clusterinventory.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A kubeconfig and its origin.
 *
 * @param kubeconfig byte for byte as it is written to the managed Secret
 * @param provider the access provider
 * @param fingerprint identifies the inputs it was made from: while it stays the same, there is no newer credential
 * @param warning what is wrong with the kubeconfig although it is used, or null
 * @param validity from when to when it is used, or null for as long as the fingerprint stays the same
 */
public record Credential(byte[] kubeconfig, String provider, String fingerprint, String warning, Validity validity) {

    private static final KeyedDigest DIGEST = KeyedDigest.ofRandomKey();

    /** A credential that is used until its fingerprint changes. */
    public Credential(byte[] kubeconfig, String provider, String fingerprint, String warning) {
        this(kubeconfig, provider, fingerprint, warning, null);
    }

    /**
     * A digest that shows this process whether a managed Secret contains this kubeconfig. It is keyed because its annotation
     * is visible to users and exporters that may not read the kubeconfig; they could otherwise guess a short password in it.
     *
     * @return {@code <id of the key>:<digest>}
     */
    public String digest() {
        return DIGEST.of(kubeconfig);
    }

    /**
     * Whether a digest can be compared with {@link #digest()}.
     *
     * @return false if another process made it, whose key is unknown
     */
    public static boolean isComparable(String other) {
        return DIGEST.isComparable(other);
    }

    public static String fingerprintOf(String... parts) {
        return sha256(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Leaves the content out: records end up in logs. */
    @Override
    public String toString() {
        return "Credential[" + provider + ", " + kubeconfig.length + " bytes]";
    }
}
