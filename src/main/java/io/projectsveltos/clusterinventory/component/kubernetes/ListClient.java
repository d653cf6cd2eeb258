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
 * Lists objects a page at a time, read while it comes in.
 *
 * @param client the client
 * @param type the objects' type
 * @param form the class that they are read as
 * @param <T> the objects
 */
record ListClient<T extends HasMetadata>(KubernetesClient client, ResourceType type, Class<T> form) {

    /** As long as the API server takes for a request: a page is much, other answers are a few kilobytes. */
    static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** More of a refusal than a Status has. */
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    /**
     * Which objects, and which page of them.
     *
     * @param namespace where, null for the whole cluster
     * @param labelSelector may be null or blank
     * @param fieldSelector may be null or blank
     * @param limit the most objects of a page
     * @param next where the page begins, as the one before it says; null or empty for the first
     */
    record Query(String namespace, String labelSelector, String fieldSelector, long limit, String next) {

        private String parameters() {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("limit", String.valueOf(limit));
            parameters.put("labelSelector", labelSelector);
            parameters.put("fieldSelector", fieldSelector == null ? null : fieldSelector.replaceAll("\\s+", ""));
            parameters.put("continue", next);
            return parameters.entrySet().stream()
                    .filter(parameter -> parameter.getValue() != null
                            && !parameter.getValue().isBlank())
                    .map(parameter ->
                            parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&", "?", ""));
        }

        /** The namespace, for messages. */
        String where() {
            return (namespace == null ? "*" : namespace) + "/*";
        }
    }

    /**
     * Asks for a page.
     *
     * @return the page; fails with a {@link KubernetesApiException} that says what was answered, or with whatever kept the
     *     answer from coming
     */
    CompletableFuture<ListReader.Page<T>> page(Query query) {
        String subject = "cannot list " + type.qualifiedName() + " " + query.where();
        Answer answer = new Answer();
        return client.getHttpClient()
                .consumeBytes(request(query), answer)
                .thenCompose(response -> answer.read(subject, response));
    }

    private HttpRequest request(Query query) {
        HttpRequest.Builder builder = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getMasterUrl() + type.collectionPath(query.namespace()) + query.parameters())
                .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (form == PartialObjectMetadata.class) {
            builder.setHeader("Accept", MetadataClient.ACCEPT_LIST);
        }
        return builder.build();
    }

    /** An answer that comes in: a list, or what is said instead. */
    private final class Answer implements AsyncBody.Consumer<List<ByteBuffer>> {

        private final ByteArrayOutputStream refusal = new ByteArrayOutputStream();
        private volatile ListReader<T> reader;

        CompletableFuture<ListReader.Page<T>> read(String subject, HttpResponse<AsyncBody> response) {
            try {
                reader = response.isSuccessful() ? new ListReader<>(client.getKubernetesSerialization(), form) : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            response.body().consume();
            return response.body().done().handle((v, failure) -> {
                if (reader == null) {
                    throw KubernetesApiException.of(ErrorAnswer.of(response, refusal.toByteArray()), subject);
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
                    throw KubernetesApiException.unanswered(
                            subject, KubernetesApiException.connectionFailure(failure), failure);
                }
                return reader.page();
            } catch (UnreadableException e) {
                throw KubernetesApiException.unreadable(subject, e.getMessage(), e);
            }
        }

        @Override
        public void consume(List<ByteBuffer> parts, AsyncBody body) throws IOException {
            for (ByteBuffer part : parts) {
                if (reader != null) {
                    reader.read(part);
                } else if (refusal.size() < MAX_ERROR_BYTES) {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    refusal.writeBytes(bytes);
                }
            }
            body.consume();
        }
    }
}
