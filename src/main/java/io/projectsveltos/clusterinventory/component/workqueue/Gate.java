package io.projectsveltos.clusterinventory.component.workqueue;

/**
 * Holds back the workers of a {@code workqueue:} consumer until the keys can be worked on, for example until the
 * informer caches that the route reads are filled. The counterpart of {@code cache.WaitForCacheSync}, which every
 * controller of controller-runtime calls between starting its sources and starting its workers.
 */
@FunctionalInterface
public interface Gate {

    /**
     * Returns when keys may be taken. Called once for all workers before their first key, after a start and after
     * a resume. A runtime exception counts as "not yet" and is asked again a second later.
     *
     * @throws InterruptedException when the consumer is stopped meanwhile
     */
    void await() throws InterruptedException;
}
