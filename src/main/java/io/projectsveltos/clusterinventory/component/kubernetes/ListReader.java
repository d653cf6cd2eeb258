package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteBufferFeeder;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.fabric8.kubernetes.api.model.ListMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses a list while it is received, one object after the other, so that at most one whole object is in memory next to the
 * parsed ones. The API server does not limit the size of a page's metadata, and most of it may belong to other users.
 *
 * @param <T> the objects
 */
final class ListReader<T> {

    /** Depth of the fields of the list, and of the objects in its array of items. */
    private static final int LIST_FIELDS_DEPTH = 1;

    private static final int ITEMS_DEPTH = 2;

    private final KubernetesSerialization serialization;
    private final Class<T> resourceClass;
    private final JsonParser parser;
    private final ByteBufferFeeder feeder;
    private final List<T> items = new ArrayList<>();
    private ListMeta metadata = new ListMeta();
    private String field;
    private int depth;
    private boolean complete;
    // the object that is buffered at the moment, and the depth at which it ends
    private TokenBuffer value;
    private int valueDepth;

    ListReader(KubernetesSerialization serialization, Class<T> resourceClass) throws IOException {
        this.serialization = serialization;
        this.resourceClass = resourceClass;
        this.parser = Json.FACTORY.createNonBlockingByteBufferParser();
        this.feeder = (ByteBufferFeeder) parser.getNonBlockingInputFeeder();
    }

    /**
     * Parses the next part of the list.
     *
     * @throws UnreadableException if it is not a list; the message has the position and never the content
     */
    void read(ByteBuffer part) throws IOException {
        try {
            feeder.feedInput(part);
            for (JsonToken token = parser.nextToken();
                    token != null && token != JsonToken.NOT_AVAILABLE;
                    token = parser.nextToken()) {
                accept(token);
            }
        } catch (JsonProcessingException e) {
            throw new UnreadableException("not JSON at byte " + e.getLocation().getByteOffset());
        }
    }

    /** The page, after all parts have been read. */
    Page<T> page() throws UnreadableException {
        if (!complete) {
            throw new UnreadableException("the list is incomplete");
        }
        return new Page<>(items, metadata.getResourceVersion(), metadata.getContinue());
    }

    private void accept(JsonToken token) throws IOException {
        if (token.isStructEnd()) {
            depth--;
        }
        if (value != null) {
            value.copyCurrentEvent(parser);
            finishValue(token);
        } else if (token == JsonToken.FIELD_NAME) {
            field = parser.currentName();
        } else if (token == JsonToken.START_OBJECT && isWanted()) {
            value = new TokenBuffer(parser);
            value.copyCurrentEvent(parser);
            valueDepth = depth;
        }
        if (token.isStructStart()) {
            depth++;
        }
        complete |= token == JsonToken.END_OBJECT && depth == 0;
    }

    private boolean isWanted() {
        return depth == LIST_FIELDS_DEPTH && "metadata".equals(field) || depth == ITEMS_DEPTH && "items".equals(field);
    }

    private void finishValue(JsonToken token) throws UnreadableException {
        if (token != JsonToken.END_OBJECT || depth != valueDepth) {
            return;
        }
        if (depth == LIST_FIELDS_DEPTH) {
            metadata = read(value, ListMeta.class);
        } else {
            items.add(read(value, resourceClass));
        }
        value = null;
    }

    private <R> R read(TokenBuffer object, Class<R> as) throws UnreadableException {
        try {
            return serialization.convertValue(object, as);
        } catch (IllegalArgumentException e) {
            throw new UnreadableException("item " + items.size() + " is not a " + as.getSimpleName());
        }
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
