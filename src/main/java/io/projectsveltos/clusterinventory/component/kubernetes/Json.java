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

/** How JSON is read that may come from anybody. */
public final class Json {

    /**
     * The API server stores names of any length, and objects in objects down to 10,000. One object that could not be read
     * would keep all others from being listed.
     */
    private static final StreamReadConstraints AS_THE_API_SERVER = StreamReadConstraints.builder()
            .maxNameLength(Integer.MAX_VALUE)
            .maxNestingDepth(20_000)
            .build();

    /**
     * Keeps no field name once it is read. Jackson's default remembers names for the next document, as they are usually the
     * same; those of the data of other people's Secrets are not, and would stay for ever.
     */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(AS_THE_API_SERVER)
            .build();

    /**
     * The body of an apply is read as YAML, whatever its type says. YAML folds U+0085 into a blank and refuses what is not
     * printable; an escape of JSON is an escape of YAML too.
     */
    private static final ObjectWriter PRINTABLE = newMapper().writer(new NonPrintableEscapes());

    private Json() {}

    /**
     * Writes JSON of printable ASCII alone, but for what is beyond U+FFFF: that is printable, and JSON's escape for it, a pair
     * of surrogates, is none in YAML.
     *
     * @param value what Jackson can write
     */
    static String printable(Object value) throws JsonProcessingException {
        return PRINTABLE.writeValueAsString(value);
    }

    /**
     * Makes a mapper that remembers no field names.
     *
     * @return a mapper, to be configured further
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
            return ascii.clone();
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return character <= DELETE || Character.isSurrogate((char) character)
                    ? null
                    : new SerializedString("\\u%04X".formatted(character));
        }
    }
}
