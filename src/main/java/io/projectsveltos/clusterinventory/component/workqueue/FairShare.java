package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps one group of keys from occupying all workers. A group starts another key only while it uses fewer than half of the
 * workers that the other groups leave free; one worker is always allowed. So groups whose keys all hang occupy one half, one
 * quarter and so on, and leave a worker for the next group; with a fixed half for each, two hanging groups would leave none.
 *
 * <p>Keys without a group are not limited, and neither is a group while it is the only one that the queue has seen.
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

    /** Registers a group. Must be called before its first key starts. */
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
        int leftByOthers = workers - (busy - own);
        return own < Math.max(1, (leftByOthers + 1) / 2);
    }

    void started(String group) {
        busy++;
        inFlight.merge(group, 1, Integer::sum);
    }

    void ended(String group) {
        busy--;
        inFlight.computeIfPresent(group, (name, count) -> count == 1 ? null : count - 1);
    }
}
