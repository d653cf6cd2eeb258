package io.projectsveltos.clusterinventory.settings;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file with one object in JSON or YAML that an operator writes and that is read once, at the start. It is read strictly:
 * an unknown or duplicate field, null in a list or more than one document is an error.
 *
 * @param kind what the file is, for messages, such as {@code provider file}
 * @param path where it is
 */
public record ConfigurationFile(String kind, Path path) {

    /**
     * Reads the file.
     *
     * @param type what the object is read as
     * @param <T> this type
     * @return the object
     * @throws IllegalArgumentException with one line that says what is wrong and where, and quotes no value: it may be a
     *     secret in the wrong place
     */
    public <T> T read(Class<T> type) {
        try {
            T read = reader(type).readValue(Files.readAllBytes(path));
            if (read == null) {
                throw new IllegalArgumentException(this + ": is empty");
            }
            return read;
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof JsonParseException syntax && !isDuplicate(syntax)) {
                throw unreadable(syntax);
            }
            String where = e.getPath().stream()
                    .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                    .collect(Collectors.joining())
                    .replaceFirst("^\\.", "");
            throw new IllegalArgumentException(this + ": " + (where.isEmpty() ? "" : where + " ") + fault(e));
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        } catch (IOException e) {
            throw new IllegalArgumentException(this + ": cannot be read");
        }
    }

    /**
     * An error in what was read.
     *
     * @param where the place in the file
     * @param what is wrong with it
     * @return the exception, to be thrown
     */
    public IllegalArgumentException fault(String where, String what) {
        return new IllegalArgumentException(this + ": " + where + " " + what);
    }

    @Override
    public String toString() {
        return kind + " " + path;
    }

    private static ObjectReader reader(Class<?> type) {
        return YAMLMapper.builder(YAMLFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .readerFor(type);
    }

    private IllegalArgumentException unreadable(JsonProcessingException failure) {
        String line = failure.getLocation() == null
                ? ""
                : ", line " + failure.getLocation().getLineNr();
        return new IllegalArgumentException(this + line + ": " + fault(failure));
    }

    private static boolean isDuplicate(JsonProcessingException failure) {
        return failure.getOriginalMessage().startsWith("Duplicate field");
    }

    private static String fault(JsonProcessingException failure) {
        if (failure instanceof UnrecognizedPropertyException) {
            return "is not a known field";
        }
        if (failure instanceof InvalidFormatException format
                && format.getTargetType().isEnum()) {
            return "is " + format.getValue() + ", expected one of "
                    + List.of(format.getTargetType().getEnumConstants());
        }
        if (isDuplicate(failure)) {
            return "has a duplicate field: " + failure.getOriginalMessage();
        }
        if (failure.getOriginalMessage().startsWith("Trailing token")) {
            return "continues after its end";
        }
        return failure instanceof JsonMappingException && !(failure.getCause() instanceof JsonProcessingException)
                ? "has a value of the wrong type"
                : "is not JSON or YAML";
    }
}
