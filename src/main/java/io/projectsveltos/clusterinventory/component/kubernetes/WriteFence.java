package io.projectsveltos.clusterinventory.component.kubernetes;

/** Says whether this process may still write, to keep one that lost its leadership from writing. */
@FunctionalInterface
public interface WriteFence {

    /**
     * Asked right before each request that may change something is sent, on a thread of the HTTP client. It must not wait.
     *
     * @return false to have the request fail instead
     */
    boolean mayWrite();
}
