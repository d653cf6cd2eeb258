package io.projectsveltos.clusterinventory.credential.route;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Limits what an HTTP client reads of an answer. Camel reads the whole body into memory before the route sees any of it, so
 * a server that does not end its answer would take all memory of this process.
 *
 * @param bytes the limit, after decompression
 */
record AnswerLimit(int bytes) implements HttpClientConfigurer {

    private static final String NAME = "answer-limit";

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        // first, so around the one that decompresses
        client.addExecInterceptorFirst(NAME, (request, scope, chain) -> {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                response.setEntity(new LimitedEntity(entity, bytes, scope.execRuntime));
                if (entity.getContentEncoding() == null) {
                    // httpclient 5.6 leaves the header of what it has decompressed, and Camel would do that again
                    response.removeHeaders(HttpHeaders.CONTENT_ENCODING);
                }
            }
            return response;
        });
    }

    private static final class LimitedEntity extends HttpEntityWrapper {

        private final int limit;
        private final ExecRuntime connection;

        LimitedEntity(HttpEntity entity, int limit, ExecRuntime connection) {
            super(entity);
            this.limit = limit;
            this.connection = connection;
        }

        @Override
        public InputStream getContent() throws IOException {
            InputStream content = super.getContent();
            return content == null ? null : new LimitedStream(content, limit, connection);
        }
    }

    private static final class LimitedStream extends FilterInputStream {

        private final int limit;
        private final ExecRuntime connection;
        private long read;

        LimitedStream(InputStream in, int limit, ExecRuntime connection) {
            super(in);
            this.limit = limit;
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            count(count);
            return count;
        }

        private void count(int more) throws IOException {
            read += Math.max(more, 0);
            if (read > limit) {
                // otherwise the end of the stream reads the rest, to use the connection again
                connection.discardEndpoint();
                throw new AnswerTooLongException(limit);
            }
        }
    }
}
