package io.projectsveltos.clusterinventory.credential.golang;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a JSON object as Go decodes them into a struct (encoding/json, and the case-sensitive sigs.k8s.io/json): an
 * absent field or null is the zero value, a value of another type is an error, and nothing is converted.
 */
public final class GoFields {

    private final JsonNode object;

    /** Where the object is, for messages. */
    private final String path;

    private GoFields(JsonNode object, String path) throws UnreadableException {
        if (!object.isObject() && !isZero(object)) {
            throw UnreadableException.refused((path.isEmpty() ? "" : "has '" + path + "' that ") + "is not an object");
        }
        this.object = object;
        this.path = path;
    }

    public static GoFields of(JsonNode document) throws UnreadableException {
        return new GoFields(document, "");
    }

    public String text(String field) throws UnreadableException {
        JsonNode value = object.path(field);
        expect(value.isTextual() || isZero(value), field, "text");
        return value.asText("");
    }

    public boolean flag(String field) throws UnreadableException {
        JsonNode value = object.path(field);
        expect(value.isBoolean() || isZero(value), field, "true or false");
        return value.booleanValue();
    }

    public byte[] bytes(String field) throws UnreadableException {
        JsonNode value = object.path(field);
        if (value.isArray()) {
            throw UnreadableException.undecided("has '" + at(field) + "' that is a list of bytes");
        }
        try {
            return GoBase64.decode(text(field));
        } catch (IllegalArgumentException e) {
            throw wrong(field, "base64");
        }
    }

    public GoFields object(String field) throws UnreadableException {
        return new GoFields(object.path(field), at(field));
    }

    public List<GoFields> objects(String field) throws UnreadableException {
        JsonNode value = object.path(field);
        expect(value.isArray() || isZero(value), field, "a list");
        List<GoFields> items = new ArrayList<>();
        for (JsonNode item : value) {
            items.add(new GoFields(item, at(field)));
        }
        return items;
    }

    /** Objects with unique {@code name}s: client-go turns the list into a map. */
    public List<GoFields> named(String field) throws UnreadableException {
        List<GoFields> items = objects(field);
        Set<String> names = new HashSet<>();
        for (GoFields item : items) {
            if (!names.add(item.text("name"))) {
                throw UnreadableException.refused("has two entries with the same name in '" + at(field) + "'");
            }
        }
        return items;
    }

    /** The elements of a list of strings; null is the empty string. */
    public List<String> texts(String field) throws UnreadableException {
        JsonNode value = object.path(field);
        expect(value.isArray() || isZero(value), field, "a list");
        List<String> texts = new ArrayList<>();
        for (JsonNode item : value) {
            expect(item.isTextual() || item.isNull(), field, "a list of text");
            texts.add(item.asText(""));
        }
        return texts;
    }

    /** The names of all fields that are present. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    public boolean has(String field) {
        return !isZero(object.path(field));
    }

    /**
     * A field that identifies the kind of the object ({@code SimpleMetaFactory.Interpret}). Unlike all other fields it is
     * case-insensitive, and the last of several wins.
     */
    public String typeMeta(String field) throws UnreadableException {
        String found = "";
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (each.getKey().equalsIgnoreCase(field) && !each.getValue().isNull()) {
                expect(each.getValue().isTextual(), field, "text");
                found = each.getValue().textValue();
            }
        }
        return found;
    }

    private String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    private void expect(boolean condition, String field, String type) throws UnreadableException {
        if (!condition) {
            throw wrong(field, type);
        }
    }

    private UnreadableException wrong(String field, String type) {
        return UnreadableException.refused("has '" + at(field) + "' that is not " + type);
    }

    private static boolean isZero(JsonNode value) {
        return value instanceof NullNode || value instanceof MissingNode;
    }
}
