package io.projectsveltos.clusterinventory.credential.golang;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the YAML in which kubeconfigs are usually written, at a fraction of a complete parser's cost: a mapping in printable
 * ASCII with simple names, in which each scalar and each flow collection is on one line, without escapes, comments, anchors
 * and tags. All parsers read that in the same way. Anything else is left to {@link GoYaml}.
 */
final class PlainYaml {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final byte[] START = "---\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DEPTH = 20;

    /** Longer documents and names are rare, and other parsers limit both. */
    private static final int MAX_LENGTH = 1024 * 1024;

    private static final int MAX_NAME_LENGTH = 256;

    private final byte[] text;

    /** The next character. Between block nodes this is the first one of a line. */
    private int at;

    private PlainYaml(byte[] text) {
        this.text = text;
    }

    /**
     * @return what {@link GoYaml} reads, or empty when the document is not as simple as that
     */
    static Optional<JsonNode> read(byte[] document) {
        if (document.length > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PlainYaml(document).document());
        } catch (UnreadableException e) {
            return Optional.empty();
        }
    }

    private JsonNode document() throws UnreadableException {
        skipEmptyLines();
        if (isStart()) {
            at += START.length;
            skipEmptyLines();
        }
        expect(indent() == 0);
        JsonNode document = mapping(0, 0);
        expect(at >= text.length);
        return document;
    }

    private boolean isStart() {
        return Arrays.equals(START, 0, START.length, text, at, Math.min(at + START.length, text.length));
    }

    // block nodes end at the beginning of a line

    private ObjectNode mapping(int column, int depth) throws UnreadableException {
        expect(depth < MAX_DEPTH);
        ObjectNode mapping = NODES.objectNode();
        do {
            mapping.set(name(), value(column, depth + 1));
        } while (moveTo(column));
        return mapping;
    }

    private JsonNode value(int column, int depth) throws UnreadableException {
        if (peek(at) != '\n') {
            return line(depth);
        }
        skipEmptyLines();
        if (isItemAt(column)) {
            // a list may be in the column of its name
            return sequence(column, depth);
        }
        int indent = indent();
        if (indent <= column) {
            return NullNode.instance;
        }
        if (isItemAt(indent)) {
            return sequence(indent, depth);
        }
        at += indent;
        return mapping(indent, depth);
    }

    /** Begins in the line of its first item, in front of the dash. */
    private ArrayNode sequence(int column, int depth) throws UnreadableException {
        ArrayNode sequence = NODES.arrayNode();
        while (isItemAt(column)) {
            int line = at;
            at += column + 1;
            skipSpaces();
            sequence.add(endOfName() > 0 ? mapping(at - line, depth + 1) : line(depth + 1));
        }
        return sequence;
    }

    private JsonNode line(int depth) throws UnreadableException {
        skipSpaces();
        JsonNode node = node(false, depth);
        skipSpaces();
        expect(peek(at) == '\n');
        skipEmptyLines();
        return node;
    }

    /** Moves to the column if the block in it continues there. A line that is deeper may continue a scalar. */
    private boolean moveTo(int column) throws UnreadableException {
        int indent = indent();
        expect(indent <= column);
        if (indent == column) {
            at += column;
        }
        return indent == column;
    }

    private boolean isItemAt(int column) {
        return indent() == column && peek(at + column) == '-' && peek(at + column + 1) == ' ';
    }

    /** The indentation of this line; negative at the end. */
    private int indent() {
        int end = at;
        while (peek(end) == ' ') {
            end++;
        }
        return end < text.length ? end - at : -1;
    }

    // nodes on one line

    private JsonNode node(boolean isInFlow, int depth) throws UnreadableException {
        expect(depth < MAX_DEPTH);
        return switch (peek(at)) {
            case '{' -> flowMapping(depth);
            case '[' -> flowSequence(depth);
            case '\'', '"' -> quoted(text[at]);
            default -> plain(isInFlow);
        };
    }

    private ObjectNode flowMapping(int depth) throws UnreadableException {
        ObjectNode mapping = NODES.objectNode();
        while (hasNext(mapping.isEmpty(), '}')) {
            String name = name();
            skipSpaces();
            mapping.set(name, node(true, depth + 1));
        }
        return mapping;
    }

    private ArrayNode flowSequence(int depth) throws UnreadableException {
        ArrayNode sequence = NODES.arrayNode();
        while (hasNext(sequence.isEmpty(), ']')) {
            sequence.add(node(true, depth + 1));
        }
        return sequence;
    }

    /** Moves to the next entry of a flow collection, or behind its end. */
    private boolean hasNext(boolean isFirst, char end) throws UnreadableException {
        if (isFirst) {
            at++;
        }
        skipSpaces();
        if (peek(at) == end) {
            at++;
            return false;
        }
        if (!isFirst) {
            expect(peek(at++) == ',');
            skipSpaces();
        }
        return true;
    }

    private TextNode quoted(byte quote) throws UnreadableException {
        int start = ++at;
        while (peek(at) != quote) {
            expect(isPrintable(peek(at)) && (quote == '\'' || peek(at) != '\\'));
            at++;
        }
        String content = text(start, at++);
        expect(peek(at) != quote);
        return TextNode.valueOf(content);
    }

    private JsonNode plain(boolean isInFlow) throws UnreadableException {
        int start = at;
        expect(isPlainStart(peek(at)) || peek(at) == '-' && (peek(at + 1) == '-' || isPlainStart(peek(at + 1))));
        while (isPlain(peek(at), isInFlow)) {
            at++;
        }
        int end = at;
        while (text[end - 1] == ' ') {
            end--;
        }
        return GoYaml.resolve(text(start, end));
    }

    private static boolean isPlainStart(int character) {
        return isLetter(character) || isDigit(character) || "/._+~$".indexOf(character) >= 0;
    }

    /** Whether a plain scalar continues. Fails at a comment, and at a colon that may belong to a name. */
    private boolean isPlain(int character, boolean isInFlow) throws UnreadableException {
        if (isLetter(character) || isDigit(character)) {
            // nearly all of them, in base64
            return true;
        }
        switch (character) {
            case '\n' -> {
                return false;
            }
            case ',', '}', ']' -> {
                return !isInFlow;
            }
            case '[', '{', '?' -> expect(!isInFlow);
            case '#' -> expect(text[at - 1] != ' ');
            case ':' -> expect(peek(at + 1) > ' ' && (!isInFlow || ",[]{}".indexOf(peek(at + 1)) < 0));
            default -> expect(isPrintable(character));
        }
        return true;
    }

    // characters

    /** Reads the name of an entry, and its colon. */
    private String name() throws UnreadableException {
        int end = endOfName();
        expect(end > 0);
        String name = text(at, end);
        at = end + 1;
        // not a boolean or null
        expect(GoYaml.resolve(name).isTextual());
        return name;
    }

    /** The index of the colon after a name; negative if what follows is not a name. */
    private int endOfName() {
        if (!isLetter(peek(at))) {
            return -1;
        }
        int end = at + 1;
        while (isLetter(peek(end)) || isDigit(peek(end)) || "-_./".indexOf(peek(end)) >= 0) {
            end++;
        }
        boolean isName = peek(end) == ':' && (peek(end + 1) == ' ' || peek(end + 1) == '\n');
        return isName && end - at <= MAX_NAME_LENGTH ? end : -1;
    }

    /** The end of the document is like the end of a line. */
    private int peek(int index) {
        return index < text.length ? text[index] : '\n';
    }

    private void skipEmptyLines() {
        while (at < text.length && text[at] == '\n') {
            at++;
        }
    }

    private void skipSpaces() {
        while (peek(at) == ' ') {
            at++;
        }
    }

    private String text(int start, int end) {
        return new String(text, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static boolean isLetter(int character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z';
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }

    private static boolean isPrintable(int character) {
        return character >= ' ' && character <= '~';
    }

    private static void expect(boolean isPlain) throws UnreadableException {
        if (!isPlain) {
            throw UnreadableException.undecided("is not plain enough");
        }
    }
}
