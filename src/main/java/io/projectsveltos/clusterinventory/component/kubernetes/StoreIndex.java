package io.projectsveltos.clusterinventory.component.kubernetes;

/**
 * Follows what a store holds, as the {@code Indexers} of client-go's cache do: it is complete when the store is synced, and
 * stays so over the restarts of a watch.
 *
 * @param <V> what is stored of each object
 */
@FunctionalInterface
public interface StoreIndex<V> {

    /**
     * A stored value has changed. Several threads may call this at the same time, for different objects. The store is locked
     * in the meantime and its watch waits, so the time that this takes must not grow with the number of objects.
     *
     * @param before the value until now, null for a new object
     * @param after the value from now on, null for an object that is gone
     */
    void replace(V before, V after);
}
