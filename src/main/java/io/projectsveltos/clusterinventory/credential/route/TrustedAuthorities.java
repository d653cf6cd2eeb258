package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.component.kubernetes.ReloadingTrustManager;
import java.nio.file.Path;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** The certificate authorities that custom provider routes trust: Camel's own parameters take key stores, but not PEM. */
public final class TrustedAuthorities {

    private TrustedAuthorities() {}

    /**
     * What Camel's components have as {@code sslContextParameters}.
     *
     * @param file PEM, read again when it changes; empty for the authorities of the JDK alone
     * @throws IllegalArgumentException if the file cannot be read or does not contain a certificate
     */
    public static SSLContextParameters read(String file) {
        SSLContextParameters parameters = new SSLContextParameters();
        if (!file.isEmpty()) {
            TrustManagersParameters trusted = new TrustManagersParameters();
            trusted.setTrustManager(ReloadingTrustManager.of(Path.of(file)));
            parameters.setTrustManagers(trusted);
        }
        return parameters;
    }
}
