package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CredentialTest {

    private static final byte[] CONTENT = "s3cret".getBytes(StandardCharsets.UTF_8);

    @Test
    void toStringHasOnlyProviderAndSize() {
        Credential credential = new Credential(CONTENT, "test", "fingerprint", "warning", null);

        assertEquals("Credential[test, 6 bytes]", credential.toString());
    }

    @Test
    void toStringOfAKubeconfigHasOnlySizeAndExpiry() {
        Kubeconfig kubeconfig = new Kubeconfig(CONTENT, Instant.EPOCH);

        assertEquals("Kubeconfig[6 bytes, expires 1970-01-01T00:00:00Z]", kubeconfig.toString());
    }

    @Test
    void digestsOfDifferentKubeconfigsDiffer() {
        Credential credential = new Credential(CONTENT, "test", "fingerprint", null, null);

        assertEquals(credential.digest(), new Credential(CONTENT.clone(), "other", "other", null, null).digest());
        assertNotEquals(credential.digest(), new Credential(new byte[6], "test", "fingerprint", null, null).digest());
        assertFalse(credential.digest().contains("s3cret"));
    }

    @Test
    void digestDoesNotHelpToGuessTheKubeconfig() throws Exception {
        String digest = new Credential(CONTENT, "test", "fingerprint", null, null).digest();
        String unkeyed =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));

        assertFalse(unkeyed.startsWith(digest.substring(digest.indexOf(':') + 1)), digest);
        assertNotEquals(
                KeyedDigest.ofRandomKey().of(CONTENT), KeyedDigest.ofRandomKey().of(CONTENT));
    }

    @Test
    void comparesOnlyDigestsWithItsOwnKey() {
        String digest = new Credential(CONTENT, "test", "fingerprint", null, null).digest();

        assertTrue(Credential.isComparable(digest));
        assertFalse(Credential.isComparable(KeyedDigest.ofRandomKey().of(CONTENT)));
        assertFalse(Credential.isComparable("0".repeat(64)));
        assertFalse(Credential.isComparable(""));
    }

    @Test
    void fingerprintsDifferWhenTextMovesBetweenParts() {
        assertNotEquals(Credential.fingerprintOf("ab", "c"), Credential.fingerprintOf("a", "bc"));
    }
}
