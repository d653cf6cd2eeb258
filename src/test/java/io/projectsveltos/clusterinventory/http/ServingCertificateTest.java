package io.projectsveltos.clusterinventory.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.http.HttpHandler.Response;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HeldCertificate;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServingCertificateTest {

    private static final HeldCertificate EC = held("ec").ecdsa256().build();
    private static final HeldCertificate RSA = held("rsa").rsa2048().build();

    @TempDir
    Path folder;

    private HttpService service;
    private Instant written = Instant.parse("2026-01-01T00:00:00Z");

    private enum Form {
        EC_PKCS8(EC, EC.privateKeyPkcs8Pem()),
        EC_SEC1(EC, Pem.sec1(EC)),
        EC_WITH_PARAMETERS(EC, Pem.P256_PARAMETERS + Pem.sec1(EC)),
        RSA_PKCS8(RSA, RSA.privateKeyPkcs8Pem()),
        RSA_PKCS1(RSA, RSA.privateKeyPkcs1Pem());

        private final HeldCertificate certificate;
        private final String key;

        Form(HeldCertificate certificate, String key) {
            this.certificate = certificate;
            this.key = key;
        }
    }

    @AfterEach
    void stop() {
        if (service != null) {
            service.stop();
        }
    }

    @Test
    void generatesACertificateForTheHost() throws Exception {
        serve(ServingCertificate.selfSigned("controller"));

        X509Certificate certificate = served().get(0);
        certificate.checkValidity();
        certificate.verify(certificate.getPublicKey());
        assertEquals("CN=controller", certificate.getSubjectX500Principal().getName());
        assertEquals(
                "[[2, controller]]", certificate.getSubjectAlternativeNames().toString());
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void servesTheCertificateFromFiles(Form form) throws Exception {
        serveFiles(form.certificate.certificatePem(), form.key);

        assertEquals(List.of(form.certificate.certificate()), served());
    }

    @Test
    void servesTheWholeChain() throws Exception {
        HeldCertificate root = held("root").ecdsa256().certificateAuthority(1).build();
        HeldCertificate middle =
                held("middle").ecdsa256().certificateAuthority(0).signedBy(root).build();
        HeldCertificate leaf = held("leaf").rsa2048().signedBy(middle).build();

        serveFiles(leaf.certificatePem() + middle.certificatePem(), leaf.privateKeyPkcs8Pem());

        assertEquals(List.of(leaf.certificate(), middle.certificate()), served());
    }

    @Test
    void servesChangedFilesWithoutARestart() throws Exception {
        serveFiles(EC.certificatePem(), EC.privateKeyPkcs8Pem());
        assertEquals(List.of(EC.certificate()), served());

        write(RSA.certificatePem(), RSA.privateKeyPkcs8Pem());

        assertEquals(List.of(RSA.certificate()), served());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void keepsTheOldCertificateWhenTheNewOneIsBrokenAndWarnsOnce(String broken) throws Exception {
        serveFiles(EC.certificatePem(), EC.privateKeyPkcs8Pem());

        try (LogCapture log = LogCapture.started()) {
            write(broken, RSA.privateKeyPkcs8Pem());

            assertEquals(List.of(EC.certificate()), served());
            assertEquals(List.of(EC.certificate()), served());
            assertEquals(List.of(warning()), log.lines());
        }
    }

    @Test
    void keepsTheOldCertificateUntilTheNewKeyExists() throws Exception {
        HeldCertificate next = held("next").ecdsa256().build();
        serveFiles(EC.certificatePem(), EC.privateKeyPkcs8Pem());

        try (LogCapture log = LogCapture.started()) {
            write(next.certificatePem(), EC.privateKeyPkcs8Pem());
            assertEquals(List.of(EC.certificate()), served());
            assertEquals(List.of(warning()), log.lines());
        }

        write(next.certificatePem(), next.privateKeyPkcs8Pem());
        assertEquals(List.of(next.certificate()), served());
    }

    @Test
    void keepsTheOldCertificateWhileTheFilesAreMissingAndWarnsOnce() throws Exception {
        serveFiles(EC.certificatePem(), EC.privateKeyPkcs8Pem());

        try (LogCapture log = LogCapture.started()) {
            Files.delete(certificate());

            assertEquals(List.of(EC.certificate()), served());
            assertEquals(List.of(EC.certificate()), served());
            assertEquals(List.of(warning()), log.lines());
        }

        write(RSA.certificatePem(), RSA.privateKeyPkcs8Pem());
        assertEquals(List.of(RSA.certificate()), served());
    }

    @Test
    void servesAFixedFileAfterABrokenOne() throws Exception {
        serveFiles(EC.certificatePem(), EC.privateKeyPkcs8Pem());
        write("broken", "broken");
        served();

        write(RSA.certificatePem(), RSA.privateKeyPkcs8Pem());

        assertEquals(List.of(RSA.certificate()), served());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\ns3cret==\n-----END RSA PRIVATE KEY-----\n",
                "-----BEGIN EC PRIVATE KEY-----\ns3cret!\n-----END EC PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\n\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\ns3cret"
            })
    void namesBothFilesWithoutQuotingThemWhenTheKeyIsBroken(String key) throws Exception {
        for (HeldCertificate certificate : List.of(EC, RSA)) {
            assertRefused(certificate.certificatePem(), key);
        }
    }

    @Test
    void refusesTheKeyOfAnotherCertificate() throws Exception {
        assertRefused(EC.certificatePem(), held("other").ecdsa256().build().privateKeyPkcs8Pem());
        assertRefused(EC.certificatePem(), RSA.privateKeyPkcs8Pem());
        assertRefused(RSA.certificatePem(), EC.privateKeyPkcs8Pem());
        assertRefused(RSA.certificatePem(), held("other").rsa2048().build().privateKeyPkcs8Pem());
    }

    @Test
    void refusesMissingFiles() throws Exception {
        Files.writeString(certificate(), EC.certificatePem());

        assertRefused();
    }

    private void assertRefused(String certificate, String key) throws IOException {
        write(certificate, key);
        assertRefused();
    }

    private void assertRefused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ServingCertificate.fromFiles(certificate(), key()));

        assertEquals(
                "Cannot use the certificate " + certificate() + " with the key " + key()
                        + ": expected PEM files of a certificate and its RSA or EC key",
                refused.getMessage());
        assertTrue(refused.getCause() == null && refused.getSuppressed().length == 0);
        assertFalse(refused.toString().contains("s3cret"));
    }

    private void serveFiles(String certificate, String key) throws IOException {
        write(certificate, key);
        serve(ServingCertificate.fromFiles(certificate(), key()));
    }

    private void serve(SSLContext tls) {
        service = new HttpService(
                ListenAddress.parse("diagnostics-address", "127.0.0.1:0"),
                tls,
                Map.of("/", request -> Response.line(200, "")));
        service.start();
    }

    private List<X509Certificate> served() throws Exception {
        try (Handshake handshake = Handshake.with(service.address().getPort())) {
            return handshake.chain();
        }
    }

    /** A second later each time: files written within one tick of the file system's clock would have the same time. */
    private void write(String certificate, String key) throws IOException {
        written = written.plusSeconds(1);
        Files.writeString(certificate(), certificate);
        Files.writeString(key(), key);
        Files.setLastModifiedTime(certificate(), FileTime.from(written));
        Files.setLastModifiedTime(key(), FileTime.from(written));
    }

    private String warning() {
        return "WARN Cannot use the changed certificate " + certificate() + "; the previous one stays in use";
    }

    private Path certificate() {
        return folder.resolve("tls.crt");
    }

    private Path key() {
        return folder.resolve("tls.key");
    }

    private static HeldCertificate.Builder held(String name) {
        return new HeldCertificate.Builder().commonName(name);
    }

    /** As older openssl commands write EC keys. */
    private static final class Pem {

        private static final String P256_PARAMETERS =
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

        private static String sec1(HeldCertificate certificate) {
            try {
                byte[] key = PrivateKeyInfo.getInstance(
                                certificate.keyPair().getPrivate().getEncoded())
                        .parsePrivateKey()
                        .toASN1Primitive()
                        .getEncoded();
                byte[] withCurve = withCurve(key);
                return "-----BEGIN EC PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(withCurve)
                        + "\n-----END EC PRIVATE KEY-----\n";
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** PKCS#8 leaves the curve out of the key, because it is next to the key. */
        private static byte[] withCurve(byte[] key) throws IOException {
            return new ECPrivateKey(256, ECPrivateKey.getInstance(key).getKey(), SECObjectIdentifiers.secp256r1)
                    .getEncoded();
        }
    }
}
