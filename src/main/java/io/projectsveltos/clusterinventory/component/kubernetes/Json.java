package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

/** Reads and writes JSON that is not trusted: any user may have written it to the API server. */
public final class Json {

    /**
     * The API server stores field names of any length and objects nested up to 10,000 levels. One object that cannot be read
     * would make the whole list fail.
     */
    private static final StreamReadConstraints API_SERVER_LIMITS = StreamReadConstraints.builder()
            .maxNameLength(Integer.MAX_VALUE)
            .maxNestingDepth(20_000)
            .build();

    /**
     * Does not cache field names. By default Jackson keeps them for the next document, because they are usually the same;
     * but the names in the data of other users' Secrets differ, and would stay in memory indefinitely.
     */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(API_SERVER_LIMITS)
            .build();

    /**
     * The API server parses the body of an apply as YAML, whatever its content type is. YAML folds U+0085 into a space and
     * refuses characters that are not printable; a JSON escape is also valid in YAML.
     */
    private static final ObjectWriter PRINTABLE = newMapper().writer(new NonPrintableEscapes());

    private Json() {}

    /**
     * Writes JSON in printable ASCII, except for characters above U+FFFF: they are printable, and their JSON escape, a
     * surrogate pair, is not valid in YAML.
     *
     * @param value a value that Jackson can write
     */
    static String printable(Object value) throws JsonProcessingException {
        return PRINTABLE.writeValueAsString(value);
    }

    /**
     * A mapper that does not cache field names.
     *
     * @return a new mapper, which may be configured further
     */
    public static ObjectMapper newMapper() {
        return new ObjectMapper(FACTORY);
    }

    private static final class NonPrintableEscapes extends CharacterEscapes {

        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7F;

        private final int[] ascii = standardAsciiEscapesForJSON();

        NonPrintableEscapes() {
            ascii[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return character <= DELETE || Character.isSurrogate((char) character)
                    ? null
                    : new SerializedString("\\u%04X".formatted(character));
        }
    }
}
