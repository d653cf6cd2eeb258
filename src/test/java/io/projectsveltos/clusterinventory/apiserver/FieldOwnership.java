package io.projectsveltos.clusterinventory.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who set which field of an object: what server-side apply keeps in metadata.managedFields. Lists are one field. */
final class FieldOwnership {

    private record Owner(String manager, String operation, String subresource) {}

    private static final Comparator<Owner> ORDER =
            Comparator.comparing(Owner::operation).thenComparing(Owner::manager).thenComparing(Owner::subresource);
    private static final Set<String> UNOWNED = Set.of("apiVersion", "kind", "status");
    private static final Set<String> OWNED_METADATA = Set.of("labels", "annotations", "finalizers", "ownerReferences");

    private final Map<Owner, Set<List<String>>> owned = new LinkedHashMap<>();
    private final Map<Owner, JsonNode> entries = new LinkedHashMap<>();

    FieldOwnership(JsonNode managedFields) {
        for (JsonNode entry : managedFields) {
            if (entry.has("manager")) {
                Owner owner = new Owner(
                        entry.get("manager").asText(),
                        entry.path("operation").asText(),
                        entry.path("subresource").asText());
                Set<List<String>> fields = new LinkedHashSet<>();
                collect(entry.path("fieldsV1"), List.of(), fields);
                owned.put(owner, fields);
                entries.put(owner, entry);
            }
        }
    }

    /** Any write but an apply: the writer becomes the only owner of what it changed. */
    void update(String manager, ObjectNode before, ObjectNode after) {
        Map<List<String>, JsonNode> old = leaves(before);
        Map<List<String>, JsonNode> now = leaves(after);
        Set<List<String>> changed = new LinkedHashSet<>(now.keySet());
        changed.removeIf(field -> now.get(field).equals(old.get(field)));
        Set<List<String>> removed = new LinkedHashSet<>(old.keySet());
        removed.removeAll(now.keySet());
        owned.values().forEach(fields -> {
            fields.removeAll(changed);
            fields.removeAll(removed);
        });
        owned.computeIfAbsent(new Owner(manager, "Update", ""), owner -> new LinkedHashSet<>())
                .addAll(changed);
    }

    /** Server-side apply: the object with the applied fields, without those that only this manager applied before. */
    ObjectNode apply(String manager, boolean force, ObjectNode live, ObjectNode applied) {
        Map<List<String>, JsonNode> present = leaves(live);
        Map<List<String>, JsonNode> wanted = leaves(applied);
        Owner owner = new Owner(manager, "Apply", "");
        Set<List<String>> dropped = owned.containsKey(owner) ? owned.remove(owner) : new LinkedHashSet<>();
        dropped.removeAll(wanted.keySet());
        Set<List<String>> changed = new LinkedHashSet<>(wanted.keySet());
        changed.removeIf(field -> wanted.get(field).equals(present.get(field)));

        owned.forEach((other, fields) -> {
            dropped.removeAll(fields);
            if (fields.removeAll(changed) && !force) {
                throw new ApiFailure(409, "Apply failed: conflict with \"" + other.manager() + "\"");
            }
        });
        owned.put(owner, new LinkedHashSet<>(wanted.keySet()));

        ObjectNode result = live.deepCopy();
        dropped.forEach(field -> remove(result, field));
        wanted.forEach((field, value) -> set(result, field, value));
        return result;
    }

    void writeTo(ObjectNode object) {
        ArrayNode managedFields = JsonNodeFactory.instance.arrayNode();
        owned.keySet().stream()
                .sorted(ORDER)
                .filter(owner -> !owned.get(owner).isEmpty())
                .forEach(owner -> managedFields.add(
                        entry(owner, owned.get(owner), object.path("apiVersion").asText())));
        ObjectNode metadata = object.withObjectProperty("metadata");
        metadata.remove("managedFields");
        if (!managedFields.isEmpty()) {
            metadata.set("managedFields", managedFields);
        }
    }

    private JsonNode entry(Owner owner, Collection<List<String>> fields, String apiVersion) {
        ObjectNode fieldsV1 = JsonNodeFactory.instance.objectNode();
        for (List<String> field : fields) {
            ObjectNode node = fieldsV1;
            for (String step : field) {
                node = node.withObjectProperty("f:" + step);
            }
        }
        JsonNode before = entries.get(owner);
        if (before != null && before.path("fieldsV1").equals(fieldsV1)) {
            return before;
        }
        ObjectNode entry = JsonNodeFactory.instance
                .objectNode()
                .put("manager", owner.manager())
                .put("operation", owner.operation())
                .put("apiVersion", apiVersion)
                .put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("fieldsType", "FieldsV1");
        entry.set("fieldsV1", fieldsV1);
        return entry;
    }

    private static void collect(JsonNode fieldsV1, List<String> path, Collection<List<String>> fields) {
        if (fieldsV1.isEmpty() && !path.isEmpty()) {
            fields.add(path);
        }
        fieldsV1.properties().forEach(field -> {
            // "." (the map itself) and list elements ("v:", "k:") are owned as part of what is around them
            if (field.getKey().startsWith("f:")) {
                collect(field.getValue(), append(path, field.getKey().substring(2)), fields);
            } else if (!field.getKey().equals(".")) {
                fields.add(path);
            }
        });
    }

    private static Map<List<String>, JsonNode> leaves(JsonNode object) {
        Map<List<String>, JsonNode> leaves = new LinkedHashMap<>();
        object.properties().forEach(field -> {
            if (field.getKey().equals("metadata")) {
                OWNED_METADATA.forEach(name ->
                        leaves(List.of("metadata", name), object.get("metadata").path(name), leaves));
            } else if (!UNOWNED.contains(field.getKey())) {
                leaves(List.of(field.getKey()), field.getValue(), leaves);
            }
        });
        return leaves;
    }

    private static void leaves(List<String> path, JsonNode node, Map<List<String>, JsonNode> leaves) {
        if (node.isObject() && !node.isEmpty()) {
            node.properties().forEach(field -> leaves(append(path, field.getKey()), field.getValue(), leaves));
        } else if (!node.isMissingNode() && !node.isNull()) {
            leaves.put(path, node);
        }
    }

    private static void set(ObjectNode object, List<String> field, JsonNode value) {
        ObjectNode parent = object;
        for (String step : field.subList(0, field.size() - 1)) {
            if (!(parent.get(step) instanceof ObjectNode)) {
                parent.putObject(step);
            }
            parent = (ObjectNode) parent.get(step);
        }
        parent.set(field.get(field.size() - 1), value);
    }

    private static void remove(ObjectNode object, List<String> field) {
        JsonNode parent = object;
        for (String step : field.subList(0, field.size() - 1)) {
            parent = parent.path(step);
        }
        if (parent instanceof ObjectNode node) {
            node.remove(field.get(field.size() - 1));
        }
    }

    private static List<String> append(List<String> path, String step) {
        List<String> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }
}
