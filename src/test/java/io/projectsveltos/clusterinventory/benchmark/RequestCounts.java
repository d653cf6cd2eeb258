package io.projectsveltos.clusterinventory.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Requests, such as {@code patch secrets}, and how many there were. An apply is a patch, as in the audit log.
 *
 * @param byVerbAndResource sorted by name
 */
record RequestCounts(SortedMap<String, Integer> byVerbAndResource) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Counts the lines of an audit log. A request that is answered in one piece counts when it is complete; a watch, which
     * may last, when its response has started.
     */
    static RequestCounts count(Stream<String> auditLog, String user) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        auditLog.map(RequestCounts::parse)
                .filter(event -> event.at("/user/username").asText().equals(user))
                .filter(RequestCounts::isCounted)
                .forEach(event -> counts.merge(name(event), 1, Integer::sum));
        return new RequestCounts(counts);
    }

    int total() {
        return byVerbAndResource.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static boolean isCounted(JsonNode event) {
        boolean watch = event.path("verb").asText().equals("watch");
        return event.path("stage").asText().equals(watch ? "ResponseStarted" : "ResponseComplete");
    }

    private static String name(JsonNode event) {
        String verb = event.path("verb").asText();
        JsonNode object = event.path("objectRef");
        if (object.isMissingNode()) {
            // discovery, /version and the like
            return verb + " (no resource)";
        }
        String subresource = object.path("subresource").asText();
        return verb + " " + object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource);
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a line of an audit log: " + line, e);
        }
    }
}
