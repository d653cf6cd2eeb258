package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metadata of objects that are in memory by the thousand: the identity of an object, and a bounded part of the labels,
 * annotations and managed fields, which any user may write. Everything else is skipped while it is read.
 *
 * @param meta the metadata without managed fields, unknown fields and owner references other than the controller's, and
 *     without the labels and annotations that exceed the limits: values of more than 4,096 characters, and everything after
 *     the first 32,768 characters of the labels and of the annotations.
 *     {@code kubectl.kubernetes.io/last-applied-configuration} is never kept.
 * @param managedFields the field ownership
 */
@JsonDeserialize(using = CompactMetadata.Reader.class)
public record CompactMetadata(ObjectMeta meta, ManagedFields managedFields) {

    private static final ObjectMapper JSON = Json.newMapper();

    /** Characters. Values for controllers and users are shorter; values that tools store for themselves are longer. */
    private static final int MAX_VALUE_LENGTH = 4 * 1024;

    /** Characters of all keys and values: several hundred labels. */
    private static final int MAX_TOTAL_LENGTH = 32 * 1024;

    /** Characters of a name in an owner reference; the API server does not limit them. */
    private static final int MAX_NAME_LENGTH = 253;

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /**
     * Reduces metadata that was not read by {@link Reader}.
     *
     * @param whole the metadata; it is not changed
     * @return a copy of what is kept
     */
    public static CompactMetadata of(ObjectMeta whole) {
        return JSON.convertValue(whole, CompactMetadata.class);
    }

    /** Reads the metadata, without building what it drops. */
    static final class Reader extends JsonDeserializer<CompactMetadata> {

        @Override
        public CompactMetadata deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return read(parser, true);
        }
    }

    /** Reads the metadata, and skips the managed fields and the owner too. */
    public static final class ReaderWithoutManagedFields extends JsonDeserializer<ObjectMeta> {

        @Override
        public ObjectMeta deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return read(parser, false).meta();
        }
    }

    private static CompactMetadata read(JsonParser parser, boolean withManagedFields) throws IOException {
        require(parser.isExpectedStartObjectToken(), parser);
        ObjectMeta meta = new ObjectMeta();
        ManagedFields managedFields = ManagedFields.NONE;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            if (withManagedFields && field.equals("managedFields")) {
                managedFields = ManagedFieldsReader.BOUNDED.read(parser);
            } else if (withManagedFields && field.equals("ownerReferences")) {
                meta.setOwnerReferences(controllers(parser));
            } else {
                readField(field, parser, meta);
            }
        }
        return new CompactMetadata(meta, managedFields);
    }

    private static void readField(String field, JsonParser value, ObjectMeta meta) throws IOException {
        switch (field) {
            case "namespace" -> meta.setNamespace(text(value));
            case "name" -> meta.setName(text(value));
            case "generateName" -> meta.setGenerateName(text(value));
            case "uid" -> meta.setUid(text(value));
            case "resourceVersion" -> meta.setResourceVersion(text(value));
            case "generation" -> meta.setGeneration(Long.valueOf(text(value)));
            case "creationTimestamp" -> meta.setCreationTimestamp(text(value));
            case "deletionTimestamp" -> meta.setDeletionTimestamp(text(value));
            case "finalizers" -> meta.setFinalizers(texts(value));
            case "labels" -> meta.setLabels(bounded(value));
            case "annotations" -> meta.setAnnotations(bounded(value));
            default -> value.skipChildren();
        }
    }

    /** The reference to the controller, of which the API server allows one, without values longer than names are. */
    private static List<OwnerReference> controllers(JsonParser parser) throws IOException {
        require(parser.isExpectedStartArrayToken(), parser);
        List<OwnerReference> kept = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            OwnerReference owner = owner(parser);
            if (Boolean.TRUE.equals(owner.getController())) {
                kept.add(owner);
            }
        }
        return kept;
    }

    private static OwnerReference owner(JsonParser parser) throws IOException {
        require(parser.isExpectedStartObjectToken(), parser);
        OwnerReference owner = new OwnerReference();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            if (parser.getTextLength() > MAX_NAME_LENGTH) {
                parser.skipChildren();
                continue;
            }
            switch (field) {
                case "apiVersion" -> owner.setApiVersion(text(parser));
                case "kind" -> owner.setKind(text(parser));
                case "name" -> owner.setName(text(parser));
                case "uid" -> owner.setUid(text(parser));
                case "controller" -> owner.setController(parser.currentToken() == JsonToken.VALUE_TRUE);
                default -> parser.skipChildren();
            }
        }
        return owner;
    }

    private static List<String> texts(JsonParser parser) throws IOException {
        require(parser.isExpectedStartArrayToken(), parser);
        List<String> all = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            all.add(text(parser));
        }
        return all;
    }

    private static Map<String, String> bounded(JsonParser parser) throws IOException {
        require(parser.isExpectedStartObjectToken(), parser);
        Map<String, String> kept = new LinkedHashMap<>();
        int left = MAX_TOTAL_LENGTH;
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            if (left < 0 || key.equals(LAST_APPLIED) || parser.getTextLength() > MAX_VALUE_LENGTH) {
                parser.skipChildren();
                continue;
            }
            String value = text(parser);
            left -= key.length() + value.length();
            if (left >= 0) {
                kept.put(key, value);
            }
        }
        return kept;
    }

    private static String text(JsonParser parser) throws IOException {
        require(parser.currentToken().isScalarValue(), parser);
        return parser.getValueAsString("");
    }

    private static void require(boolean expected, JsonParser parser) throws IOException {
        if (!expected) {
            throw MismatchedInputException.from(parser, CompactMetadata.class, "metadata with a field of another type");
        }
    }
}
