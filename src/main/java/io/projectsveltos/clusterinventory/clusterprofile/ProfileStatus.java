package io.projectsveltos.clusterinventory.clusterprofile;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.component.kubernetes.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * What a cluster manager has reported, in as little memory as can be: a status of the usual size as objects, a large one as
 * the text that it was, of which the objects would take several times as much, and nothing of one that is too large.
 */
final class ProfileStatus {

    private static final ObjectMapper JSON = Json.newMapper();
    private static final Set<String> READ = Set.of("accessProviders", "credentialProviders");

    /** Bytes of JSON: what most profiles have many times over, and read again for each round. */
    private static final int MAX_BYTES_AS_OBJECTS = 16 * 1024;

    /** Levels of objects and lists in each other, which others would read with a call in a call for each. */
    private static final int DEEPEST = 100;

    private static final Offers NONE = new Offers(List.of(), List.of());

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Offers(List<AccessProvider> accessProviders, List<AccessProvider> credentialProviders) {
        Offers {
            accessProviders = withoutNull(accessProviders);
            credentialProviders = withoutNull(credentialProviders);
        }

        private static List<AccessProvider> withoutNull(List<AccessProvider> entries) {
            return entries == null
                    ? List.of()
                    : entries.stream().filter(Objects::nonNull).toList();
        }
    }

    private final Offers offers;
    private final byte[] text;
    private final boolean tooLarge;

    private ProfileStatus(Offers offers, byte[] text, boolean tooLarge) {
        this.offers = offers;
        this.text = text;
        this.tooLarge = tooLarge;
    }

    Offers offers() {
        try {
            return text == null ? offers : JSON.readValue(text, Offers.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isTooLarge() {
        return tooLarge;
    }

    /** Takes a status down while it is read, as far as the limit. */
    static final class Reader extends JsonDeserializer<ProfileStatus> {

        private static final int DEFAULT_LIMIT = 256 * 1024;

        @Override
        public ProfileStatus deserialize(JsonParser status, DeserializationContext context) throws IOException {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int limit = context.getAttribute(ClusterProfile.MAX_STATUS_BYTES) instanceof IntSupplier setting
                    ? setting.getAsInt()
                    : DEFAULT_LIMIT;
            boolean tooLarge = false;
            try (JsonGenerator copy = JSON.createGenerator(text)) {
                copy.writeStartObject();
                while (status.nextToken() == JsonToken.FIELD_NAME) {
                    if (tooLarge || !READ.contains(status.currentName())) {
                        status.nextToken();
                        status.skipChildren();
                    } else {
                        tooLarge = !copyField(status, copy, text, limit);
                    }
                }
            }
            if (tooLarge) {
                return new ProfileStatus(NONE, null, true);
            }
            return text.size() > MAX_BYTES_AS_OBJECTS
                    ? new ProfileStatus(null, text.toByteArray(), false)
                    : new ProfileStatus(JSON.readValue(text.toByteArray(), Offers.class), null, false);
        }

        /** Reads all of the field, and copies as much as may be. */
        private static boolean copyField(JsonParser from, JsonGenerator to, ByteArrayOutputStream text, int limit)
                throws IOException {
            to.copyCurrentEvent(from);
            boolean fits = true;
            int depth = 0;
            do {
                JsonToken token = from.nextToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (fits) {
                    to.copyCurrentEvent(from);
                    fits = depth <= DEEPEST && text.size() + to.getOutputBuffered() <= limit;
                }
            } while (depth > 0);
            return fits;
        }
    }
}
