package io.projectsveltos.clusterinventory.events;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** So many of something and no more: the latest, and of those before rather what is still needed. */
final class BoundedLru<K, V> {

    private final int most;
    private final Predicate<V> needed;

    /** The one that was put longest ago is the first. */
    private final Map<K, V> all = new LinkedHashMap<>();

    BoundedLru(int most, Predicate<V> needed) {
        this.most = most;
        this.needed = needed;
    }

    V get(K key) {
        return all.get(key);
    }

    Collection<V> values() {
        return all.values();
    }

    /** Makes this the latest. */
    void put(K key, V value) {
        all.remove(key);
        if (all.size() >= most) {
            all.remove(leastMissed());
        }
        all.put(key, value);
    }

    private K leastMissed() {
        Iterator<Map.Entry<K, V>> entries = all.entrySet().iterator();
        Map.Entry<K, V> first = entries.next();
        Map.Entry<K, V> entry = first;
        while (needed.test(entry.getValue())) {
            if (!entries.hasNext()) {
                return first.getKey();
            }
            entry = entries.next();
        }
        return entry.getKey();
    }
}
