package io.projectsveltos.clusterinventory.component.kubernetes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds objects by a value that they have, as client-go's Indexer does. Objects without a value take no memory. */
final class KeyIndex {

    private final Map<String, Set<String>> keysOf = new HashMap<>();
    private final Map<String, String> valueOf = new HashMap<>();

    /**
     * Notes the value of an object that was added, changed or removed.
     *
     * @param value null if it has none
     */
    synchronized void put(String key, String value) {
        String before = value == null ? valueOf.remove(key) : valueOf.put(key, value);
        if (before != null && !before.equals(value)) {
            keysOf.computeIfPresent(before, (same, keys) -> {
                keys.remove(key);
                return keys.isEmpty() ? null : keys;
            });
        }
        if (value != null) {
            keysOf.computeIfAbsent(value, first -> new TreeSet<>()).add(key);
        }
    }

    synchronized List<String> keys(String value) {
        return List.copyOf(keysOf.getOrDefault(value, Set.of()));
    }
}
