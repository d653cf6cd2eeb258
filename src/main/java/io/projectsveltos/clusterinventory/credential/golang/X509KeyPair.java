package io.projectsveltos.clusterinventory.credential.golang;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/**
 * A client certificate with its key as Go's {@code crypto/tls.X509KeyPair} reads them: the first certificate of the chain
 * and the first key of any form, whatever precedes them; the key has to belong to the certificate.
 */
public final class X509KeyPair {

    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final byte[] CHALLENGE = "any text".getBytes(StandardCharsets.US_ASCII);

    private X509KeyPair() {}

    /**
     * Checks a certificate and its key.
     *
     * @param certificates PEM
     * @param key PEM
     * @return the first certificate, which a client presents
     * @throws UnreadableException with what is wrong, without any of the content
     */
    public static X509Certificate parse(String certificates, String key) throws UnreadableException {
        List<PemBlock> chain = blocks(certificates, CERTIFICATE);
        if (chain.isEmpty()) {
            throw UnreadableException.refused("has a certificate that is not PEM");
        }
        PemBlock keyBlock = PemBlock.decode(key).stream()
                .filter(block -> block.type().equals(KEY) || block.type().endsWith(" " + KEY))
                .findFirst()
                .orElseThrow(() -> UnreadableException.refused("has a key that is not PEM"));
        X509Certificate first = certificate(chain.get(0));
        if (!isKnown(first.getPublicKey())) {
            throw UnreadableException.refused("has a certificate for a key that is not RSA, ECDSA or Ed25519");
        }
        if (!isPair(first.getPublicKey(), privateKey(keyBlock, first.getPublicKey()))) {
            throw UnreadableException.refused("has a key that does not belong to the certificate");
        }
        return first;
    }

    /**
     * Whether there is at least one certificate to verify servers with, as Go's {@code CertPool.AppendCertsFromPEM}
     * understands it.
     */
    public static boolean holdsAuthority(String certificates) {
        return blocks(certificates, CERTIFICATE).stream().anyMatch(block -> {
            try {
                return !block.hasHeaders() && certificate(block) != null;
            } catch (UnreadableException e) {
                return false;
            }
        });
    }

    private static List<PemBlock> blocks(String pem, String type) {
        return PemBlock.decode(pem).stream()
                .filter(block -> block.type().equals(type))
                .toList();
    }

    private static X509Certificate certificate(PemBlock block) throws UnreadableException {
        ByteArrayInputStream content = new ByteArrayInputStream(block.content());
        try {
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(content);
            if (content.available() == 0) {
                return certificate;
            }
        } catch (CertificateException e) {
            // same as below: its message may quote the content
        }
        throw UnreadableException.refused("has a certificate that cannot be read");
    }

    private static PrivateKey privateKey(PemBlock block, PublicKey publicKey) throws UnreadableException {
        try {
            return KeyFactory.getInstance(publicKey.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(Pkcs8.of(block.content())));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw UnreadableException.refused(
                    "has a key that cannot be read: it is encrypted, or of another type than the certificate's");
        }
    }

    private static boolean isKnown(PublicKey key) {
        return key instanceof RSAPublicKey && key.getAlgorithm().equals("RSA")
                || key instanceof ECPublicKey
                || key instanceof EdECPublicKey edwards
                        && edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName());
    }

    private static boolean isPair(PublicKey publicKey, PrivateKey privateKey) {
        if (publicKey instanceof RSAPublicKey rsa && privateKey instanceof RSAPrivateKey key) {
            return rsa.getModulus().equals(key.getModulus());
        }
        try {
            // other private keys do not contain their public key
            Signature signature = Signature.getInstance(publicKey instanceof ECPublicKey ? "SHA256withECDSA" : "EdDSA");
            signature.initSign(privateKey);
            signature.update(CHALLENGE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(CHALLENGE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
