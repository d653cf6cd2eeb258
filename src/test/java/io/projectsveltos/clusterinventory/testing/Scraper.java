package io.projectsveltos.clusterinventory.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Gets pages as a kubelet and Prometheus do: with a token or without one, and without verifying the certificate. */
public final class Scraper {

    private static final String HOST = "127.0.0.1";
    private static final OkHttpClient HTTP = client();

    private Scraper() {}

    /**
     * A response.
     *
     * @param status the HTTP status
     * @param body the body
     */
    public record Page(int status, String body) {}

    /** Gets a page over plain http. */
    public static Page get(RunningController controller, String path) {
        return get("http", controller, path, null);
    }

    /** Gets a page over https; the authorization is the header of that name, null for none. */
    public static Page getSecurely(RunningController controller, String path, String authorization) {
        return get("https", controller, path, authorization);
    }

    private static Page get(String scheme, RunningController controller, String path, String authorization) {
        Request.Builder request = new Request.Builder()
                .url(scheme + "://" + HOST + ":" + controller.listening().getPort() + path);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try (Response response = HTTP.newCall(request.build()).execute()) {
            return new Page(response.code(), response.body().string());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OkHttpClient client() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            TrustAll trustAll = new TrustAll();
            tls.init(null, new TrustManager[] {trustAll}, null);
            return new OkHttpClient.Builder()
                    .sslSocketFactory(tls.getSocketFactory(), trustAll)
                    .hostnameVerifier((host, session) -> host.equals(HOST))
                    .callTimeout(Duration.ofSeconds(30))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As insecureSkipVerify of the ServiceMonitor: each start makes another certificate. */
    private static final class TrustAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new IllegalStateException("for clients only");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // any certificate
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
