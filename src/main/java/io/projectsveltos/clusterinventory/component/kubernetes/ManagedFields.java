package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
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
    private static final int MOST_SHARED = 4096;
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
    public boolean updatedNotApplied(String path) {
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
        if (SHARED.size() > MOST_SHARED) {
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
