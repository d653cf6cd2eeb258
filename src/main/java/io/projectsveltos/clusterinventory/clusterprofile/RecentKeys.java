package io.projectsveltos.clusterinventory.clusterprofile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Remembers what has been logged, so that it is logged only once. Bounded: the oldest keys are evicted. */
public final class RecentKeys {

    private static final int CAPACITY = 10_000;

    private final Set<String> keys = Collections.newSetFromMap(Collections.synchronizedMap(new Recent()));

    /** Returns true if the key is new. */
    public boolean add(String key) {
        return keys.add(key);
    }

    private static final class Recent extends LinkedHashMap<String, Boolean> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > CAPACITY;
        }
    }
}
