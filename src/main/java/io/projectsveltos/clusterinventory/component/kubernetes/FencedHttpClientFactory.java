package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Keeps connections for all workers, and asks a fence before each write.
 *
 * <p>The fence is asked in a network interceptor of okhttp. It runs when the connection is established and the request is
 * about to be sent. fabric8's own interceptors, and a check by the caller, run before the request is queued and the
 * connection established: a process that was suspended in between would send the request when it resumes.
 */
final class FencedHttpClientFactory extends OkHttpClientFactory {

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    /** Less than the 90 s after which the API server closes an idle connection (IdleTimeout in k8s.io/apiserver). */
    private static final long KEEP_ALIVE_SECONDS = 60;

    private final WriteFence fence;

    FencedHttpClientFactory(WriteFence fence) {
        this.fence = fence;
    }

    @Override
    protected void additionalConfig(OkHttpClient.Builder builder) {
        builder.addNetworkInterceptor(this::check);
        // Workers wait for each response, so their number bounds the pool. okhttp's default is 5 idle connections: more
        // workers than that would reconnect all the time.
        builder.connectionPool(new ConnectionPool(Integer.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS));
        // the only way to read what fabric8 has set
        OkHttpClient configured = builder.build();
        if (configured.x509TrustManager() != null) {
            builder.sslSocketFactory(
                    new ChaCha20SocketFactory(configured.sslSocketFactory()), configured.x509TrustManager());
        }
    }

    private Response check(Interceptor.Chain chain) throws IOException {
        Request request = chain.request();
        if (isWrite(request) && !fence.mayWrite()) {
            throw new WriteRefusedException();
        }
        return chain.proceed(request);
    }

    /** TokenReviews and SubjectAccessReviews are posted but change nothing, and a standby needs them to serve metrics. */
    private static boolean isWrite(Request request) {
        String path = request.url().encodedPath();
        return !READS.contains(request.method())
                && !path.contains("/apis/authentication.k8s.io/")
                && !path.contains("/apis/authorization.k8s.io/");
    }

    /** The request was not sent: this says nothing about the API server. */
    static final class WriteRefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        WriteRefusedException() {
            super("write refused: this replica is not the leader");
        }
    }
}
