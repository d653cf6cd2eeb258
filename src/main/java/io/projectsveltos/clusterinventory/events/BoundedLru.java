package io.projectsveltos.clusterinventory.events;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** A map of limited size. When it is full, the least recently put entry that need not be retained is evicted first. */
final class BoundedLru<K, V> {

    private final int capacity;
    private final Predicate<V> retainFirst;

    /** In the order of the last put. */
    private final Map<K, V> entries = new LinkedHashMap<>();

    BoundedLru(int capacity, Predicate<V> retainFirst) {
        this.capacity = capacity;
        this.retainFirst = retainFirst;
    }

    V get(K key) {
        return entries.get(key);
    }

    Collection<V> values() {
        return entries.values();
    }

    void put(K key, V value) {
        entries.remove(key);
        if (entries.size() >= capacity) {
            entries.remove(evictionCandidate());
        }
        entries.put(key, value);
    }

    private K evictionCandidate() {
        Iterator<Map.Entry<K, V>> oldestFirst = entries.entrySet().iterator();
        Map.Entry<K, V> oldest = oldestFirst.next();
        Map.Entry<K, V> candidate = oldest;
        while (retainFirst.test(candidate.getValue())) {
            if (!oldestFirst.hasNext()) {
                return oldest.getKey();
            }
            candidate = oldestFirst.next();
        }
        return candidate.getKey();
    }
}
