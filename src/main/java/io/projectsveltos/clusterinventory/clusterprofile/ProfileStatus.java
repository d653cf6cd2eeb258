package io.projectsveltos.clusterinventory.clusterprofile;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.projectsveltos.clusterinventory.component.kubernetes.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * The access providers that a cluster manager reports, and what registrations read of the rest, in as little memory as
 * possible: a status of ordinary size is kept as objects, and a large one as JSON text, because objects would take several
 * times as much memory; one that is too large is not kept at all.
 */
final class ProfileStatus {

    private static final ObjectMapper JSON = Json.newMapper();
    private static final Set<String> READ = Set.of("accessProviders", "credentialProviders");

    /** Bytes of JSON: many times the size of most profiles; larger ones are parsed again for each reconcile. */
    private static final int MAX_BYTES_AS_OBJECTS = 16 * 1024;

    /** Levels of nested objects and lists, which most parsers read recursively. */
    private static final int MAX_DEPTH = 100;

    private static final String CONDITIONS = "conditions";

    /** Characters of a property or version: the limit of v1alpha2, which v1alpha1 does not have. */
    private static final int MAX_INPUT_LENGTH = 1024;

    private static final Offers NONE = new Offers(List.of(), List.of(), List.of(), null);

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Offers(
            List<AccessProvider> accessProviders,
            List<AccessProvider> credentialProviders,
            List<Property> properties,
            Version version) {
        Offers {
            accessProviders = named(accessProviders);
            credentialProviders = named(credentialProviders);
            properties = withoutNull(properties);
        }

        private static List<AccessProvider> named(List<AccessProvider> entries) {
            return withoutNull(entries).stream()
                    .filter(entry -> entry.name() != null)
                    .toList();
        }

        private static <T> List<T> withoutNull(List<T> entries) {
            return entries == null
                    ? List.of()
                    : entries.stream().filter(Objects::nonNull).toList();
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Property(String name, String value) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Version(String kubernetes) {}

    private final Offers offers;
    private final byte[] text;
    private final boolean unreadable;
    private final ControlPlaneHealth health;

    private ProfileStatus(Offers offers, byte[] text, boolean unreadable, ControlPlaneHealth health) {
        this.offers = offers;
        this.text = text;
        this.unreadable = unreadable;
        this.health = health;
    }

    Offers offers() {
        try {
            return text == null ? offers : JSON.readValue(text, Offers.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isUnreadable() {
        return unreadable;
    }

    ControlPlaneHealth health() {
        return health;
    }

    /** Copies the access providers of a status while it is parsed, up to the limit. */
    static final class Reader extends JsonDeserializer<ProfileStatus> {

        private static final int DEFAULT_LIMIT = 256 * 1024;

        @Override
        public ProfileStatus deserialize(JsonParser status, DeserializationContext context) throws IOException {
            if (!status.isExpectedStartObjectToken()) {
                status.skipChildren();
                return unreadable(ControlPlaneHealth.UNKNOWN);
            }
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int limit = context.getAttribute(ClusterProfile.MAX_STATUS_BYTES) instanceof IntSupplier setting
                    ? setting.getAsInt()
                    : DEFAULT_LIMIT;
            ProfileInputs inputs = ProfileInputs.of(context);
            boolean tooLarge = false;
            ControlPlaneHealth health = ControlPlaneHealth.UNKNOWN;
            try (JsonGenerator copy = JSON.createGenerator(text)) {
                copy.writeStartObject();
                while (status.nextToken() == JsonToken.FIELD_NAME) {
                    if (status.currentName().equals(CONDITIONS)) {
                        status.nextToken();
                        health = ControlPlaneHealth.read(status);
                    } else if (!tooLarge && READ.contains(status.currentName())) {
                        tooLarge = !copyField(status, copy, text, limit);
                    } else if (inputs.keepStatus(status.currentName())) {
                        copyInput(status, copy, inputs, () -> text.size() + copy.getOutputBuffered() <= limit);
                    } else {
                        status.nextToken();
                        status.skipChildren();
                    }
                }
            }
            return tooLarge ? unreadable(health) : of(text.toByteArray(), health);
        }

        /**
         * The API server does not validate again what it has stored under an older definition, and one profile that cannot
         * be read would fail the list of all.
         */
        private static ProfileStatus of(byte[] text, ControlPlaneHealth health) throws IOException {
            try {
                Offers offers = JSON.readValue(text, Offers.class);
                return text.length > MAX_BYTES_AS_OBJECTS
                        ? new ProfileStatus(null, text, false, health)
                        : new ProfileStatus(offers, null, false, health);
            } catch (MismatchedInputException e) {
                return unreadable(health);
            }
        }

        private static ProfileStatus unreadable(ControlPlaneHealth health) {
            return new ProfileStatus(NONE, null, true, health);
        }

        /**
         * Copies the parts of a field that are kept: text of at most the length that v1alpha2 allows, once for each name, as
         * many as fit.
         */
        private static void copyInput(JsonParser from, JsonGenerator to, ProfileInputs inputs, BooleanSupplier fits)
                throws IOException {
            String field = from.currentName();
            from.nextToken();
            JsonNode value = JSON.readTree(from);
            if (field.equals("properties")) {
                to.writeArrayFieldStart(field);
                Set<String> names = new HashSet<>();
                for (JsonNode entry : value) {
                    if (fits.getAsBoolean()
                            && isShort(entry.path("value"))
                            && isShort(entry.path("name"))
                            && inputs.properties().test(entry.path("name").asText())
                            && names.add(entry.path("name").asText())) {
                        JSON.writeTree(to, entry);
                    }
                }
                to.writeEndArray();
            } else {
                to.writeObjectFieldStart(field);
                JsonNode version = value.path("kubernetes");
                to.writeStringField("kubernetes", isShort(version) ? version.textValue() : null);
                to.writeEndObject();
            }
        }

        private static boolean isShort(JsonNode value) {
            return value.isTextual() && value.textValue().length() <= MAX_INPUT_LENGTH;
        }

        /** Reads the whole field and copies it up to the limit; returns whether all of it fits. */
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
                    fits = depth <= MAX_DEPTH && text.size() + to.getOutputBuffered() <= limit;
                }
            } while (depth > 0);
            return fits;
        }
    }
}
