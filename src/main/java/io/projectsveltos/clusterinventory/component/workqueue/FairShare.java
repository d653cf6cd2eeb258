package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps one group of keys from taking all workers. A group starts another key only while it has fewer than half of the
 * workers that the other groups leave, and always one. So groups whose keys all hang take a half, a quarter and so on, and
 * leave a worker for the next group; a fixed half each would leave none as soon as two groups hang.
 *
 * <p>Keys without a group are not limited, nor is a group as long as it is the only one that the queue has ever seen.
 * Not thread-safe.
 */
final class FairShare {

    static final String NO_GROUP = "";

    private final Map<String, Integer> inFlight = new HashMap<>();
    private String onlyGroup;
    private boolean severalGroups;
    private int workers;
    private int busy;

    void useWorkers(int newWorkers) {
        workers = newWorkers;
    }

    /** Takes note of a group, before the first of its keys may start. */
    void added(String group) {
        if (!group.equals(NO_GROUP)) {
            severalGroups |= onlyGroup != null && !onlyGroup.equals(group);
            onlyGroup = group;
        }
    }

    boolean mayStart(String group) {
        if (group.equals(NO_GROUP) || workers == 0 || !severalGroups) {
            return true;
        }
        int own = inFlight.getOrDefault(group, 0);
        int left = workers - (busy - own);
        return own < Math.max(1, (left + 1) / 2);
    }

    void started(String group) {
        busy++;
        inFlight.merge(group, 1, Integer::sum);
    }

    void ended(String group) {
        busy--;
        inFlight.computeIfPresent(group, (name, number) -> number == 1 ? null : number - 1);
    }
}
