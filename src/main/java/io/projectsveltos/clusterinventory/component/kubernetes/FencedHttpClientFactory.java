package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Asks a fence before each write. It does so in a network interceptor of okhttp, which is run when the connection is there
 * and the request is the next thing that goes through it. fabric8's own interceptors, like a check by the caller, come before
 * the request is queued and a connection made: a process that is suspended there would send it after it has woken up.
 */
final class FencedHttpClientFactory extends OkHttpClientFactory {

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private final WriteFence fence;

    FencedHttpClientFactory(WriteFence fence) {
        this.fence = fence;
    }

    @Override
    protected void additionalConfig(OkHttpClient.Builder builder) {
        builder.addNetworkInterceptor(this::check);
    }

    private Response check(Interceptor.Chain chain) throws IOException {
        Request request = chain.request();
        if (isWrite(request) && !fence.mayWrite()) {
            throw new NotSentException();
        }
        return chain.proceed(request);
    }

    /** TokenReviews and their like are posted, but change nothing, and one that does not lead serves metrics too. */
    private static boolean isWrite(Request request) {
        String path = request.url().encodedPath();
        return !READS.contains(request.method())
                && !path.contains("/apis/authentication.k8s.io/")
                && !path.contains("/apis/authorization.k8s.io/");
    }

    /** The API server is not to blame: it was not asked. */
    static final class NotSentException extends IOException {

        private static final long serialVersionUID = 1L;

        NotSentException() {
            super("not sent, this process does not lead");
        }
    }
}
