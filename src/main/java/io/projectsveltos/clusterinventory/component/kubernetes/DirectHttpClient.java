package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.WebSocketUpgradeResponse;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientImpl;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sends requests on the calling thread, with the connections, credentials and headers of a fabric8 client. fabric8 itself
 * hands each request, and each part of the response, to another thread, while the worker that needs the response waits.
 */
final class DirectHttpClient {

    private final OkHttpClientImpl client;
    private final OkHttpClient http;
    private final Collection<Interceptor> interceptors;

    /**
     * A whole response.
     *
     * @param code the HTTP status code
     * @param retryAfter the header {@code Retry-After}, or null
     */
    record Answer(int code, String retryAfter, byte[] body) {

        static Answer of(Response response) throws IOException {
            return new Answer(
                    response.code(),
                    response.header("Retry-After"),
                    response.body().bytes());
        }

        boolean isSuccessful() {
            return code >= HttpURLConnection.HTTP_OK && code < HttpURLConnection.HTTP_MULT_CHOICE;
        }
    }

    /**
     * Reads a response while it is received.
     *
     * @param <R> the result
     */
    interface ResponseReader<R> {

        /** Need not close the response. */
        R read(Response response) throws IOException;
    }

    private DirectHttpClient(OkHttpClientImpl client, Collection<Interceptor> interceptors) {
        this.client = client;
        this.http = client.getOkHttpClient();
        this.interceptors = interceptors;
    }

    /**
     * Shares everything with the client.
     *
     * @param client a client of fabric8 that uses okhttp, as all clients in this project
     */
    static DirectHttpClient of(HttpClient client) {
        if (client instanceof OkHttpClientImpl okhttp
                && client.newBuilder() instanceof StandardHttpClientBuilder<?, ?, ?> builder) {
            return new DirectHttpClient(
                    okhttp, List.copyOf(builder.getInterceptors().values()));
        }
        throw new IllegalArgumentException("Not a client that uses okhttp: " + client.getClass());
    }

    /**
     * Sends a request, and after a 401 once more if other credentials are available.
     *
     * @param request the request without credentials
     * @param timeout the time until the whole response is read, including the connection
     * @throws IOException if the response is missing or incomplete
     */
    <R> R send(Request request, Duration timeout, ResponseReader<R> reader) throws IOException {
        if (client.isClosed()) {
            throw new IOException("the client is closed");
        }
        HttpRequest description = new RequestDescription(request);
        RequestHeaders headers = new RequestHeaders(request.newBuilder());
        interceptors.forEach(interceptor -> interceptor.before(headers, description, client));
        try (Response response = call(headers.request().build(), timeout)) {
            if (response.code() != HttpURLConnection.HTTP_UNAUTHORIZED || !renewCredentials(headers, description)) {
                return reader.read(response);
            }
        }
        try (Response response = call(headers.request().build(), timeout)) {
            return reader.read(response);
        }
    }

    /** The threads that okhttp keeps for calls that nobody waits for. */
    Executor executor() {
        return http.dispatcher().executorService();
    }

    private Response call(Request request, Duration timeout) throws IOException {
        Call call = http.newCall(request);
        call.timeout().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return call.execute();
    }

    private boolean renewCredentials(RequestHeaders headers, HttpRequest description) throws IOException {
        try {
            boolean renewed = false;
            for (Interceptor interceptor : interceptors) {
                renewed |= interceptor
                        .afterFailure(
                                headers,
                                new WebSocketUpgradeResponse(description, HttpURLConnection.HTTP_UNAUTHORIZED),
                                client)
                        .join();
            }
            return renewed;
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** Shows a request of okhttp to the interceptors of fabric8. */
    private record RequestDescription(Request request) implements HttpRequest {

        @Override
        public UUID id() {
            return UUID.randomUUID();
        }

        @Override
        public URI uri() {
            return request.url().uri();
        }

        @Override
        public String method() {
            return request.method();
        }

        /** Not shown: only an interceptor for old versions of Kubernetes reads it. */
        @Override
        public String bodyString() {
            return null;
        }

        @Override
        public List<String> headers(String name) {
            return request.headers(name);
        }

        @Override
        public Map<String, List<String>> headers() {
            return request.headers().toMultimap();
        }
    }

    /** Lets the interceptors of fabric8 change a request of okhttp. */
    private record RequestHeaders(Request.Builder request) implements BasicBuilder {

        @Override
        public BasicBuilder uri(URI uri) {
            request.url(uri.toString());
            return this;
        }

        @Override
        public BasicBuilder header(String name, String value) {
            request.addHeader(name, value);
            return this;
        }

        @Override
        public BasicBuilder setHeader(String name, String value) {
            request.header(name, value);
            return this;
        }
    }
}
