package io.projectsveltos.clusterinventory.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.projectsveltos.clusterinventory.component.kubernetes.Json;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request for objects, taken apart.
 *
 * @param resource API version and plural as in the path, such as "apis/lib.projectsveltos.io/v1beta1/sveltosclusters"
 * @param namespace null for all namespaces and for cluster-scoped objects
 * @param name null for the collection
 * @param status whether the status subresource is asked for
 */
record ApiRequest(
        String method,
        String resource,
        String namespace,
        String name,
        boolean status,
        Map<String, String> query,
        Map<String, String> headers,
        JsonNode body) {

    private static final ObjectMapper JSON = Json.newMapper();
    private static final Pattern PATH =
            Pattern.compile("/(api/v1|apis/[^/]+/[^/]+)(?:/namespaces/([^/]+))?/([^/]+)(?:/([^/]+))?(/status)?");

    static ApiRequest of(RecordedRequest request) {
        return of(request.getMethod(), request.getPath(), request::getHeader, request.getUtf8Body());
    }

    static ApiRequest of(String method, String pathAndQuery, UnaryOperator<String> header, String body) {
        URI uri = URI.create(pathAndQuery);
        Matcher path = PATH.matcher(uri.getPath());
        if (!path.matches()) {
            throw new ApiFailure(404, "the mock serves nothing at " + uri.getPath());
        }
        Map<String, String> headers = new HashMap<>();
        for (String name : new String[] {"Accept", "Content-Type", "User-Agent"}) {
            String value = header.apply(name);
            headers.put(name, value == null ? "" : value);
        }
        return new ApiRequest(
                method,
                path.group(1) + "/" + path.group(3),
                path.group(2),
                path.group(4),
                path.group(5) != null,
                parseQuery(uri.getRawQuery()),
                headers,
                parseBody(body));
    }

    String apiVersion() {
        String[] parts = resource.split("/");
        return parts[0].equals("api") ? parts[1] : parts[1] + "/" + parts[2];
    }

    String fieldManager() {
        return query.getOrDefault("fieldManager", headers.get("User-Agent").split("/")[0]);
    }

    boolean watch() {
        return method.equals("GET")
                && (query("watch").equals("true") || query("watch").equals("1"));
    }

    String query(String parameter) {
        return query.getOrDefault(parameter, "");
    }

    /** Whether an object is one of those that this request lists or watches. */
    boolean selects(ObjectStore.Key key, JsonNode object) {
        return key.resource().equals(resource)
                && (namespace == null || namespace.equals(key.namespace()))
                && matches(
                        query("labelSelector"),
                        label -> text(object.at("/metadata/labels").get(label)))
                && matches(query("fieldSelector"), field -> text(object.at("/" + field.replace('.', '/'))));
    }

    /** The object or list in the form that the client asked for: whole, or its metadata only. */
    JsonNode represent(ObjectNode whole) {
        if (!headers.get("Accept").contains("as=PartialObjectMetadata") || !whole.has("metadata")) {
            return whole;
        }
        ObjectNode partial = JSON.createObjectNode().put("apiVersion", "meta.k8s.io/v1");
        partial.put("kind", whole.has("items") ? "PartialObjectMetadataList" : "PartialObjectMetadata");
        partial.set("metadata", whole.get("metadata"));
        if (whole.has("items")) {
            ArrayNode items = partial.putArray("items");
            whole.get("items").forEach(item -> items.add(represent((ObjectNode) item)));
        }
        return partial;
    }

    private static boolean matches(String selector, UnaryOperator<String> values) {
        if (selector.contains("(")) {
            throw new ApiFailure(400, "the mock knows no set-based selectors: " + selector);
        }
        for (String requirement : selector.isEmpty() ? new String[0] : selector.split(",")) {
            String[] sides = requirement.split("!=|==?", 2);
            String actual = values.apply(sides[0].replace("!", ""));
            boolean met = sides.length == 2 ? sides[1].equals(actual) : actual != null;
            if (met == requirement.contains("!")) {
                return false;
            }
        }
        return true;
    }

    private static String text(JsonNode node) {
        return node == null || node.isMissingNode() ? null : node.asText();
    }

    private static Map<String, String> parseQuery(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String parameter : raw == null ? new String[0] : raw.split("&")) {
            String[] sides = parameter.split("=", 2);
            query.put(sides[0], sides.length == 1 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private static JsonNode parseBody(String body) {
        try {
            return body == null || body.isEmpty() ? JsonNodeFactory.instance.objectNode() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new ApiFailure(400, "the mock reads JSON only: " + e.getMessage());
        }
    }
}
