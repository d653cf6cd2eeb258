package io.projectsveltos.clusterinventory.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A kubeconfig and where it is from.
 *
 * @param kubeconfig the kubeconfig, byte for byte as it is handed on
 * @param provider the access provider
 * @param fingerprint what it was made from: as long as this is the same, there is nothing newer
 * @param warning what is doubtful about the kubeconfig, or null
 * @param validity from when to when it is used, or null as long as it is the newest
 */
public record Credential(byte[] kubeconfig, String provider, String fingerprint, String warning, Validity validity) {

    private static final KeyedDigest DIGEST = KeyedDigest.ofRandomKey();

    /** A credential that is used for as long as its source has no newer one. */
    public Credential(byte[] kubeconfig, String provider, String fingerprint, String warning) {
        this(kubeconfig, provider, fingerprint, warning, null);
    }

    /**
     * A digest by which this process knows whether a managed Secret holds this kubeconfig. It is keyed: the annotation that
     * has it is read by people, and exported by programs, that may not read the kubeconfig, and could otherwise guess a
     * short password in it.
     *
     * @return {@code <id of the key>:<digest>}
     */
    public String digest() {
        return DIGEST.of(kubeconfig);
    }

    /**
     * Whether a digest can be compared with {@link #digest()}.
     *
     * @param other a digest, perhaps made by another process
     * @return false if it was made with another key, and so says nothing
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

    /** Says nothing of the content: records end up in logs. */
    @Override
    public String toString() {
        return "Credential[" + provider + ", " + kubeconfig.length + " bytes]";
    }
}
