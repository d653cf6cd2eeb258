package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.internal.tls.OkHostnameVerifier;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/** Creates clients for the API servers of other clusters. */
public final class MemberClients {

    private static final int TIMEOUT_MILLIS = 10_000;

    /** A token has a few kilobytes; the client reads a whole answer into memory. */
    private static final long MAX_ANSWER_BYTES = 1024 * 1024;

    private MemberClients() {}

    /**
     * Creates a client. Files, programs and environment variables have no effect on it, whatever the two name. The server is
     * not trusted: an answer of more than 1 MiB is an error, and redirects are not followed.
     *
     * @param cluster where it connects to; with {@code tls-server-name} and {@code proxy-url}, as client-go understands them
     * @param user the data of its credential
     * @return the client, which does not retry; the caller closes it
     */
    public static KubernetesClient create(Cluster cluster, AuthInfo user) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(cluster.getServer())
                .withCaCertData(cluster.getCertificateAuthorityData())
                .withTrustCerts(Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify()))
                .withHttpProxy(cluster.getProxyUrl())
                .withHttpsProxy(cluster.getProxyUrl())
                .withOauthToken(user.getToken())
                .withClientCertData(user.getClientCertificateData())
                .withClientKeyData(user.getClientKeyData())
                .withRequestTimeout(TIMEOUT_MILLIS)
                .withConnectionTimeout(TIMEOUT_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new MemberHttpFactory(cluster.getTlsServerName()))
                .build();
    }

    /**
     * Limits answers; verifies another name than that of the URL, and sends it in the handshake. fabric8 has no options for
     * that.
     */
    private static final class MemberHttpFactory extends OkHttpClientFactory {

        private final String serverName;

        MemberHttpFactory(String serverName) {
            this.serverName = serverName;
        }

        @Override
        protected void additionalConfig(OkHttpClient.Builder builder) {
            builder.followRedirects(false);
            builder.addInterceptor(chain -> limited(chain.proceed(chain.request()), chain.call()));
            if (serverName == null || serverName.isEmpty()) {
                return;
            }
            // the only way to read what fabric8 has set
            OkHttpClient configured = builder.build();
            if (configured.x509TrustManager() != null) {
                builder.sslSocketFactory(
                        new NamedServerSocketFactory(configured.sslSocketFactory(), serverName),
                        configured.x509TrustManager());
                builder.hostnameVerifier((host, session) -> OkHostnameVerifier.INSTANCE.verify(serverName, session));
            }
        }
    }

    private static Response limited(Response response, Call call) {
        ResponseBody body = response.body();
        Source limited = new ForwardingSource(body.source()) {

            private long bytes;

            @Override
            public long read(Buffer sink, long count) throws IOException {
                long more = super.read(sink, count);
                bytes += Math.max(more, 0);
                if (bytes > MAX_ANSWER_BYTES) {
                    // otherwise okhttp reads on for 100 ms when the body is closed, to use the connection again
                    call.cancel();
                    throw new IOException("the answer has more than " + MAX_ANSWER_BYTES + " bytes");
                }
                return more;
            }
        };
        return response.newBuilder()
                .body(ResponseBody.create(Okio.buffer(limited), body.contentType(), body.contentLength()))
                .build();
    }

    /** JSSE sends the name that it is given for a socket. okhttp only wraps sockets that are connected. */
    private static final class NamedServerSocketFactory extends SSLSocketFactory {

        private final SSLSocketFactory sockets;
        private final String serverName;

        NamedServerSocketFactory(SSLSocketFactory sockets, String serverName) {
            this.sockets = sockets;
            this.serverName = serverName;
        }

        @Override
        public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
            return sockets.createSocket(connected, serverName, port, autoClose);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return sockets.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return sockets.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
