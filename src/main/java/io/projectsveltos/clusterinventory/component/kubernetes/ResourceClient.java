package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.component.kubernetes.FencedHttpClientFactory.WriteRefusedException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Sends single requests to the API server: one attempt, no read before a write, and a {@link KubernetesApiException} for
 * every response that is not a success. Retries are up to the caller's work queue.
 *
 * @param <T> the class that objects are read as
 */
final class ResourceClient<T extends HasMetadata> {

    private static final ObjectMapper JSON = Json.newMapper();
    private static final MediaType APPLY_PATCH = MediaType.get("application/apply-patch+yaml");
    private static final MediaType MERGE_PATCH = MediaType.get("application/merge-patch+json");
    private static final MediaType JSON_TYPE = MediaType.get("application/json");

    /** Objects per page of a list: limits the size of a response. */
    private static final int PAGE_SIZE = 500;

    private final KubernetesClient client;
    private final DirectHttpClient http;
    private final HttpUrl server;
    private final ResourceType type;
    private final Class<T> resourceClass;
    private final ApiServerListener listener;

    ResourceClient(KubernetesClient client, ResourceType type, Class<T> resourceClass, ApiServerListener listener) {
        this.client = client;
        this.http = DirectHttpClient.of(client.getHttpClient());
        this.server = HttpUrl.get(client.getMasterUrl());
        this.type = type;
        this.resourceClass = resourceClass;
        this.listener = listener;
    }

    /** Server-side apply. */
    T apply(ObjectKey key, Map<String, Object> object, String fieldManager, boolean force) {
        String query = "?fieldManager=" + encoded(fieldManager) + "&force=" + force;
        return execute(key, "apply", request(path(key) + query).patch(body(object, APPLY_PATCH)));
    }

    T mergePatch(ObjectKey key, Map<String, Object> patch, String fieldManager) {
        String query = "?fieldManager=" + encoded(fieldManager);
        return execute(key, "patch", request(path(key) + query).patch(body(patch, MERGE_PATCH)));
    }

    T create(ObjectKey key, Map<String, Object> object, String fieldManager) {
        String path = type.collectionPath(key.namespace()) + "?fieldManager=" + encoded(fieldManager);
        return execute(key, "create", request(path).post(body(object, JSON_TYPE)));
    }

    T update(ObjectKey key, Map<String, Object> object, String fieldManager) {
        String query = "?fieldManager=" + encoded(fieldManager);
        return execute(key, "update", request(path(key) + query).put(body(object, JSON_TYPE)));
    }

    /** The object, or null if it does not exist. */
    T get(ObjectKey key) {
        try {
            return execute(key, "get", request(path(key)));
        } catch (NotFoundException e) {
            return null;
        }
    }

    /**
     * Deletes the object on the precondition that it has this UID and this resourceVersion.
     *
     * @param uid null for any object of this name
     * @param resourceVersion null for any version
     * @throws ConflictException if the object is another one or has changed
     * @return the object while finalizers keep it, or null if it is gone
     */
    T delete(ObjectKey key, String uid, String resourceVersion) {
        Map<String, Object> preconditions = new LinkedHashMap<>();
        preconditions.computeIfAbsent("uid", field -> uid);
        preconditions.computeIfAbsent("resourceVersion", field -> resourceVersion);
        Map<String, Object> options = preconditions.isEmpty() ? Map.of() : Map.of("preconditions", preconditions);
        try {
            String response = send(key, "delete", request(path(key)).delete(body(options, JSON_TYPE)));
            // The response is the object while finalizers keep it, else a Status or the last state of the object.
            boolean kept = !tree(key, "delete", response)
                    .path("metadata")
                    .path("finalizers")
                    .isEmpty();
            return kept ? read(key, "delete", response) : null;
        } catch (NotFoundException e) {
            return null;
        }
    }

    /** All objects of a namespace, or of the cluster if the namespace is null, read page by page. */
    List<T> list(String namespace, String labelSelector) {
        return list(namespace, labelSelector, null);
    }

    /** Those of them that both selectors match. */
    List<T> list(String namespace, String labelSelector, String fieldSelector) {
        ListClient<T> lists = new ListClient<>(client, type, resourceClass);
        List<T> items = new ArrayList<>();
        String continueToken = null;
        do {
            ListReader.Page<T> page = page(
                    lists, new ListClient.Query(namespace, labelSelector, fieldSelector, PAGE_SIZE, continueToken));
            listener.onAvailable();
            items.addAll(page.items());
            continueToken = page.continueToken();
        } while (continueToken != null && !continueToken.isEmpty());
        return items;
    }

    private ListReader.Page<T> page(ListClient<T> lists, ListClient.Query query) {
        try {
            return lists.page(query);
        } catch (KubernetesApiException e) {
            throw Thread.currentThread().isInterrupted() ? e : reported(e);
        }
    }

    private String path(ObjectKey key) {
        return type.path(key.namespace(), key.name());
    }

    private Request.Builder request(String path) {
        Request.Builder request = new Request.Builder().url(server.resolve(path));
        return resourceClass == PartialObjectMetadata.class
                ? request.header("Accept", MetadataClient.ACCEPT_OBJECT)
                : request;
    }

    private T execute(ObjectKey key, String verb, Request.Builder request) {
        return read(key, verb, send(key, verb, request));
    }

    private String send(ObjectKey key, String verb, Request.Builder request) {
        Duration timeout = Duration.ofMillis(client.getConfiguration().getRequestTimeout());
        DirectHttpClient.Answer answer;
        try {
            answer = http.send(request.build(), timeout, DirectHttpClient.Answer::of);
        } catch (IOException e) {
            throw Thread.currentThread().isInterrupted() ? interrupted(key, verb, e) : noResponse(key, verb, e);
        }
        if (answer.isSuccessful()) {
            listener.onAvailable();
            return new String(answer.body(), StandardCharsets.UTF_8);
        }
        ErrorResponse error = ErrorResponse.of(answer.code(), answer.retryAfter(), answer.body());
        throw reported(KubernetesApiException.of(error, subject(verb, key)));
    }

    private KubernetesApiException noResponse(ObjectKey key, String verb, Throwable failure) {
        String reason = KubernetesApiException.connectionFailure(failure);
        boolean wasRefusedByFence = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(WriteRefusedException.class::isInstance);
        return wasRefusedByFence
                ? new KubernetesApiException(subject(verb, key) + ": " + reason, failure)
                : reported(KubernetesApiException.noResponse(subject(verb, key), reason, failure));
    }

    private KubernetesApiException interrupted(ObjectKey key, String verb, Exception cause) {
        Thread.currentThread().interrupt();
        return new KubernetesApiException(subject(verb, key) + ": interrupted", cause);
    }

    private KubernetesApiException reported(KubernetesApiException failure) {
        if (failure.isUnavailable()) {
            listener.onUnavailable(failure.reason().replaceAll("\\s+", " ").strip(), failure.retryAfter());
        } else {
            listener.onAvailable();
        }
        return failure;
    }

    private String subject(String verb, ObjectKey key) {
        return "cannot " + verb + " " + type.qualifiedName() + " " + key;
    }

    private T read(ObjectKey key, String verb, String response) {
        try {
            return client.getKubernetesSerialization().unmarshal(response, resourceClass);
        } catch (RuntimeException e) {
            // anything that is not JSON is parsed as YAML, which fails in many ways
            throw KubernetesApiException.unreadable(subject(verb, key), "not a " + resourceClass.getSimpleName(), e);
        }
    }

    private JsonNode tree(ObjectKey key, String verb, String response) {
        try {
            return JSON.readTree(response);
        } catch (IOException e) {
            throw KubernetesApiException.unreadable(subject(verb, key), "not JSON", e);
        }
    }

    private static RequestBody body(Map<String, Object> object, MediaType type) {
        try {
            return RequestBody.create(Json.printable(object).getBytes(StandardCharsets.UTF_8), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not an object of the Kubernetes API", e);
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
