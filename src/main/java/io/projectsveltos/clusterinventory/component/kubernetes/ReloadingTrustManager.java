package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trusts the certificate authorities that the bundle file contains at the moment. The file is read at each handshake;
 * handshakes are rare. If it cannot be read, for example while it is being written, the previous authorities stay trusted.
 */
public final class ReloadingTrustManager implements X509TrustManager {

    private static final Logger LOG = LoggerFactory.getLogger(ReloadingTrustManager.class);

    private final Config config;
    private byte[] bundle;
    private X509TrustManager current;

    /**
     * Reads the bundle for the first time.
     *
     * @param config the configuration that names the bundle file
     * @throws IllegalArgumentException if the file cannot be read or does not contain a certificate
     */
    ReloadingTrustManager(Config config) {
        this.config = config;
        try {
            bundle = Files.readAllBytes(Path.of(config.getCaCertFile()));
            current = read(bundle);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "Cannot read the certificate authorities in " + config.getCaCertFile() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Trusts the authorities of a file, and those of the JDK.
     *
     * @param bundle PEM
     * @throws IllegalArgumentException if the file cannot be read or does not contain a certificate
     */
    public static X509TrustManager of(Path bundle) {
        return new ReloadingTrustManager(new ConfigBuilder(Config.empty())
                .withCaCertFile(bundle.toString())
                .build());
    }

    private X509TrustManager read(byte[] certificates) throws IOException, GeneralSecurityException {
        if (CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(certificates))
                .isEmpty()) {
            // fabric8 would trust only the authorities of the JDK
            throw new CertificateException("the file does not contain a certificate");
        }
        return (X509TrustManager) SSLUtils.trustManagers(config)[0];
    }

    private synchronized X509TrustManager current() {
        try {
            byte[] now = Files.readAllBytes(Path.of(config.getCaCertFile()));
            if (!Arrays.equals(now, bundle)) {
                current = read(now);
                bundle = now;
                LOG.info("Reloaded the certificate authorities in {}", config.getCaCertFile());
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.debug("Cannot read {}", config.getCaCertFile(), e);
        }
        return current;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        current().checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        current().checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return current().getAcceptedIssuers();
    }
}
