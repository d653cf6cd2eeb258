package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CredentialTest {

    private final byte[] kubeconfig = "s3cr3t".getBytes(StandardCharsets.UTF_8);
    private final Credential credential = new Credential(kubeconfig, "provider", "fingerprint", "warning");

    @Test
    void showsNothingOfItsContent() {
        String shown = credential.toString();

        assertEquals("Credential[provider, 6 bytes]", shown);
        assertFalse(shown.contains("s3cr3t"));
    }

    @Test
    void digestsItsContentBySha256() {
        assertEquals("4e738ca5563c06cfd0018299933d58db1dd8bf97f6973dc99bf6cdc64b5550bd", credential.digest());
    }

    @Test
    void fingerprintsTellWhereOnePartEnds() {
        assertFalse(Credential.fingerprintOf("a", "bc").equals(Credential.fingerprintOf("ab", "c")));
    }
}
