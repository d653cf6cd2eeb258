package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;

/**
 * Events as the API takes them (events.k8s.io/v1). The name follows from the profile and the text, so that after a restart
 * the same is the same Event.
 */
public final class EventBodies {

    /** A MicroTime has six digits, no more and no less. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern END_OF_NO_LABEL = Pattern.compile("[.-]+$");

    private static final int MAX_NAME_PREFIX = 200;
    private static final int MAX_INSTANCE_LENGTH = 128;

    /** Bad request, no right to it, no such namespace, invalid. */
    private static final Set<Integer> REFUSED = Set.of(400, 403, 404, 422);

    private final String instance;

    /**
     * Makes it.
     *
     * @param instance the name of this process, such as the pod's
     */
    public EventBodies(String instance) {
        this.instance = shortened(instance, MAX_INSTANCE_LENGTH);
    }

    /**
     * What to send.
     *
     * @param request the request
     * @return the body of a create, a merge patch that counts up, or the metadata alone to read the Event by
     */
    public Map<String, Object> body(@Variable("eventRequest") EventRequest request) {
        return switch (request.verb()) {
            case CREATE -> created(request);
            case GET -> Map.of("metadata", metadata(request));
            case PATCH -> Map.of("metadata", metadata(request), "series", series(request.count(), request.seen()));
        };
    }

    /**
     * Whether the API server would refuse it the next time too.
     *
     * @param refusal what it answered
     * @return false when trying again may help
     */
    public boolean isRefused(@ExchangeException KubernetesApiException refusal) {
        return REFUSED.contains(refusal.code());
    }

    private Map<String, Object> created(EventRequest request) {
        ObjectReference regarding = request.regarding();
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("apiVersion", "events.k8s.io/v1");
        event.put("kind", "Event");
        event.put("metadata", metadata(request));
        event.put("eventTime", MICRO_TIME.format(request.since()));
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
            event.put("series", series(request.count(), request.seen()));
        }
        return event;
    }

    private static Map<String, Object> series(int count, Instant seen) {
        return Map.of("count", count, "lastObservedTime", MICRO_TIME.format(seen));
    }

    private static Map<String, Object> metadata(EventRequest request) {
        return Map.of("namespace", request.regarding().key().namespace(), "name", name(request));
    }

    private static String name(EventRequest request) {
        String text =
                String.join("\n", request.regarding().uid(), request.reason().name(), request.message());
        String profile = shortened(request.regarding().key().name(), MAX_NAME_PREFIX);
        // each part between dots has to end in a letter or digit, which one that was cut may not
        return END_OF_NO_LABEL.matcher(profile).replaceFirst("") + "."
                + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }
}
