package io.projectsveltos.clusterinventory.wiring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.model.RouteDefinition;

/** A digest of what a route does: without comments, layout, description and note, and in any order of the fields. */
final class RouteDigest {

    private static final int BYTES = 6;
    private static final Pattern DIGEST = Pattern.compile("\\b[0-9a-f]{" + 2 * BYTES + "}\\b");

    private RouteDigest() {}

    static String of(RouteDefinition route) {
        try (InputStream file = route.getResource().getInputStream()) {
            for (JsonNode candidate : new YAMLMapper().readTree(file).findValues("route")) {
                if (candidate.path("id").asText().equals(route.getRouteId())) {
                    return of(candidate);
                }
            }
            throw new IllegalStateException(route.getRouteId() + " is not in its file");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String of(JsonNode route) throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
        Map<?, ?> fields = json.convertValue(route, Map.class);
        fields.remove("description");
        fields.remove("note");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(json.writeValueAsString(fields).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The digest in a note, or null. */
    static String in(String note) {
        Matcher found = DIGEST.matcher(note == null ? "" : note);
        return found.find() ? found.group() : null;
    }
}
