package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.projectsveltos.clusterinventory.component.kubernetes.ListReader.UnreadableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Lists objects page by page, and parses each page while it is received.
 *
 * @param client the client
 * @param type the objects' type
 * @param resourceClass the class that objects are read as
 * @param <T> the objects
 */
record ListClient<T extends HasMetadata>(KubernetesClient client, ResourceType type, Class<T> resourceClass) {

    /** The API server's own default timeout ({@code --request-timeout}): a page is large, other responses are a few kilobytes. */
    static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** An error response larger than this is truncated; a Status is smaller. */
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    /**
     * Which objects to list, and which page.
     *
     * @param namespace the namespace, null for the whole cluster
     * @param labelSelector may be null or blank
     * @param fieldSelector may be null or blank
     * @param limit the largest number of objects in a page
     * @param continueToken the token from the previous page; null or empty for the first page
     */
    record Query(String namespace, String labelSelector, String fieldSelector, long limit, String continueToken) {

        private String parameters() {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("limit", String.valueOf(limit));
            parameters.put("labelSelector", labelSelector);
            parameters.put("fieldSelector", fieldSelector == null ? null : fieldSelector.replaceAll("\\s+", ""));
            parameters.put("continue", continueToken);
            return parameters.entrySet().stream()
                    .filter(parameter -> parameter.getValue() != null
                            && !parameter.getValue().isBlank())
                    .map(parameter ->
                            parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&", "?", ""));
        }

        /** The namespace, for messages. */
        String scope() {
            return (namespace == null ? "*" : namespace) + "/*";
        }
    }

    /**
     * Requests a page.
     *
     * @return the page; fails with a {@link KubernetesApiException} for an error response, else with the exception of the
     *     connection
     */
    CompletableFuture<ListReader.Page<T>> page(Query query) {
        String subject = "cannot list " + type.qualifiedName() + " " + query.scope();
        ResponseReader reader = new ResponseReader();
        return client.getHttpClient()
                .consumeBytes(request(query), reader)
                .thenCompose(response -> reader.read(subject, response));
    }

    private HttpRequest request(Query query) {
        HttpRequest.Builder builder = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getMasterUrl() + type.collectionPath(query.namespace()) + query.parameters())
                .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (resourceClass == PartialObjectMetadata.class) {
            builder.setHeader("Accept", MetadataClient.ACCEPT_LIST);
        }
        return builder.build();
    }

    /** Reads a response while it is received: a list or an error. */
    private final class ResponseReader implements AsyncBody.Consumer<List<ByteBuffer>> {

        private final ByteArrayOutputStream error = new ByteArrayOutputStream();
        private volatile ListReader<T> list;

        CompletableFuture<ListReader.Page<T>> read(String subject, HttpResponse<AsyncBody> response) {
            try {
                list = response.isSuccessful()
                        ? new ListReader<>(client.getKubernetesSerialization(), resourceClass)
                        : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            response.body().consume();
            return response.body().done().handle((v, failure) -> {
                if (list == null) {
                    throw KubernetesApiException.of(
                            ErrorResponse.of(response.code(), response.header("Retry-After"), error.toByteArray()),
                            subject);
                }
                return page(subject, failure);
            });
        }

        private ListReader.Page<T> page(String subject, Throwable failure) {
            try {
                if (failure instanceof UnreadableException unreadable) {
                    throw unreadable;
                }
                if (failure != null) {
                    throw KubernetesApiException.noResponse(
                            subject, KubernetesApiException.connectionFailure(failure), failure);
                }
                return list.page();
            } catch (UnreadableException e) {
                throw KubernetesApiException.unreadable(subject, e.getMessage(), e);
            }
        }

        @Override
        public void consume(List<ByteBuffer> parts, AsyncBody body) throws IOException {
            for (ByteBuffer part : parts) {
                if (list != null) {
                    list.read(part);
                } else if (error.size() < MAX_ERROR_BYTES) {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    error.writeBytes(bytes);
                }
            }
            body.consume();
        }
    }
}
