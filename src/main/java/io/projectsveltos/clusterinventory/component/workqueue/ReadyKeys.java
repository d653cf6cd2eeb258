package io.projectsveltos.clusterinventory.component.workqueue;

import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue.Added;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The keys that a queue could hand out, in the order in which they came, each at most once. They are kept by group, so that
 * a group which is held back costs nothing to pass over, however many keys it has. Not thread-safe.
 */
final class ReadyKeys {

    private record Place(Added added, long number) {}

    /** The keys of each group that has any, in order. */
    private final Map<String, LinkedHashMap<String, Place>> byGroup = new HashMap<>();

    private final Map<String, String> groupOf = new HashMap<>();
    private long number;

    /**
     * Adds a key at the end, unless it is there already; then it only changes its group.
     *
     * @return whether it was added
     */
    boolean add(Added added) {
        Added known = get(added.key());
        if (known == null) {
            append(added);
            return true;
        }
        if (!known.group().equals(added.group())) {
            remove(known);
            append(known.inNewGroup(added));
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

    /** The key as it was added, or null. */
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

    /** The first key of all, or null. */
    Added first() {
        return firstOf(group -> true);
    }

    /** The first key of those groups, or null. */
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
