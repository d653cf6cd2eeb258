package io.projectsveltos.clusterinventory.http;

import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate of the diagnostics endpoint: from files, which are reloaded when they change, or self-signed. */
public final class ServingCertificate {

    private static final Logger LOG = LoggerFactory.getLogger(ServingCertificate.class);
    private static final int YEARS = 10;

    /** openssl's ecparam writes this before a key, and fabric8 would parse it as the key. */
    private static final Pattern EC_PARAMETERS =
            Pattern.compile("-----BEGIN EC PARAMETERS-----.*?-----END EC PARAMETERS-----\\s*", Pattern.DOTALL);

    private ServingCertificate() {}

    /**
     * A self-signed certificate, as controller-runtime generates one: the connection is encrypted, but a client cannot
     * verify the server. It is generated at the first handshake, because that would take a good part of the start.
     *
     * @param name the host name in it
     */
    public static SSLContext selfSigned(String name) {
        return serving(new SelfSigned(name));
    }

    /**
     * A certificate from PEM files, which cert-manager and the kubelet keep up to date.
     *
     * @param certificate the certificate, followed by its chain
     * @param key the private key, PKCS#8, PKCS#1 or SEC 1, RSA or EC
     * @throws IllegalArgumentException when the files cannot be used
     */
    public static SSLContext fromFiles(Path certificate, Path key) {
        try {
            return serving(new PemFiles(certificate, key));
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            // not the exception's message: the parser may quote the key
            throw new IllegalArgumentException("Cannot use the certificate " + certificate + " with the key " + key
                    + ": expected PEM files of a certificate and its RSA or EC key");
        }
    }

    private static SSLContext serving(Supplier<X509ExtendedKeyManager> source) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new ServingKeyManager(source)}, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class SelfSigned implements Supplier<X509ExtendedKeyManager> {

        private final String name;
        private X509ExtendedKeyManager generated;

        SelfSigned(String name) {
            this.name = name;
        }

        @Override
        public synchronized X509ExtendedKeyManager get() {
            if (generated == null) {
                HeldCertificate certificate = new HeldCertificate.Builder()
                        .commonName(name)
                        .addSubjectAlternativeName(name)
                        .ecdsa256()
                        .duration(YEARS * 365L, TimeUnit.DAYS)
                        .build();
                generated = (X509ExtendedKeyManager) new HandshakeCertificates.Builder()
                        .heldCertificate(certificate)
                        .build()
                        .keyManager();
            }
            return generated;
        }
    }

    /** Checks at each handshake whether the files are newer; as long as new ones cannot be used, the old ones are served. */
    private static final class PemFiles implements Supplier<X509ExtendedKeyManager> {

        private final Path certificate;
        private final Path key;
        private List<FileTime> tried;
        private X509ExtendedKeyManager current;

        PemFiles(Path certificate, Path key) throws GeneralSecurityException, IOException {
            this.certificate = certificate;
            this.key = key;
            this.tried = times();
            this.current = load();
        }

        @Override
        public synchronized X509ExtendedKeyManager get() {
            List<FileTime> now = times();
            if (!now.equals(tried)) {
                tried = now;
                reload();
            }
            return current;
        }

        private void reload() {
            try {
                current = load();
            } catch (GeneralSecurityException | IOException | RuntimeException e) {
                LOG.warn("Cannot use the changed certificate {}; the previous one stays in use", certificate);
            }
        }

        private List<FileTime> times() {
            return List.of(time(certificate), time(key));
        }

        /** A missing file counts as a change too, so that it is logged once. */
        private static FileTime time(Path file) {
            try {
                return Files.getLastModifiedTime(file);
            } catch (IOException e) {
                return FileTime.fromMillis(0);
            }
        }

        private X509ExtendedKeyManager load() throws GeneralSecurityException, IOException {
            X509Certificate leaf = leaf();
            String algorithm = leaf.getPublicKey().getAlgorithm();
            try (InputStream certificates = Files.newInputStream(certificate);
                    InputStream keys = privateKey()) {
                X509ExtendedKeyManager loaded =
                        (X509ExtendedKeyManager) SSLUtils.keyManagers(certificates, keys, algorithm, "", null, "")[0];
                String alias = loaded.getServerAliases(algorithm, null)[0];
                requirePair(loaded.getPrivateKey(alias), leaf);
                return loaded;
            }
        }

        private X509Certificate leaf() throws GeneralSecurityException, IOException {
            try (InputStream in = Files.newInputStream(certificate)) {
                return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            }
        }

        private InputStream privateKey() throws IOException {
            String pem = Files.readString(key, StandardCharsets.ISO_8859_1);
            return new ByteArrayInputStream(
                    EC_PARAMETERS.matcher(pem).replaceAll("").getBytes(StandardCharsets.ISO_8859_1));
        }

        /** The two files are written one after the other, so that one of them may still be the previous one. */
        private static void requirePair(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            if (!signature.verify(signed)) {
                throw new GeneralSecurityException("the key belongs to another certificate");
            }
        }
    }

    /** Asks its source at each handshake. */
    private static final class ServingKeyManager extends X509ExtendedKeyManager {

        private final Supplier<X509ExtendedKeyManager> source;

        ServingKeyManager(Supplier<X509ExtendedKeyManager> source) {
            this.source = source;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return source.get().chooseEngineServerAlias(keyType, issuers, engine);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return source.get().getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return source.get().getPrivateKey(alias);
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return source.get().chooseServerAlias(keyType, issuers, socket);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return source.get().getServerAliases(keyType, issuers);
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
