package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.databind.ObjectReader;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.component.kubernetes.ListReader.UnreadableException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Lists objects page by page, and parses each page while it is received.
 *
 * @param <T> the objects
 */
final class ListClient<T extends HasMetadata> {

    /** The API server's own default timeout ({@code --request-timeout}): a page is large, other responses are a few kilobytes. */
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** An error response larger than this is truncated; a Status is smaller. */
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private final DirectHttpClient http;
    private final HttpUrl server;
    private final ObjectReader reader;
    private final ResourceType type;
    private final Class<T> resourceClass;

    /**
     * Lists objects of a type.
     *
     * @param client the client, with its connections and settings for reading objects
     * @param resourceClass the class that objects are read as
     */
    ListClient(KubernetesClient client, ResourceType type, Class<T> resourceClass) {
        this.http = DirectHttpClient.of(client.getHttpClient());
        this.server = HttpUrl.get(client.getMasterUrl());
        this.reader = ObjectSerialization.readerOf(client.getKubernetesSerialization());
        this.type = type;
        this.resourceClass = resourceClass;
    }

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
     * Requests a page, and waits for it.
     *
     * @return the page
     * @throws KubernetesApiException if there is no response, or it is an error or not a list
     */
    ListReader.Page<T> page(Query query) {
        try {
            return http.send(request(query), TIMEOUT, response -> read(query, response));
        } catch (IOException e) {
            throw failure(query, e);
        }
    }

    /** Like {@link #page}, on another thread. */
    CompletableFuture<ListReader.Page<T>> pageAsync(Query query) {
        return CompletableFuture.supplyAsync(() -> page(query), http.executor());
    }

    private Request request(Query query) {
        Request.Builder request =
                new Request.Builder().url(server.resolve(type.collectionPath(query.namespace()) + query.parameters()));
        return (resourceClass == PartialObjectMetadata.class
                        ? request.header("Accept", MetadataClient.ACCEPT_LIST)
                        : request)
                .build();
    }

    private ListReader.Page<T> read(Query query, Response response) throws IOException {
        if (!response.isSuccessful()) {
            throw KubernetesApiException.of(
                    ErrorResponse.of(
                            response.code(),
                            response.header("Retry-After"),
                            response.peekBody(MAX_ERROR_BYTES).bytes()),
                    subject(query));
        }
        return new ListReader<>(reader, resourceClass).read(response.body().byteStream());
    }

    private KubernetesApiException failure(Query query, IOException failure) {
        return failure instanceof UnreadableException
                ? KubernetesApiException.unreadable(subject(query), failure.getMessage(), failure)
                : KubernetesApiException.noResponse(
                        subject(query), KubernetesApiException.connectionFailure(failure), failure);
    }

    private String subject(Query query) {
        return "cannot list " + type.qualifiedName() + " " + query.scope();
    }
}
