package io.projectsveltos.clusterinventory.credential.golang;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.reader.UnicodeReader;

/**
 * Reads YAML into what client-go's loader sees ({@code YAMLToJSON} in sigs.k8s.io/yaml): the first document, by the rules of
 * go-yaml v2 (YAML 1.1), with aliases and merge keys resolved; the last of equal keys wins. Input whose meaning is not
 * certain, such as explicit tags, is {@linkplain UnreadableException#undecided undecided}.
 */
public final class GoYaml {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 100;

    /** SnakeYAML copies the line so far for each kilobyte that it adds: a line of a megabyte would cost a CPU second. */
    private static final int MAX_LINE = 256 * 1024;

    /** For a document with aliases, which go-yaml limits too ({@code allowedAliasRatio}). */
    private static final long MAX_EXPANDED_SIZE = 4L * 1024 * 1024;

    /** What is not text although it looks like it (go-yaml v2 resolve.go). */
    private static final Map<String, JsonNode> WORDS = words();

    private static final String MERGE = "<<";

    /** go-yaml ends an anchor at the first other character, SnakeYAML at the next space. */
    private static final Pattern ANCHOR = Pattern.compile("[0-9A-Za-z_-]+");

    /** Without escapes and line breaks in strings, where JSON and YAML differ. */
    private static final Pattern ASCII_OBJECT = Pattern.compile("[ \r\n]*\\{[\t\r\n -\\[\\]-~]*");

    /** What only one of the two reads as a directive or a document marker. */
    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^\\uFEFF?(%|---[^\\s-]|\\.\\.\\.\\S)");

    /**
     * What go-yaml reads and SnakeYAML may not: tabs, tags, {@code \\'} in double quotes, a comment directly after
     * {@code |}, a bracket directly after a colon, rare line breaks, and anything after the end of the document, which
     * go-yaml ignores.
     */
    private static final Pattern READ_ONLY_BY_GO =
            Pattern.compile("[\t!\\uFEFF\\x85\\u2028\\u2029]|\\\\'|[|>][-+0-9]*#|[^\"]:[,\\[\\]{}]|\n(---|\\.\\.\\.)");

    private static final Pattern SURROGATE_ESCAPE = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\u[dD][89a-fA-F]");
    private static final String FLOW_INDICATORS = ",[]{}";

    private final int[] text;
    private final Parser events;
    private final Map<String, Sized> anchors = new HashMap<>();
    private boolean isAliased;

    /** A node and its size with all aliases expanded. */
    private record Sized(JsonNode node, long size) {}

    private GoYaml(String document) {
        text = document.codePoints().toArray();
        // not Yaml, whose constructor creates everything needed for Java objects each time
        events = new ParserImpl(new StreamReader(new StringReader(document)), new LoaderOptions());
    }

    /**
     * Reads the first document.
     *
     * @param document YAML or JSON, in UTF-8, or in UTF-16 with a byte order mark
     * @return what client-go would decode; a null node when there is no document
     * @throws UnreadableException when client-go cannot read it either, or when that is uncertain
     */
    public static JsonNode read(byte[] document) throws UnreadableException {
        return read(document, false);
    }

    /**
     * Reads the only document.
     *
     * @param document YAML or JSON
     * @return as {@link #read}
     * @throws UnreadableException also when anything but comments follows the document
     */
    public static JsonNode readSingle(byte[] document) throws UnreadableException {
        return read(document, true);
    }

    private static JsonNode read(byte[] document, boolean isSingle) throws UnreadableException {
        Optional<JsonNode> plain = PlainYaml.read(document);
        return plain.isPresent() ? plain.get() : readFully(document, isSingle);
    }

    /** Reads by the complete parser, also what {@link PlainYaml} can read. */
    static JsonNode readFully(byte[] document, boolean isSingle) throws UnreadableException {
        String text = decode(document);
        boolean hasLongLine = text.lines().anyMatch(line -> line.length() > MAX_LINE);
        Optional<JsonNode> json = hasLongLine || text.indexOf('\t') >= 0 ? json(text) : Optional.empty();
        if (json.isPresent()) {
            return json.get();
        }
        if (hasLongLine) {
            throw UnreadableException.undecided("has a line of more than " + MAX_LINE + " characters");
        }
        if (DIRECTIVE.matcher(text).find()) {
            throw UnreadableException.undecided("has a YAML directive");
        }
        try {
            return new GoYaml(text).document(isSingle);
        } catch (UnreadableException e) {
            throw e.isCertain() && mayEndEarly(text) ? UnreadableException.undecided(e.getMessage()) : e;
        } catch (YAMLException | IllegalArgumentException e) {
            // not its message, which quotes the document
            throw unreadable(text);
        }
    }

    private static UnreadableException unreadable(String text) {
        return READ_ONLY_BY_GO.matcher(text).find() || mayEndEarly(text)
                ? UnreadableException.undecided("is YAML that not every parser understands")
                : UnreadableException.refused("is not YAML");
    }

    /**
     * Whether go-yaml may end the document before the fault: after a flow mapping, or, when the first line is indented, at
     * the next line that is not.
     */
    private static boolean mayEndEarly(String text) {
        return text.lines()
                .map(line -> line.startsWith("---") ? line.substring(3) : line)
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .findFirst()
                .filter(line -> line.startsWith(" ") || line.startsWith("{") && text.indexOf('}') >= 0)
                .isPresent();
    }

    private static String decode(byte[] document) throws UnreadableException {
        try (Reader reader = new UnicodeReader(new ByteArrayInputStream(document))) {
            StringWriter text = new StringWriter();
            reader.transferTo(text);
            return text.toString();
        } catch (IOException e) {
            throw unreadable(new String(document, StandardCharsets.ISO_8859_1));
        }
    }

    /** What is JSON to both. It may have tabs between its values; go-yaml reads them, SnakeYAML does not. */
    private static Optional<JsonNode> json(String text) {
        try {
            return ASCII_OBJECT.matcher(text).matches() ? Optional.of(JSON.readTree(text)) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private JsonNode document(boolean isSingle) throws UnreadableException {
        Event event = next();
        while (event.is(Event.ID.StreamStart) || event.is(Event.ID.DocumentStart)) {
            event = next();
        }
        JsonNode document = event.is(Event.ID.StreamEnd)
                ? NullNode.instance
                : node(event, 0).node();
        try {
            finish(event, isSingle);
        } catch (YAMLException | IllegalArgumentException e) {
            if (isSingle || document.isObject() || document.isNull()) {
                // go-yaml may have ended the document before what SnakeYAML rejects
                throw UnreadableException.undecided("continues after its end");
            }
        }
        return document;
    }

    private void finish(Event root, boolean isSingle) throws UnreadableException {
        Event event = root;
        while ((isSingle || !event.is(Event.ID.DocumentEnd)) && events.peekEvent() != null) {
            event = next();
            if (event.is(Event.ID.DocumentStart)) {
                throw UnreadableException.refused("is followed by something else");
            }
        }
    }

    private Event next() {
        return events.getEvent();
    }

    private Sized node(Event event, int depth) throws UnreadableException {
        if (event instanceof AliasEvent alias) {
            return alias(alias.getAnchor());
        }
        if (depth > MAX_DEPTH) {
            throw UnreadableException.undecided("is nested more than " + MAX_DEPTH + " levels deep");
        }
        return anchored((NodeEvent) event, depth);
    }

    private Sized anchored(NodeEvent event, int depth) throws UnreadableException {
        if (event.getAnchor() != null) {
            checkAnchor(event.getAnchor());
            // cannot be referenced until it is complete: go-yaml rejects an anchor that contains itself
            anchors.remove(event.getAnchor());
        }
        Sized node;
        if (event instanceof ScalarEvent scalar) {
            node = new Sized(scalar(scalar), 1 + scalar.getValue().length());
        } else if (event instanceof SequenceStartEvent sequence) {
            refuseTag(sequence.getTag());
            node = sequence(depth);
        } else {
            refuseTag(((MappingStartEvent) event).getTag());
            node = mapping(depth);
        }
        if (event.getAnchor() != null) {
            anchors.put(event.getAnchor(), node);
        }
        return node;
    }

    private static void checkAnchor(String anchor) throws UnreadableException {
        if (!ANCHOR.matcher(anchor).matches()) {
            throw UnreadableException.undecided("has an anchor with characters other than letters and digits");
        }
    }

    private Sized alias(String anchor) throws UnreadableException {
        checkAnchor(anchor);
        Sized target = anchors.get(anchor);
        if (target == null) {
            throw UnreadableException.refused("has an alias without its anchor");
        }
        isAliased = true;
        return target;
    }

    private Sized sequence(int depth) throws UnreadableException {
        ArrayNode sequence = NODES.arrayNode();
        long size = 1;
        for (Event event = next(); !event.is(Event.ID.SequenceEnd); event = next()) {
            Sized item = node(event, depth + 1);
            sequence.add(item.node());
            size = checked(size + item.size());
        }
        return new Sized(sequence, size);
    }

    /** For each entry, not only for the whole: merged entries are copied again for each alias. */
    private long checked(long size) throws UnreadableException {
        if (isAliased && size > MAX_EXPANDED_SIZE) {
            throw UnreadableException.undecided("is too large once its aliases are expanded");
        }
        return size;
    }

    /** In document order: as in go-yaml v2, a merge key replaces the entries before it. */
    private Sized mapping(int depth) throws UnreadableException {
        ObjectNode mapping = NODES.objectNode();
        long size = 1;
        for (Event event = next(); !event.is(Event.ID.MappingEnd); event = next()) {
            boolean isMerge =
                    event instanceof ScalarEvent scalar && scalar.isPlain() && MERGE.equals(scalar.getValue());
            Sized key = node(event, depth + 1);
            Event valueEvent = next();
            Sized value = node(valueEvent, depth + 1);
            size = checked(size + key.size() + value.size());
            if (isMerge) {
                merge(mapping, value.node(), valueEvent instanceof AliasEvent);
            } else {
                mapping.set(name(key.node()), value.node());
            }
        }
        return new Sized(mapping, size);
    }

    private static void merge(ObjectNode mapping, JsonNode merged, boolean isAlias) throws UnreadableException {
        List<JsonNode> mappings = new ArrayList<>();
        if (merged.isArray() && !isAlias) {
            // the first one wins
            merged.forEach(item -> mappings.add(0, item));
        } else {
            mappings.add(merged);
        }
        for (JsonNode each : mappings) {
            if (!(each instanceof ObjectNode fields)) {
                throw UnreadableException.refused("has a merge key that does not refer to mappings");
            }
            mapping.setAll(fields);
        }
    }

    private static String name(JsonNode key) throws UnreadableException {
        if (key.isNull() || key.isContainerNode()) {
            throw UnreadableException.undecided("has a key that is null, a list or a mapping");
        }
        return key.asText();
    }

    private JsonNode scalar(ScalarEvent scalar) throws UnreadableException {
        String value = scalar.getValue();
        refuseTag(scalar.getTag());
        checkSource(scalar);
        if (!scalar.isPlain()) {
            return TextNode.valueOf(value);
        }
        return resolve(value);
    }

    /** The value of a plain scalar. */
    static JsonNode resolve(String scalar) throws UnreadableException {
        JsonNode word = WORDS.get(scalar);
        return word != null ? word : GoNumber.parse(scalar).orElse(TextNode.valueOf(scalar));
    }

    private static Map<String, JsonNode> words() {
        Map<String, JsonNode> words = new HashMap<>();
        List.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
                .forEach(word -> words.put(word, BooleanNode.TRUE));
        List.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
                .forEach(word -> words.put(word, BooleanNode.FALSE));
        List.of("", "~", "null", "Null", "NULL").forEach(word -> words.put(word, NullNode.instance));
        return words;
    }

    /** Rejects text that SnakeYAML and go-yaml split into scalars differently. */
    private void checkSource(ScalarEvent scalar) throws UnreadableException {
        int start = scalar.getStartMark().getIndex();
        int end = scalar.getEndMark().getIndex();
        String source = new String(text, start, end - start);
        if (scalar.getScalarStyle() == DumperOptions.ScalarStyle.DOUBLE_QUOTED) {
            if (SURROGATE_ESCAPE.matcher(source).find()) {
                throw UnreadableException.refused("has an escaped surrogate, which is half a character");
            }
        } else if (scalar.getScalarStyle() != DumperOptions.ScalarStyle.SINGLE_QUOTED && source.indexOf('\t') >= 0) {
            throw UnreadableException.undecided("has tabs between its values");
        }
        if (scalar.isPlain() && (source.startsWith(":") || isFollowedByColonWithoutSpace(end))) {
            throw UnreadableException.undecided("has a colon that is not followed by a space");
        }
    }

    private boolean isFollowedByColonWithoutSpace(int end) {
        int colon = end;
        while (colon < text.length && text[colon] == ' ') {
            colon++;
        }
        return colon + 1 < text.length && text[colon] == ':' && FLOW_INDICATORS.indexOf(text[colon + 1]) >= 0;
    }

    private static void refuseTag(String tag) throws UnreadableException {
        if (tag != null) {
            throw UnreadableException.undecided("has a YAML tag, which readers interpret differently");
        }
    }
}
