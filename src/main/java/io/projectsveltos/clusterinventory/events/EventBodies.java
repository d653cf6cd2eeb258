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
import org.apache.camel.ExchangeProperty;

/**
 * Events as the API takes them (events.k8s.io/v1). The name follows from the profile and the text, so that after a restart
 * the same is the same Event.
 */
public final class EventBodies {

    /** A MicroTime has six digits, no more and no less. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern END_OF_NO_LABEL = Pattern.compile("[.-]+$");

    private static final int LONGEST_NAME_PREFIX = 200;
    private static final int LONGEST_INSTANCE = 128;

    /** Bad request, no right to it, no such namespace, invalid. */
    private static final Set<Integer> REFUSED = Set.of(400, 403, 404, 422);

    private final String instance;

    /**
     * Makes it.
     *
     * @param instance the name of this process, such as the pod's
     */
    public EventBodies(String instance) {
        this.instance = shortened(instance, LONGEST_INSTANCE);
    }

    /**
     * What to send.
     *
     * @param telling the request
     * @return the body of a create, a merge patch that counts up, or the metadata alone to read the Event by
     */
    public Map<String, Object> body(@ExchangeProperty("telling") EventRequest telling) {
        return switch (telling.step()) {
            case CREATE -> created(telling);
            case READ -> Map.of("metadata", metadata(telling));
            case COUNT_UP -> Map.of("metadata", metadata(telling), "series", series(telling.count(), telling.seen()));
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

    private Map<String, Object> created(EventRequest telling) {
        ObjectReference regarding = telling.regarding();
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("apiVersion", "events.k8s.io/v1");
        event.put("kind", "Event");
        event.put("metadata", metadata(telling));
        event.put("eventTime", MICRO_TIME.format(telling.since()));
        event.put("reportingController", "clusterinventory-camel");
        event.put("reportingInstance", instance);
        event.put("action", "Reconcile");
        event.put("reason", telling.reason().name());
        event.put("type", telling.reason().type().name());
        event.put("note", telling.message());
        event.put(
                "regarding",
                Map.of(
                        "apiVersion", regarding.apiVersion(),
                        "kind", regarding.kind(),
                        "namespace", regarding.key().namespace(),
                        "name", regarding.key().name(),
                        "uid", regarding.uid()));
        if (telling.count() > 1) {
            event.put("series", series(telling.count(), telling.seen()));
        }
        return event;
    }

    private static Map<String, Object> series(int count, Instant seen) {
        return Map.of("count", count, "lastObservedTime", MICRO_TIME.format(seen));
    }

    private static Map<String, Object> metadata(EventRequest telling) {
        return Map.of("namespace", telling.regarding().key().namespace(), "name", name(telling));
    }

    private static String name(EventRequest telling) {
        String text =
                String.join("\n", telling.regarding().uid(), telling.reason().name(), telling.message());
        String profile = shortened(telling.regarding().key().name(), LONGEST_NAME_PREFIX);
        // each part between dots has to end in a letter or digit, which one that was cut may not
        return END_OF_NO_LABEL.matcher(profile).replaceFirst("") + "."
                + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }
}
