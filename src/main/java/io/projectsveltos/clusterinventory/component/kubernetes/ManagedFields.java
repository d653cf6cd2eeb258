package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who owns which field of an object, as the API server keeps it in {@code metadata.managedFields}: the paths of the leaf
 * fields per manager, such as {@code f:data.f:kubeconfig}. A field that somebody else changes leaves the entry of the
 * manager that applied it, so this tells from metadata alone whether what was applied still stands.
 *
 * @param owners the entries in the API server's order, without those of subresources
 */
public record ManagedFields(List<Owner> owners) {

    static final ManagedFields NONE = new ManagedFields(List.of());

    // Objects written by the same controllers have the same entries: thousands of objects share a handful of instances.
    private static final int MAX_SHARED = 1024;
    private static final int MAX_SHARED_LENGTH = 4 * 1024;
    // Characters of all paths of an owner: some hundred fields.
    private static final int MAX_KEPT = 8 * 1024;
    /** In place of what is left out. */
    private static final String AND_MORE = "...";

    // Labels and annotations say whose an object is; the keys of its content may be many, and foreign.
    private static final Comparator<String> METADATA_FIRST = Comparator.comparing(
                    (String path) -> !path.startsWith("f:metadata."))
            .thenComparing(path -> path);
    private static final Map<Owner, Owner> SHARED = new ConcurrentHashMap<>();

    /**
     * The fields of one manager.
     *
     * @param manager the field manager's name
     * @param operation {@code Apply} or {@code Update}
     * @param paths leaf fields, the elements of a path joined by dots
     */
    public record Owner(String manager, String operation, Set<String> paths) {}

    /**
     * Reads the API's form.
     *
     * @param entries {@code metadata.managedFields}, may be null
     * @return the owners
     */
    public static ManagedFields of(List<ManagedFieldsEntry> entries) {
        if (entries == null || entries.isEmpty()) {
            return NONE;
        }
        return new ManagedFields(entries.stream()
                .filter(entry ->
                        entry.getSubresource() == null || entry.getSubresource().isEmpty())
                .map(ManagedFields::owner)
                .toList());
    }

    /**
     * Reads the API's form of an object that anybody may have written, and keeps a bounded part of it.
     *
     * @param entries {@code metadata.managedFields}, may be null
     * @return the owners; the paths of one that owns very much are not all there, and equal to no set of real paths
     */
    static ManagedFields bounded(List<ManagedFieldsEntry> entries) {
        return new ManagedFields(
                of(entries).owners().stream().map(ManagedFields::bounded).toList());
    }

    private static Owner bounded(Owner owner) {
        if (size(owner) <= MAX_KEPT) {
            return owner;
        }
        Set<String> kept = new TreeSet<>(Set.of(AND_MORE));
        int left = MAX_KEPT;
        for (String path : (Iterable<String>) owner.paths().stream().sorted(METADATA_FIRST)::iterator) {
            left -= path.length();
            if (left < 0) {
                break;
            }
            kept.add(path);
        }
        return new Owner(owner.manager(), owner.operation(), Set.copyOf(kept));
    }

    private static int size(Owner owner) {
        return owner.paths().stream().mapToInt(String::length).sum();
    }

    /**
     * What a manager has applied and still owns.
     *
     * @param manager the field manager
     * @return leaf paths, empty when it has applied nothing
     */
    public Set<String> appliedBy(String manager) {
        return owners.stream()
                .filter(owner ->
                        owner.operation().equals("Apply") && owner.manager().equals(manager))
                .findFirst()
                .map(Owner::paths)
                .orElse(Set.of());
    }

    /**
     * Whether anybody owns the field or one below it.
     *
     * @param path the path of a field
     * @return true if so
     */
    public boolean anyoneOwns(String path) {
        return owners.stream()
                .flatMap(owner -> owner.paths().stream())
                .anyMatch(owned -> owned.equals(path) || isBelow(owned, path));
    }

    /** A label's key may have dots too, but what is below a field begins with its kind: f:, k:, v: or i:. */
    private static boolean isBelow(String owned, String path) {
        int kind = path.length() + 1;
        return owned.startsWith(path + ".") && owned.length() > kind + 1 && owned.charAt(kind + 1) == ':';
    }

    /**
     * Whether the field was written by plain create or update rather than by server-side apply.
     *
     * @param path the path of a leaf field
     * @return true if an {@code Update} entry owns it
     */
    public boolean isOwnedByUpdate(String path) {
        return owners.stream()
                .anyMatch(owner ->
                        owner.operation().equals("Update") && owner.paths().contains(path));
    }

    /**
     * Takes leaf fields out of the API's form of an entry.
     *
     * @param paths the leaf fields to take out
     * @param fields the entry's fields; changed by this
     */
    public static void remove(Set<String> paths, Map<String, Object> fields) {
        remove("", paths, fields);
    }

    private static void remove(String prefix, Set<String> paths, Map<?, ?> fields) {
        fields.entrySet().removeIf(field -> {
            String path = prefix.isEmpty() ? field.getKey().toString() : prefix + "." + field.getKey();
            if (field.getValue() instanceof Map<?, ?> below && !below.isEmpty()) {
                remove(path, paths, below);
                return below.isEmpty() || below.keySet().equals(Set.of("."));
            }
            return paths.contains(path);
        });
    }

    private static Owner owner(ManagedFieldsEntry entry) {
        Set<String> paths = new TreeSet<>();
        FieldsV1 fields = entry.getFieldsV1();
        if (fields != null) {
            collect("", fields.getAdditionalProperties(), paths);
        }
        return shared(new Owner(entry.getManager(), entry.getOperation(), Set.copyOf(paths)));
    }

    private static Owner shared(Owner owner) {
        if (size(owner) > MAX_SHARED_LENGTH) {
            return owner;
        }
        if (SHARED.size() > MAX_SHARED) {
            SHARED.clear();
        }
        Owner known = SHARED.putIfAbsent(owner, owner);
        return known == null ? owner : known;
    }

    private static void collect(String prefix, Map<?, ?> fields, Set<String> paths) {
        fields.forEach((name, below) -> {
            if (".".equals(name)) {
                return;
            }
            String path = prefix.isEmpty() ? name.toString() : prefix + "." + name;
            if (below instanceof Map<?, ?> map && !map.isEmpty()) {
                collect(path, map, paths);
            } else {
                paths.add(path);
            }
        });
    }
}
