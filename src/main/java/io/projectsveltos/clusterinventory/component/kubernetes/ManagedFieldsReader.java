package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.projectsveltos.clusterinventory.component.kubernetes.ManagedFields.Owner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads {@code metadata.managedFields} as sets of paths. Any user may have written them, and a megabyte of nested fields can
 * stand for gigabytes of paths.
 *
 * @param maxLength characters of all paths that are kept of an owner, once for the object's metadata and once for everything
 *     else: labels and annotations identify the owner of an object, and its data may have many keys that are not ours
 */
record ManagedFieldsReader(int maxLength) {

    /** Several hundred fields. */
    static final ManagedFieldsReader BOUNDED = new ManagedFieldsReader(8 * 1024);

    static final ManagedFieldsReader UNBOUNDED = new ManagedFieldsReader(Integer.MAX_VALUE);

    /** Stands for the paths that are left out: such a set never equals a set of real paths. */
    private static final String TRUNCATED = "...";

    /** Levels of nested fields. Fields of real types have fewer. */
    private static final int MAX_DEPTH = 100;

    // Objects written by the same controllers have equal entries: thousands of objects share a few instances.
    private static final int MAX_INTERNED = 1024;
    private static final int MAX_INTERNED_LENGTH = 4 * 1024;
    private static final Map<Entry, Owner> INTERNED = new ConcurrentHashMap<>();

    /** An entry as it was read, with the paths in the API server's order. */
    private record Entry(String manager, String operation, List<String> paths) {

        Owner owner() {
            return new Owner(manager, operation, Set.copyOf(new HashSet<>(paths)));
        }
    }

    /**
     * Reads the owners, without those of subresources.
     *
     * @param entries a parser at the beginning of the list
     */
    ManagedFields read(JsonParser entries) throws IOException {
        require(entries.isExpectedStartArrayToken(), entries);
        List<Owner> owners = new ArrayList<>();
        while (entries.nextToken() != JsonToken.END_ARRAY) {
            Owner owner = readOwner(entries);
            if (owner != null) {
                owners.add(owner);
            }
        }
        return owners.isEmpty() ? ManagedFields.NONE : new ManagedFields(List.copyOf(owners));
    }

    /** Null for an entry of a subresource. */
    private Owner readOwner(JsonParser entry) throws IOException {
        require(entry.isExpectedStartObjectToken(), entry);
        String manager = null;
        String operation = null;
        String subresource = "";
        Paths paths = new Paths();
        for (String field = entry.nextFieldName(); field != null; field = entry.nextFieldName()) {
            entry.nextToken();
            switch (field) {
                case "manager" -> manager = entry.getValueAsString();
                case "operation" -> operation = entry.getValueAsString();
                case "subresource" -> subresource = entry.getValueAsString("");
                case "fieldsV1" -> paths.collect(entry, 0);
                default -> entry.skipChildren();
            }
            require(!entry.currentToken().isStructStart(), entry);
        }
        return subresource.isEmpty() ? paths.owner(manager, operation) : null;
    }

    private static void require(boolean expected, JsonParser entries) throws IOException {
        if (!expected) {
            throw MismatchedInputException.from(entries, ManagedFields.class, "not a list of managed fields");
        }
    }

    private static Owner interned(Entry entry) {
        Owner known = INTERNED.get(entry);
        if (known != null) {
            return known;
        }
        if (INTERNED.size() > MAX_INTERNED) {
            INTERNED.clear();
        }
        Owner owner = entry.owner();
        known = INTERNED.putIfAbsent(entry, owner);
        return known == null ? owner : known;
    }

    /** The leaf fields of an entry. */
    private final class Paths {

        private final List<String> kept = new ArrayList<>();
        private final StringBuilder path = new StringBuilder();
        private int metadataLength;
        private int otherLength;
        private boolean truncated;

        /** Reads the value of the field that {@link #path} leads to. */
        void collect(JsonParser fields, int depth) throws IOException {
            boolean leaf = true;
            if (fields.currentToken() != JsonToken.START_OBJECT || depth > MAX_DEPTH) {
                truncated |= depth > MAX_DEPTH;
                fields.skipChildren();
            } else {
                int length = path.length();
                for (String name = fields.nextFieldName(); name != null; name = fields.nextFieldName()) {
                    leaf = false;
                    fields.nextToken();
                    if (name.equals(".")) {
                        fields.skipChildren();
                    } else {
                        path.append(length == 0 ? "" : ".").append(name);
                        collect(fields, depth + 1);
                        path.setLength(length);
                    }
                }
            }
            if (leaf && depth > 0) {
                add();
            }
        }

        private void add() {
            boolean metadata = path.indexOf("f:metadata.") == 0;
            int length = (metadata ? metadataLength : otherLength) + path.length();
            if (length > maxLength) {
                truncated = true;
                return;
            }
            if (metadata) {
                metadataLength = length;
            } else {
                otherLength = length;
            }
            kept.add(path.toString());
        }

        Owner owner(String manager, String operation) {
            if (truncated) {
                kept.add(TRUNCATED);
            }
            Entry entry = new Entry(manager, operation, List.copyOf(kept));
            return metadataLength + otherLength > MAX_INTERNED_LENGTH ? entry.owner() : interned(entry);
        }
    }
}
