package io.projectsveltos.clusterinventory.events;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.apache.camel.component.kubernetes.KubernetesConstants;

/**
 * Builds the bodies of requests about Events (events.k8s.io/v1). The name is derived from the profile and the message, so
 * that after a restart the same message is the same Event.
 */
public final class EventBodies {

    /** A MicroTime has exactly six digits after the second. */
    private static final DateTimeFormatter MICRO_TIME =
            new DateTimeFormatterBuilder().appendInstant(6).toFormatter();

    private static final Pattern INVALID_NAME_END = Pattern.compile("[.-]+$");

    private static final int MAX_NAME_PREFIX = 200;
    private static final int MAX_INSTANCE_LENGTH = 128;

    private final String instance;

    /**
     * Builds bodies with this process as the reporter.
     *
     * @param instance the name of this process, such as its pod's
     */
    public EventBodies(String instance) {
        this.instance = truncate(instance, MAX_INSTANCE_LENGTH);
    }

    /**
     * Prepares a message to the Kubernetes component: sets the operation.
     *
     * @param request the request
     * @param headers the headers of the message
     * @return its {@link #body}
     */
    public Map<String, Object> prepare(
            @Variable("eventRequest") EventRequest request, @Headers Map<String, Object> headers) {
        headers.put(KubernetesConstants.KUBERNETES_OPERATION, request.operation());
        return body(request);
    }

    /**
     * The body of a request.
     *
     * @param request the request
     * @return the whole Event to create, a merge patch of its series, or only the metadata that names it for a GET
     */
    Map<String, Object> body(EventRequest request) {
        return switch (request.verb()) {
            case CREATE -> newEvent(request);
            case GET -> Map.of("metadata", metadata(request));
            case PATCH -> Map.of("metadata", metadata(request), "series", series(request.count(), request.lastSeen()));
        };
    }

    private Map<String, Object> newEvent(EventRequest request) {
        ObjectReference regarding = request.regarding();
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("apiVersion", "events.k8s.io/v1");
        event.put("kind", "Event");
        event.put("metadata", metadata(request));
        event.put("eventTime", MICRO_TIME.format(request.firstSeen()));
        event.put("reportingController", "clusterinventory-camel");
        event.put("reportingInstance", instance);
        event.put("action", "Reconcile");
        event.put("reason", request.reason().name());
        event.put("type", request.reason().type().name());
        event.put("note", request.message());
        event.put(
                "regarding",
                Map.of(
                        "apiVersion", regarding.apiVersion(),
                        "kind", regarding.kind(),
                        "namespace", regarding.key().namespace(),
                        "name", regarding.key().name(),
                        "uid", regarding.uid()));
        if (request.count() > 1) {
            event.put("series", series(request.count(), request.lastSeen()));
        }
        return event;
    }

    private static Map<String, Object> series(int count, Instant lastSeen) {
        return Map.of("count", count, "lastObservedTime", MICRO_TIME.format(lastSeen));
    }

    private static Map<String, Object> metadata(EventRequest request) {
        return Map.of("namespace", request.regarding().key().namespace(), "name", name(request));
    }

    private static String name(EventRequest request) {
        String text =
                String.join("\n", request.regarding().uid(), request.reason().name(), request.message());
        String profile = truncate(request.regarding().key().name(), MAX_NAME_PREFIX);
        // a truncated name may end in a character that no part of a name may end in
        return INVALID_NAME_END.matcher(profile).replaceFirst("") + "."
                + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String truncate(String text, int maxLength) {
        return text.length() <= maxLength ? text : text.substring(0, maxLength);
    }
}
