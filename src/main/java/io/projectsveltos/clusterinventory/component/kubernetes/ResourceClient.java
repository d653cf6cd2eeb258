package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Sends single requests to the API server: one attempt, no read before a write, and a {@link KubernetesApiException} for
 * every response that is not a success. Retries are up to the caller's work queue.
 *
 * @param <T> the class that objects are read as
 */
final class ResourceClient<T extends HasMetadata> {

    private static final ObjectMapper JSON = Json.newMapper();
    private static final String APPLY_PATCH = "application/apply-patch+yaml";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String JSON_TYPE = "application/json";

    /** Objects per page of a list: limits the size of a response. */
    private static final int PAGE_SIZE = 500;

    private final KubernetesClient client;
    private final ResourceType type;
    private final Class<T> resourceClass;
    private final ApiServerListener listener;

    ResourceClient(KubernetesClient client, ResourceType type, Class<T> resourceClass, ApiServerListener listener) {
        this.client = client;
        this.type = type;
        this.resourceClass = resourceClass;
        this.listener = listener;
    }

    /** Server-side apply. */
    T apply(ObjectKey key, Map<String, Object> object, String fieldManager, boolean force) {
        String query = "?fieldManager=" + encoded(fieldManager) + "&force=" + force;
        return execute(
                key,
                "apply",
                request(type.path(key.namespace(), key.name()) + query).method("PATCH", APPLY_PATCH, json(object)));
    }

    T mergePatch(ObjectKey key, Map<String, Object> patch, String fieldManager) {
        String query = "?fieldManager=" + encoded(fieldManager);
        return execute(
                key,
                "patch",
                request(type.path(key.namespace(), key.name()) + query).method("PATCH", MERGE_PATCH, json(patch)));
    }

    T create(ObjectKey key, Map<String, Object> object, String fieldManager) {
        String query = "?fieldManager=" + encoded(fieldManager);
        return execute(
                key,
                "create",
                request(type.collectionPath(key.namespace()) + query).method("POST", JSON_TYPE, json(object)));
    }

    T update(ObjectKey key, Map<String, Object> object, String fieldManager) {
        String query = "?fieldManager=" + encoded(fieldManager);
        return execute(
                key,
                "update",
                request(type.path(key.namespace(), key.name()) + query).method("PUT", JSON_TYPE, json(object)));
    }

    /** The object, or null if it does not exist. */
    T get(ObjectKey key) {
        try {
            return execute(key, "get", request(type.path(key.namespace(), key.name())));
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
            byte[] response = send(
                    key,
                    "delete",
                    request(type.path(key.namespace(), key.name())).method("DELETE", JSON_TYPE, json(options)));
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
        ObjectKey all = new ObjectKey(namespace == null ? "*" : namespace, "*");
        ListClient<T> lists = new ListClient<>(client, type, resourceClass);
        List<T> items = new ArrayList<>();
        String continueToken = null;
        do {
            ListReader.Page<T> page = await(
                    all,
                    "list",
                    lists.page(new ListClient.Query(namespace, labelSelector, null, PAGE_SIZE, continueToken)),
                    ListClient.TIMEOUT);
            listener.onAvailable();
            items.addAll(page.items());
            continueToken = page.continueToken();
        } while (continueToken != null && !continueToken.isEmpty());
        return items;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getMasterUrl() + path)
                .timeout(client.getConfiguration().getRequestTimeout(), TimeUnit.MILLISECONDS);
        if (resourceClass == PartialObjectMetadata.class) {
            builder.setHeader("Accept", MetadataClient.ACCEPT_OBJECT);
        }
        return builder;
    }

    private T execute(ObjectKey key, String verb, HttpRequest.Builder request) {
        return read(key, verb, send(key, verb, request));
    }

    private byte[] send(ObjectKey key, String verb, HttpRequest.Builder request) {
        HttpResponse<byte[]> response =
                await(key, verb, client.getHttpClient().sendAsync(request.build(), byte[].class), timeout());
        if (response.isSuccessful()) {
            listener.onAvailable();
            return response.body();
        }
        throw reported(KubernetesApiException.of(ErrorResponse.of(response, response.body()), subject(verb, key)));
    }

    private Duration timeout() {
        return Duration.ofMillis(client.getConfiguration().getRequestTimeout());
    }

    private <R> R await(ObjectKey key, String verb, CompletableFuture<R> response, Duration timeout) {
        try {
            // the client enforces the timeout itself
            return response.get(timeout.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesApiException(subject(verb, key) + ": interrupted", e);
        } catch (TimeoutException e) {
            throw noResponse(key, verb, "timed out", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KubernetesApiException failure) {
                throw reported(failure);
            }
            String reason = KubernetesApiException.connectionFailure(e.getCause());
            if (wasRefusedByFence(e)) {
                throw new KubernetesApiException(subject(verb, key) + ": " + reason, e.getCause());
            }
            throw noResponse(key, verb, reason, e.getCause());
        }
    }

    private static boolean wasRefusedByFence(ExecutionException failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(WriteRefusedException.class::isInstance);
    }

    private KubernetesApiException noResponse(ObjectKey key, String verb, String reason, Throwable cause) {
        return reported(KubernetesApiException.noResponse(subject(verb, key), reason, cause));
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

    private T read(ObjectKey key, String verb, byte[] response) {
        try {
            return client.getKubernetesSerialization()
                    .unmarshal(new String(response, StandardCharsets.UTF_8), resourceClass);
        } catch (RuntimeException e) {
            // anything that is not JSON is parsed as YAML, which fails in many ways
            throw KubernetesApiException.unreadable(subject(verb, key), "not a " + resourceClass.getSimpleName(), e);
        }
    }

    private JsonNode tree(ObjectKey key, String verb, byte[] response) {
        try {
            return JSON.readTree(response);
        } catch (IOException e) {
            throw KubernetesApiException.unreadable(subject(verb, key), "not JSON", e);
        }
    }

    private static String json(Map<String, Object> object) {
        try {
            return Json.printable(object);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not an object of the Kubernetes API", e);
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
