package io.projectsveltos.clusterinventory.reliability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Changes valid documents, and writes them in unusual ways. */
final class HostileTrees {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Stands for a list in a list and so on: a tree of that depth could not be handled recursively here. */
    private static final String DEEP = "deep-" + HostileText.EVALUATED.length();

    private final Random random;
    private final HostileText text;
    private final int maxDepth;

    HostileTrees(Random random, HostileText text, int maxDepth) {
        this.random = random;
        this.text = text;
        this.maxDepth = maxDepth;
    }

    /** A place in a tree: a field of an object, or an item of a list. */
    private record Slot(JsonNode parent, String field, int item) {

        JsonNode value() {
            return parent instanceof ObjectNode object ? object.get(field) : parent.get(item);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(field, value);
            } else {
                ((ArrayNode) parent).set(item, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(field);
            } else {
                ((ArrayNode) parent).remove(item);
            }
        }
    }

    /** Replaces one text with another. */
    void changeText(JsonNode tree) {
        pick(tree, JsonNode::isTextual)
                .set(NODES.textNode(random.nextInt(4) == 0 ? text.damaged("member.example") : text.next()));
    }

    /** Replaces, removes, renames or adds something, with another type too. */
    void change(JsonNode tree) {
        Slot slot = pick(tree, any -> true);
        switch (random.nextInt(6)) {
            case 0 -> slot.remove();
            case 1 -> rename(slot);
            case 2 -> add(slot.value());
            default -> slot.set(anything(0));
        }
    }

    private Slot pick(JsonNode tree, Predicate<JsonNode> which) {
        List<Slot> slots = new ArrayList<>();
        collect(tree, slots);
        List<Slot> some =
                slots.stream().filter(slot -> which.test(slot.value())).toList();
        return some.isEmpty()
                ? new Slot(((ObjectNode) tree).put("a", "b"), "a", 0)
                : some.get(random.nextInt(some.size()));
    }

    private static void collect(JsonNode node, List<Slot> slots) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> slots.add(new Slot(object, name, 0)));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            slots.add(new Slot(node, null, i));
        }
        node.forEach(child -> collect(child, slots));
    }

    private void rename(Slot slot) {
        if (slot.parent() instanceof ObjectNode object) {
            JsonNode value = object.remove(slot.field());
            object.set(random.nextBoolean() ? slot.field().toUpperCase(java.util.Locale.ROOT) : text.next(), value);
        }
    }

    private void add(JsonNode to) {
        if (to instanceof ObjectNode object) {
            object.set(text.next(), anything(0));
        } else if (to instanceof ArrayNode list) {
            list.insert(
                    random.nextInt(list.size() + 1),
                    list.isEmpty() || random.nextBoolean() ? anything(0) : list.get(0));
        }
    }

    private JsonNode anything(int depth) {
        return switch (random.nextInt(depth > 4 ? 8 : 11)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextLong());
            case 3 -> NODES.numberNode(random.nextBoolean() ? 1e308 : -0.1);
            case 4 -> random.nextInt(4) == 0 ? digits(1_000 + random.nextInt(200)) : digits(30);
            case 5 -> NODES.textNode(random.nextInt(3) == 0 ? DEEP : "");
            case 8 -> {
                ArrayNode list = NODES.arrayNode();
                times(4, () -> list.add(anything(depth + 1)));
                yield list;
            }
            case 9, 10 -> {
                ObjectNode object = NODES.objectNode();
                times(random.nextInt(50) == 0 ? 2_000 : 4, () -> object.set(text.next(), anything(depth + 5)));
                yield object;
            }
            default -> NODES.textNode(text.next());
        };
    }

    private static JsonNode digits(int count) {
        return BigIntegerNode.valueOf(BigInteger.TEN.pow(count).subtract(BigInteger.ONE));
    }

    private void times(int most, Runnable action) {
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            action.run();
        }
    }

    /** JSON in which a field is sometimes repeated, and any character may be escaped. */
    String json(JsonNode tree) {
        StringBuilder out = new StringBuilder();
        write(tree, out);
        return deepened(out.toString());
    }

    String yaml(JsonNode tree) {
        try {
            return deepened(YAML.writeValueAsString(tree));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String deepened(String document) {
        int depth = 10 + random.nextInt(maxDepth);
        boolean lists = random.nextBoolean();
        return document.replace(
                "\"" + DEEP + "\"", (lists ? "[" : "{\"a\":").repeat(depth) + "0" + (lists ? "]" : "}").repeat(depth));
    }

    private void write(JsonNode node, StringBuilder out) {
        if (node instanceof ObjectNode object) {
            out.append('{');
            object.properties().forEach(field -> {
                if (random.nextInt(150) == 0) {
                    writeField(field.getKey(), anything(4), out);
                }
                writeField(field.getKey(), field.getValue(), out);
            });
            end(out, '}');
        } else if (node instanceof ArrayNode list) {
            out.append('[');
            list.forEach(item -> {
                write(item, out);
                out.append(',');
            });
            end(out, ']');
        } else if (node.isTextual()) {
            writeText(node.textValue(), out);
        } else {
            out.append(node);
        }
    }

    private void writeField(String name, JsonNode value, StringBuilder out) {
        writeText(name, out);
        out.append(random.nextInt(20) == 0 ? " :\n" : ":");
        write(value, out);
        out.append(',');
    }

    private static void end(StringBuilder out, char bracket) {
        if (out.charAt(out.length() - 1) == ',') {
            out.setLength(out.length() - 1);
        }
        out.append(bracket);
    }

    private void writeText(String value, StringBuilder out) {
        boolean escaped = value.length() < 1_000 && random.nextInt(30) == 0 || hasLoneSurrogate(value);
        out.append('"');
        if (escaped) {
            value.chars().forEach(c -> out.append("\\u%04x".formatted(c)));
        } else {
            out.append(JsonStringEncoder.getInstance().quoteAsString(value));
        }
        out.append('"');
    }

    private static boolean hasLoneSurrogate(String value) {
        return value.codePoints().anyMatch(c -> c <= 0xffff && Character.isSurrogate((char) c));
    }
}
