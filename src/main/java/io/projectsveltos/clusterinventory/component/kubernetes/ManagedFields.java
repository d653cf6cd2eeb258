package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The field ownership of an object, as the API server records it in {@code metadata.managedFields}: the paths of the leaf
 * fields per manager, such as {@code f:data.f:kubeconfig}. When another manager changes a field, the API server removes it
 * from the entry of the manager that applied it, so metadata is enough to detect drift.
 *
 * @param owners the entries in the API server's order, without those of subresources
 */
public record ManagedFields(List<Owner> owners) {

    static final ManagedFields NONE = new ManagedFields(List.of());

    private static final ObjectMapper JSON = Json.newMapper();

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
        try (JsonParser parser = JSON.valueToTree(entries).traverse()) {
            parser.nextToken();
            return ManagedFieldsReader.UNBOUNDED.read(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
    public boolean isOwned(String path) {
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
}
