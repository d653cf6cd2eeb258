package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields that we want an object to have, and no others: the body of a server-side apply.
 *
 * @param apiVersion the object's apiVersion
 * @param kind the object's kind
 * @param key where it is
 * @param labels our labels
 * @param annotations our annotations
 * @param section the part that has the content, {@code data} or {@code spec}
 * @param content the fields of that part; a map is a field with fields of its own
 */
record DesiredObject(
        String apiVersion,
        String kind,
        ObjectKey key,
        Map<String, String> labels,
        Map<String, String> annotations,
        String section,
        Map<String, Object> content) {

    /**
     * A version that no stored object has: the API server creates the object that is applied with it, and answers 409 if
     * the object exists. So an object that another writer has just created is never overwritten.
     */
    private static final String NO_SUCH_VERSION = "1";

    private static final String ANOTHER_WRITER = "another writer";
    private static final String LIMITED =
            " after each repair. Repairs are limited until one of the two writers is stopped.";

    private static final String LABEL = "f:metadata.f:labels.f:";
    private static final String ANNOTATION = "f:metadata.f:annotations.f:";

    /** How many fields a message names. */
    private static final int MAX_NAMED_FIELDS = 3;

    /**
     * Whether the object is as desired, according to its metadata alone. The values of the content need not be compared: a
     * field that another writer changes leaves our entry in the managed fields.
     */
    boolean matches(PartialObjectMetadata current) {
        return current != null
                && isCovered(applied(current), paths())
                && current.labels().entrySet().containsAll(labels.entrySet())
                && current.annotations().entrySet().containsAll(annotations.entrySet());
    }

    /**
     * The body of the apply, which the API server refuses with 409 if the object has changed since it was seen. Otherwise
     * a forced apply would restore a label that was just removed to keep the object from us, and take back a field that
     * Sveltos has just taken.
     *
     * @param current the object as it was seen, or null to create it
     */
    Map<String, Object> toApply(PartialObjectMetadata current) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("namespace", key.namespace());
        metadata.put("name", key.name());
        if (current == null) {
            metadata.put("resourceVersion", NO_SUCH_VERSION);
        } else {
            metadata.put("uid", current.getMetadata().getUid());
            metadata.put("resourceVersion", current.getMetadata().getResourceVersion());
        }
        metadata.put("labels", labels);
        if (!annotations.isEmpty()) {
            // an empty map would be a field too, and we would own it
            metadata.put("annotations", annotations);
        }
        return Map.of("apiVersion", apiVersion, "kind", kind, "metadata", metadata, section, content);
    }

    /**
     * The fields that an apply would change, as far as metadata shows it: labels and annotations by their values, the
     * content by its owner, and what we own and no longer want.
     *
     * @param current the object as it is, or null
     * @return the fields in order, each after {@code +} to be set or {@code -} to be removed; empty if there is no object
     */
    List<String> differences(PartialObjectMetadata current) {
        if (current == null) {
            return List.of();
        }
        Set<String> set = new TreeSet<>(paths());
        labels.forEach((name, value) ->
                removeIfSame(LABEL + name, value, current.labels().get(name), set));
        annotations.forEach((name, value) ->
                removeIfSame(ANNOTATION + name, value, current.annotations().get(name), set));
        Set<String> owned = applied(current);
        set.removeIf(
                path -> path.startsWith("f:" + section) && owned.stream().anyMatch(field -> isWithin(path, field)));
        Set<String> removed = new TreeSet<>(owned);
        removed.removeIf(field -> paths().stream().anyMatch(path -> isWithin(path, field)));
        return Stream.concat(
                        set.stream().map(path -> "+" + path), removed.stream().map(path -> "-" + path))
                .map(path -> path.replace("f:", ""))
                .toList();
    }

    private static void removeIfSame(String path, String value, String current, Set<String> paths) {
        if (value.equals(current)) {
            paths.remove(path);
        }
    }

    /**
     * Which writer undoes our repairs, and of which fields, as far as the managed fields say. A removed field has no
     * owner, and neither does a deleted object.
     *
     * @param current the object as the other writer has left it, or null if it was deleted
     * @return one line for a human
     */
    String conflict(PartialObjectMetadata current) {
        String subject = kind + " " + key + ": ";
        if (current == null) {
            return subject + ANOTHER_WRITER + " deletes it" + LIMITED;
        }
        Set<String> lost = new TreeSet<>(paths());
        Set<String> applied = applied(current);
        lost.removeIf(path -> applied.stream().anyMatch(owned -> isWithin(path, owned)));
        String writers = current.managedFields().owners().stream()
                .filter(owner -> owner.paths().stream().anyMatch(lost::contains))
                .map(owner -> "field manager " + owner.manager())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" and "));
        return subject + (writers.isEmpty() ? ANOTHER_WRITER : writers) + " changes " + named(lost) + LIMITED;
    }

    private static String named(Set<String> paths) {
        String first = paths.stream()
                .limit(MAX_NAMED_FIELDS)
                .map(path -> path.replace("f:", ""))
                .collect(Collectors.joining(", "));
        return paths.isEmpty() ? "it" : paths.size() > MAX_NAMED_FIELDS ? first + " and more" : first;
    }

    static String contentPath(String section, String field) {
        return "f:" + section + ".f:" + field;
    }

    /** Whether we own a field of the object by an apply. */
    static boolean isApplied(PartialObjectMetadata object, String path) {
        return applied(object).contains(path);
    }

    private static Set<String> applied(PartialObjectMetadata object) {
        return object.managedFields().appliedBy(ManagedMetadata.FIELD_MANAGER);
    }

    /** Whether the fields that we own are those that we want. The API server owns an atomic map as one field. */
    private static boolean isCovered(Set<String> owned, Set<String> wanted) {
        return owned.equals(wanted)
                || wanted.stream().allMatch(path -> owned.stream().anyMatch(field -> isWithin(path, field)))
                        && owned.stream().allMatch(field -> wanted.stream().anyMatch(path -> isWithin(path, field)));
    }

    private static boolean isWithin(String path, String field) {
        return path.equals(field) || path.startsWith(field + ".f:");
    }

    private Set<String> paths() {
        return Stream.of(
                        labels.keySet().stream().map(label -> LABEL + label),
                        annotations.keySet().stream().map(annotation -> ANNOTATION + annotation),
                        leaves("f:" + section, content))
                .flatMap(paths -> paths)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> leaves(String path, Map<?, ?> fields) {
        return fields.entrySet().stream().flatMap(field -> {
            String below = path + ".f:" + field.getKey();
            return field.getValue() instanceof Map<?, ?> map ? leaves(below, map) : Stream.of(below);
        });
    }
}
