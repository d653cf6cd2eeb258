package io.projectsveltos.clusterinventory.component.workqueue;

import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue.Added;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The keys of a queue that wait for a worker, in the order in which they were added, each at most once. They are stored by
 * group, so that skipping a group that is held back costs the same no matter how many keys it has. Not thread-safe.
 */
final class ReadyKeys {

    private record Place(Added added, long number) {}

    /** The keys of each group that has any, oldest first. */
    private final Map<String, LinkedHashMap<String, Place>> byGroup = new HashMap<>();

    private final Map<String, String> groupOf = new HashMap<>();
    private long number;

    /**
     * Adds a key at the end. If it is already there, only its group changes.
     *
     * @return true if it was not there yet
     */
    boolean add(Added added) {
        Added present = get(added.key());
        if (present == null) {
            append(added);
            return true;
        }
        if (!present.group().equals(added.group())) {
            remove(present);
            append(present.inNewGroup(added));
        }
        return false;
    }

    private void append(Added added) {
        groupOf.put(added.key(), added.group());
        byGroup.computeIfAbsent(added.group(), group -> new LinkedHashMap<>())
                .put(added.key(), new Place(added, number++));
    }

    boolean contains(String key) {
        return groupOf.containsKey(key);
    }

    /** The entry of the key, or null. */
    Added get(String key) {
        String group = groupOf.get(key);
        return group == null ? null : byGroup.get(group).get(key).added();
    }

    boolean isEmpty() {
        return groupOf.isEmpty();
    }

    int size() {
        return groupOf.size();
    }

    /** The oldest key, or null. */
    Added first() {
        return firstOf(group -> true);
    }

    /** The oldest key of the groups that match, or null. */
    Added firstOf(Predicate<String> groups) {
        Place first = null;
        for (Map.Entry<String, LinkedHashMap<String, Place>> group : byGroup.entrySet()) {
            Place candidate = group.getValue().values().iterator().next();
            if ((first == null || candidate.number() < first.number()) && groups.test(group.getKey())) {
                first = candidate;
            }
        }
        return first == null ? null : first.added();
    }

    void remove(Added added) {
        groupOf.remove(added.key());
        byGroup.computeIfPresent(added.group(), (group, keys) -> {
            keys.remove(added.key());
            return keys.isEmpty() ? null : keys;
        });
    }
}
