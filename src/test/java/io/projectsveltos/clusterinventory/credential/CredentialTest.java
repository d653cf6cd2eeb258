package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CredentialTest {

    private static final byte[] CONTENT = "s3cret".getBytes(StandardCharsets.UTF_8);

    @Test
    void itsTextTellsTheProviderAndTheSizeOnly() {
        Credential credential = new Credential(CONTENT, "test", "fingerprint", "warning", null);

        assertEquals("Credential[test, 6 bytes]", credential.toString());
    }

    @Test
    void aKubeconfigsTextTellsTheSizeAndTheExpiryOnly() {
        Kubeconfig kubeconfig = new Kubeconfig(CONTENT, Instant.EPOCH);

        assertEquals("Kubeconfig[6 bytes, expires 1970-01-01T00:00:00Z]", kubeconfig.toString());
    }

    @Test
    void itsDigestTellsKubeconfigsApart() {
        Credential credential = new Credential(CONTENT, "test", "fingerprint", null, null);

        assertEquals(credential.digest(), new Credential(CONTENT.clone(), "other", "other", null, null).digest());
        assertNotEquals(credential.digest(), new Credential(new byte[6], "test", "fingerprint", null, null).digest());
        assertFalse(credential.digest().contains("s3cret"));
    }

    @Test
    void fingerprintsDifferWhenAPartMoves() {
        assertNotEquals(Credential.fingerprintOf("ab", "c"), Credential.fingerprintOf("a", "bc"));
    }
}
