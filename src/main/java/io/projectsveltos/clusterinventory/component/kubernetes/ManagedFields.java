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
 * The field ownership of an object, as the API server records it in {@code metadata.managedFields}: the paths of the leaf
 * fields per manager, such as {@code f:data.f:kubeconfig}. When another manager changes a field, the API server removes it
 * from the entry of the manager that applied it, so metadata is enough to detect drift.
 *
 * @param owners the entries in the API server's order, without those of subresources
 */
public record ManagedFields(List<Owner> owners) {

    static final ManagedFields NONE = new ManagedFields(List.of());

    // Objects written by the same controllers have equal entries: thousands of objects share a few instances.
    private static final int MAX_INTERNED = 1024;
    private static final int MAX_INTERNED_LENGTH = 4 * 1024;
    // Characters of all paths of an owner: several hundred fields.
    private static final int MAX_PATHS_LENGTH = 8 * 1024;
    /** Stands for the paths that are left out. */
    private static final String TRUNCATED = "...";

    // Labels and annotations identify the owner of an object; its data may have many keys that are not ours.
    private static final Comparator<String> METADATA_FIRST = Comparator.comparing(
                    (String path) -> !path.startsWith("f:metadata."))
            .thenComparing(path -> path);
    private static final Map<Owner, Owner> INTERNED = new ConcurrentHashMap<>();

    /**
     * The fields of one manager.
     *
     * @param manager the field manager's name
     * @param operation {@code Apply} or {@code Update}
     * @param paths leaf fields, the elements of a path joined by dots
     */
    public record Owner(String manager, String operation, Set<String> paths) {}

    /**
     * Parses the entries of an object.
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
     * Parses the entries of an object that anybody may have written, and keeps a bounded part of them.
     *
     * @param entries {@code metadata.managedFields}, may be null
     * @return the owners; if an owner has too many paths, the set is truncated and never equals a set of real paths
     */
    static ManagedFields bounded(List<ManagedFieldsEntry> entries) {
        return new ManagedFields(
                of(entries).owners().stream().map(ManagedFields::bounded).toList());
    }

    private static Owner bounded(Owner owner) {
        if (size(owner) <= MAX_PATHS_LENGTH) {
            return owner;
        }
        Set<String> kept = new TreeSet<>(Set.of(TRUNCATED));
        int left = MAX_PATHS_LENGTH;
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
     * The fields that a manager has applied and still owns.
     *
     * @param manager the field manager
     * @return leaf paths, empty if it has not applied anything
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
     * Whether any manager owns the field or a field below it.
     *
     * @param path the path of a field
     * @return true if there is an owner
     */
    public boolean anyoneOwns(String path) {
        return owners.stream()
                .flatMap(owner -> owner.paths().stream())
                .anyMatch(owned -> owned.equals(path) || isBelow(owned, path));
    }

    /** A label key may contain dots too, but each path element starts with its kind: f:, k:, v: or i:. */
    private static boolean isBelow(String owned, String path) {
        int kind = path.length() + 1;
        return owned.startsWith(path + ".") && owned.length() > kind + 1 && owned.charAt(kind + 1) == ':';
    }

    /**
     * Whether the field was written with create, update or patch instead of server-side apply.
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
     * Removes leaf fields from {@code fieldsV1} of an entry.
     *
     * @param paths the leaf fields to remove
     * @param fields the fields of the entry; this method changes them
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
        return intern(new Owner(entry.getManager(), entry.getOperation(), Set.copyOf(paths)));
    }

    private static Owner intern(Owner owner) {
        if (size(owner) > MAX_INTERNED_LENGTH) {
            return owner;
        }
        if (INTERNED.size() > MAX_INTERNED) {
            INTERNED.clear();
        }
        Owner known = INTERNED.putIfAbsent(owner, owner);
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
