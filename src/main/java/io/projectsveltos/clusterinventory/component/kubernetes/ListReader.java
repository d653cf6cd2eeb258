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
 * Reads a list while it comes in, one object after the other: what is in memory is what is kept of the objects so far, and
 * one whole object. The API server does not bound the metadata of a page, and most of it may be other people's.
 *
 * @param <T> the objects
 */
final class ListReader<T> {

    /** The list is an object, and its items are an array in it. */
    private static final int FIELDS_OF_LIST = 1;

    private static final int ITEMS = 2;

    private final KubernetesSerialization serialization;
    private final Class<T> form;
    private final JsonParser parser;
    private final ByteBufferFeeder feeder;
    private final List<T> items = new ArrayList<>();
    private ListMeta metadata = new ListMeta();
    private String field;
    private int depth;
    private boolean complete;
    // what is being read as a whole, and how deep its end is
    private TokenBuffer value;
    private int valueDepth;

    ListReader(KubernetesSerialization serialization, Class<T> form) throws IOException {
        this.serialization = serialization;
        this.form = form;
        this.parser = Json.FACTORY.createNonBlockingByteBufferParser();
        this.feeder = (ByteBufferFeeder) parser.getNonBlockingInputFeeder();
    }

    /**
     * Takes the next part of the list.
     *
     * @throws UnreadableException if it is not one; says where, and nothing of the content
     */
    void read(ByteBuffer part) throws IOException {
        try {
            feeder.feedInput(part);
            for (JsonToken token = parser.nextToken();
                    token != null && token != JsonToken.NOT_AVAILABLE;
                    token = parser.nextToken()) {
                take(token);
            }
        } catch (JsonProcessingException e) {
            throw new UnreadableException("not JSON at byte " + e.getLocation().getByteOffset());
        }
    }

    /** What has been read, once all parts have been. */
    Page<T> page() throws UnreadableException {
        if (!complete) {
            throw new UnreadableException("the list ends in its middle");
        }
        return new Page<>(items, metadata.getResourceVersion(), metadata.getContinue());
    }

    private void take(JsonToken token) throws IOException {
        if (token.isStructEnd()) {
            depth--;
        }
        if (value != null) {
            value.copyCurrentEvent(parser);
            finishAtItsEnd(token);
        } else if (token == JsonToken.FIELD_NAME) {
            field = parser.currentName();
        } else if (token == JsonToken.START_OBJECT && isRead()) {
            value = new TokenBuffer(parser);
            value.copyCurrentEvent(parser);
            valueDepth = depth;
        }
        if (token.isStructStart()) {
            depth++;
        }
        complete |= token == JsonToken.END_OBJECT && depth == 0;
    }

    private boolean isRead() {
        return depth == FIELDS_OF_LIST && "metadata".equals(field) || depth == ITEMS && "items".equals(field);
    }

    private void finishAtItsEnd(JsonToken token) throws UnreadableException {
        if (token != JsonToken.END_OBJECT || depth != valueDepth) {
            return;
        }
        if (depth == FIELDS_OF_LIST) {
            metadata = read(value, ListMeta.class);
        } else {
            items.add(read(value, form));
        }
        value = null;
    }

    private <R> R read(TokenBuffer whole, Class<R> as) throws UnreadableException {
        try {
            return serialization.convertValue(whole, as);
        } catch (IllegalArgumentException e) {
            throw new UnreadableException("item " + items.size() + " is not a " + as.getSimpleName());
        }
    }

    /** What came in is not a list. */
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
     * @param resourceVersion the version that the whole list is of
     * @param next where the next page begins, null or empty after the last
     */
    record Page<T>(List<T> items, String resourceVersion, String next) {}
}
