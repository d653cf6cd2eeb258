package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.projectsveltos.clusterinventory.component.kubernetes.FencedHttpClientFactory.NotSentException;
import java.io.ByteArrayInputStream;
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
 * Single requests to the API server: one attempt, no read before a write, and every answer that is no success a
 * {@link KubernetesApiException}. Retrying is the caller's queue's business.
 *
 * @param <T> what answers are read as
 */
final class ResourceClient<T extends HasMetadata> {

    private static final ObjectMapper JSON = Json.newMapper();
    private static final String APPLY_PATCH = "application/apply-patch+yaml";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String PLAIN = "application/json";

    /** Objects of a page of a list: keeps the largest answer small. */
    private static final int PAGE = 500;

    private final KubernetesClient client;
    private final ResourceType type;
    private final Class<T> form;
    private final ApiServerListener listener;

    ResourceClient(KubernetesClient client, ResourceType type, Class<T> form, ApiServerListener listener) {
        this.client = client;
        this.type = type;
        this.form = form;
        this.listener = listener;
    }

    /** Server-side apply. */
    T apply(ObjectKey key, Map<String, Object> object, String fieldManager, boolean force) {
        String query = "?fieldManager=" + encoded(fieldManager) + "&force=" + force;
        return object(
                key,
                "apply",
                request(type.path(key.namespace(), key.name()) + query).method("PATCH", APPLY_PATCH, json(object)));
    }

    T mergePatch(ObjectKey key, Map<String, Object> patch, String fieldManager) {
        String query = "?fieldManager=" + encoded(fieldManager);
        return object(
                key,
                "patch",
                request(type.path(key.namespace(), key.name()) + query).method("PATCH", MERGE_PATCH, json(patch)));
    }

    T create(ObjectKey key, Map<String, Object> object, String fieldManager) {
        String query = "?fieldManager=" + encoded(fieldManager);
        return object(
                key,
                "create",
                request(type.collectionPath(key.namespace()) + query).method("POST", PLAIN, json(object)));
    }

    T update(ObjectKey key, Map<String, Object> object, String fieldManager) {
        String query = "?fieldManager=" + encoded(fieldManager);
        return object(
                key,
                "update",
                request(type.path(key.namespace(), key.name()) + query).method("PUT", PLAIN, json(object)));
    }

    /** The object, or null when there is none. */
    T get(ObjectKey key) {
        try {
            return object(key, "get", request(type.path(key.namespace(), key.name())));
        } catch (NotFoundException e) {
            return null;
        }
    }

    /**
     * Deletes the object as it was looked at: with this UID and this resourceVersion.
     *
     * @param uid null for whatever object has the name
     * @param resourceVersion null for whatever has become of the object
     * @throws ConflictException if it is another, or has changed since
     * @return what is left of it while finalizers keep it, or null when it is gone
     */
    T delete(ObjectKey key, String uid, String resourceVersion) {
        Map<String, Object> preconditions = new LinkedHashMap<>();
        preconditions.computeIfAbsent("uid", field -> uid);
        preconditions.computeIfAbsent("resourceVersion", field -> resourceVersion);
        Map<String, Object> options = preconditions.isEmpty() ? Map.of() : Map.of("preconditions", preconditions);
        try {
            byte[] answer = send(
                    key,
                    "delete",
                    request(type.path(key.namespace(), key.name())).method("DELETE", PLAIN, json(options)));
            // The answer is the object while finalizers keep it, else a Status or the object as it last was.
            boolean kept = !tree(key, "delete", answer)
                    .path("metadata")
                    .path("finalizers")
                    .isEmpty();
            return kept ? read(key, "delete", answer) : null;
        } catch (NotFoundException e) {
            return null;
        }
    }

    /** All objects of a namespace, or of the cluster when the namespace is null, read page by page. */
    List<T> list(String namespace, String labelSelector) {
        ObjectKey everything = new ObjectKey(namespace == null ? "*" : namespace, "*");
        ListClient<T> lists = new ListClient<>(client, type, form);
        List<T> all = new ArrayList<>();
        String next = null;
        do {
            ListReader.Page<T> page = await(
                    everything,
                    "list",
                    lists.page(new ListClient.Query(namespace, labelSelector, null, PAGE, next)),
                    ListClient.TIMEOUT);
            listener.answered();
            all.addAll(page.items());
            next = page.next();
        } while (next != null && !next.isEmpty());
        return all;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getMasterUrl() + path)
                .timeout(client.getConfiguration().getRequestTimeout(), TimeUnit.MILLISECONDS);
        if (form == PartialObjectMetadata.class) {
            builder.setHeader("Accept", MetadataClient.ACCEPT_OBJECT);
        }
        return builder;
    }

    private T object(ObjectKey key, String verb, HttpRequest.Builder request) {
        return read(key, verb, send(key, verb, request));
    }

    private byte[] send(ObjectKey key, String verb, HttpRequest.Builder request) {
        HttpResponse<byte[]> response =
                await(key, verb, client.getHttpClient().sendAsync(request.build(), byte[].class), timeout());
        if (response.isSuccessful()) {
            listener.answered();
            return response.body();
        }
        throw reported(KubernetesApiException.of(ErrorAnswer.of(response, response.body()), subject(verb, key)));
    }

    private Duration timeout() {
        return Duration.ofMillis(client.getConfiguration().getRequestTimeout());
    }

    private <R> R await(ObjectKey key, String verb, CompletableFuture<R> answer, Duration timeout) {
        try {
            // the client keeps the timeout itself
            return answer.get(timeout.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesApiException(subject(verb, key) + ": interrupted", e);
        } catch (TimeoutException e) {
            throw unanswered(key, verb, "no answer in time", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KubernetesApiException refusal) {
                throw reported(refusal);
            }
            String why = KubernetesApiException.connectionFailure(e.getCause());
            if (wasNotSent(e)) {
                throw new KubernetesApiException(subject(verb, key) + ": " + why, e.getCause());
            }
            throw unanswered(key, verb, why, e.getCause());
        }
    }

    private static boolean wasNotSent(ExecutionException failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(NotSentException.class::isInstance);
    }

    private KubernetesApiException unanswered(ObjectKey key, String verb, String why, Throwable cause) {
        return reported(KubernetesApiException.unanswered(subject(verb, key), why, cause));
    }

    private KubernetesApiException reported(KubernetesApiException failure) {
        if (failure.isUnavailable()) {
            listener.unavailable(failure.reason().replaceAll("\\s+", " ").strip(), failure.retryAfter());
        } else {
            listener.answered();
        }
        return failure;
    }

    private String subject(String verb, ObjectKey key) {
        return "cannot " + verb + " " + type.qualifiedName() + " " + key;
    }

    private T read(ObjectKey key, String verb, byte[] answer) {
        try {
            return client.getKubernetesSerialization().unmarshal(new ByteArrayInputStream(answer), form);
        } catch (RuntimeException e) {
            // what is not JSON is read as YAML, which fails in many ways
            throw KubernetesApiException.unreadable(subject(verb, key), "not a " + form.getSimpleName(), e);
        }
    }

    private JsonNode tree(ObjectKey key, String verb, byte[] answer) {
        try {
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw KubernetesApiException.unreadable(subject(verb, key), "not JSON", e);
        }
    }

    private static String json(Map<String, Object> object) {
        try {
            return Json.printable(object);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an object of the Kubernetes API", e);
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
