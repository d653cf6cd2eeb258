package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.ObjectReader;
import io.fabric8.kubernetes.api.model.ListMeta;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Parses a list while it is received, one object after the other, so that at most one whole object is in memory next to the
 * parsed ones. The API server does not limit the size of a page's metadata, and most of it may belong to other users.
 *
 * @param <T> the objects
 */
final class ListReader<T> {

    private final ObjectReader reader;
    private final Class<T> resourceClass;
    private final List<T> items = new ArrayList<>();
    private ListMeta metadata = new ListMeta();

    ListReader(ObjectReader reader, Class<T> resourceClass) {
        this.reader = reader;
        this.resourceClass = resourceClass;
    }

    /**
     * Parses a list.
     *
     * @throws UnreadableException if it is not a list; the message has the position and never the content
     * @throws IOException if the list cannot be received
     */
    Page<T> read(InputStream list) throws IOException {
        try (JsonParser parser = Json.FACTORY.createParser(list)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UnreadableException("not a list");
            }
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                readField(field, parser);
            }
        } catch (JsonProcessingException e) {
            throw new UnreadableException(reason(e));
        }
        return new Page<>(items, metadata.getResourceVersion(), metadata.getContinue());
    }

    private void readField(String field, JsonParser value) throws IOException {
        if (field.equals("metadata") && value.isExpectedStartObjectToken()) {
            metadata = reader.forType(ListMeta.class).readValue(value);
        } else if (field.equals("items") && value.isExpectedStartArrayToken()) {
            while (value.nextToken() != JsonToken.END_ARRAY) {
                items.add(reader.forType(resourceClass).readValue(value));
            }
        } else {
            value.skipChildren();
        }
    }

    /** The message of the exception may quote the list. */
    private String reason(JsonProcessingException failure) {
        JsonParseException notJson = Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
                .filter(JsonParseException.class::isInstance)
                .map(JsonParseException.class::cast)
                .findFirst()
                .orElse(null);
        if (notJson == null) {
            return "item " + items.size() + " is not a " + resourceClass.getSimpleName();
        }
        return notJson instanceof JsonEOFException
                ? "the list is incomplete"
                : "not JSON at character " + notJson.getLocation().getCharOffset();
    }

    /** The response is not a list. */
    static final class UnreadableException extends IOException {

        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
    }

    /**
     * A page of a list.
     *
     * @param items its objects
     * @param resourceVersion the version of the whole list
     * @param continueToken the token of the next page, null or empty if this is the last one
     */
    record Page<T>(List<T> items, String resourceVersion, String continueToken) {}
}
