package io.projectsveltos.clusterinventory.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A self-signed client certificate, such as plugins return.
 *
 * @param certificate PEM
 * @param key PEM
 */
public record Certificates(String certificate, String key) {

    public static Certificates until(Instant end) {
        try {
            KeyPair keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
            X500Name name = new X500Name("CN=plugin");
            byte[] certificate = new X509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(end.minusSeconds(86_400)),
                            Date.from(end),
                            name,
                            SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()))
                    .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))
                    .getEncoded();
            return new Certificates(
                    pem("CERTIFICATE", certificate),
                    pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The status of an ExecCredential, for a shell to echo in single quotes. */
    public String status() {
        return "\"clientCertificateData\":\"%s\",\"clientKeyData\":\"%s\""
                .formatted(certificate.replace("\n", "\\\\n"), key.replace("\n", "\\\\n"));
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }
}
