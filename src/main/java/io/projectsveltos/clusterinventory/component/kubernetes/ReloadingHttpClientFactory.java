package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.TrustManager;

/**
 * Creates clients that keep working when the certificate authorities of the API server are replaced. okhttp verifies the host
 * names, as with any other trust manager.
 *
 * @param clients the factory to delegate to
 */
record ReloadingHttpClientFactory(HttpClient.Factory clients) implements HttpClient.Factory {

    @Override
    public HttpClient.Builder newBuilder(Config config) {
        HttpClient.Builder builder = clients.newBuilder(config);
        if (config.getCaCertFile() != null && config.getCaCertData() == null && !config.isTrustCerts()) {
            try {
                builder.sslContext(
                        SSLUtils.keyManagers(config), new TrustManager[] {new ReloadingTrustManager(config)});
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalArgumentException("Cannot read the client certificate: " + e.getMessage(), e);
            }
        }
        return builder;
    }

    @Override
    public HttpClient.Builder newBuilder() {
        return clients.newBuilder();
    }
}
