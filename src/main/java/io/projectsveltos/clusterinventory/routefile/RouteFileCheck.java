package io.projectsveltos.clusterinventory.routefile;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.serialization.JsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Checks one file of {@code --routes}, before Camel reads it: Camel ignores much of what is not a route. */
public final class RouteFileCheck {

    /** What a fault at one place is called after, the most precise first. */
    private static final List<String> KEYWORDS = List.of("additionalProperties", "required", "maxProperties", "type");

    private DslSchema schema;

    /**
     * Checks a file.
     *
     * @param file as given, or as found in a folder that is given
     * @return what is wrong with it, none if Camel can read it
     * @throws IOException if it cannot be read
     */
    public List<Finding> check(Path file) throws IOException {
        Place place = new Place(file);
        String notRead = notRead(file);
        if (notRead != null) {
            return place.error(null, notRead);
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        CharBuffer text = CharBuffer.allocate(bytes.capacity());
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        if (decoder.decode(bytes, text, true).isError()) {
            int line = (int) text.flip().chars().filter(c -> c == '\n').count() + 1;
            return place.error(line, "is not UTF-8: save it in this encoding");
        }
        return check(place, text.flip().toString());
    }

    /** Why Camel does not read a file, or null. */
    static String notRead(Path file) {
        if (Files.isDirectory(file)) {
            return "is a folder in a folder, so it is not read: move its files up, or give it to --routes";
        }
        return file.toString().endsWith(".yaml") ? null : "is not read: a route file is named *.camel.yaml";
    }

    private List<Finding> check(Place place, String text) throws IOException {
        try {
            JsonNode content = JsonNodeReader.builder().locationAware().build().readTree(text, InputFormat.YAML);
            String other = whatElse(content);
            return other == null ? checkSchema(place, text, content) : place.error(null, other);
        } catch (IllegalArgumentException e) {
            // the reader's wrapping, around Jackson's around that of the parser
            return Causes.first(e, MarkedYAMLException.class)
                    .map(cause ->
                            place.error(cause.getProblemMark().getLine() + 1, "is not YAML: " + cause.getProblem()))
                    .orElseThrow(() -> e);
        }
    }

    /** What the file is instead of a list of routes, or null. */
    private static String whatElse(JsonNode content) {
        String expected = ": expected a list of '- route:'";
        if (content == null || content.isMissingNode() || content.isNull()) {
            return "is empty, so it does nothing" + expected;
        }
        if (content.has("kind")) {
            return "has no route: it is a Kubernetes object of the kind "
                    + content.path("kind").asText() + expected;
        }
        if (!content.isArray()) {
            return "has no route: it is " + (content.isObject() ? "a map" : "a text") + expected;
        }
        return content.isEmpty() ? "has no route, so it does nothing" + expected : null;
    }

    private List<Finding> checkSchema(Place place, String text, JsonNode content) {
        if (schema == null) {
            schema = new DslSchema();
        }
        List<String> lines = text.lines().toList();
        return farthestDown(schema.faults(content)).stream()
                .map(fault -> Finding.error(place.name(), line(fault, lines), message(fault)))
                .sorted(Comparator.comparing(Finding::line))
                .toList();
    }

    /** One fault for each place: a fault makes each form fail that its parents can take. */
    private static Collection<ValidationMessage> farthestDown(Collection<ValidationMessage> faults) {
        Map<JsonNodePath, ValidationMessage> byPlace = faults.stream()
                .collect(Collectors.toMap(
                        ValidationMessage::getInstanceLocation,
                        fault -> fault,
                        BinaryOperator.minBy(Comparator.comparingInt(RouteFileCheck::rank)),
                        LinkedHashMap::new));
        return byPlace.values().stream()
                .filter(fault -> byPlace.keySet().stream()
                        .noneMatch(below -> !below.equals(fault.getInstanceLocation())
                                && below.startsWith(fault.getInstanceLocation())))
                .toList();
    }

    private static int rank(ValidationMessage fault) {
        int index = KEYWORDS.indexOf(fault.getType());
        return index < 0 ? KEYWORDS.size() : index;
    }

    private String message(ValidationMessage fault) {
        String parent = parent(fault);
        return switch (fault.getType()) {
            case "additionalProperties" ->
                fault.getProperty() + " is unknown in " + parent + ": "
                        + ClosestName.advice(fault.getProperty(), schema.known(fault));
            case "required" -> fault.getProperty() + " is missing in " + parent + ": add it";
            case "maxProperties" -> parent + " has more than one key: begin each with '- ', or correct the indentation";
            case "type" -> parent + " has a value of another type: " + fault.getError();
            default -> parent + " is not as Camel expects it: " + fault.getError();
        };
    }

    /** The key that a fault is in. */
    private static String parent(ValidationMessage fault) {
        JsonNodePath path = fault.getInstanceLocation();
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            if (path.getElement(i) instanceof String key) {
                return key;
            }
        }
        return "the list of routes";
    }

    /** The line of a key, above its value. */
    private static int line(ValidationMessage fault, List<String> lines) {
        boolean isUnknown = fault.getType().equals("additionalProperties");
        JsonNode node = fault.getInstanceNode();
        JsonNode value = isUnknown ? node.get(fault.getProperty()) : node;
        int last = JsonNodes.tokenLocationOf(value == null ? node : value).getLineNr();
        String key = isUnknown ? fault.getProperty() : parent(fault);
        for (int line = Math.min(last, lines.size()); line > 0; line--) {
            if (lines.get(line - 1).matches(".*\\b\\Q" + key + "\\E\\b['\"]?\\s*:.*")) {
                return line;
            }
        }
        return last;
    }

    private record Place(Path file) {

        String name() {
            return file.toString();
        }

        List<Finding> error(Integer line, String message) {
            return List.of(Finding.error(name(), line, message));
        }
    }
}
