package io.projectsveltos.clusterinventory.component.workqueue;

/**
 * Holds back the workers of a {@code workqueue:} consumer until keys can be processed, for example until the informer caches
 * that the route reads are synced. It is the counterpart of client-go's {@code cache.WaitForCacheSync}, which every
 * controller of controller-runtime calls after it has started its sources and before it starts its workers.
 */
@FunctionalInterface
public interface Gate {

    /**
     * Returns when the workers may take keys. Called once for all workers after each start and resume. After a runtime
     * exception it is called again a second later.
     *
     * @throws InterruptedException when the consumer is stopped while it waits
     */
    void await() throws InterruptedException;
}
