package io.projectsveltos.clusterinventory.component.kubernetes;

/** Decides whether this process may still write, so that a replica that lost its leadership does not. */
@FunctionalInterface
public interface WriteFence {

    /**
     * Called immediately before each write request is sent, on the thread that sends it. It must not block.
     *
     * @return false to make the request fail instead
     */
    boolean mayWrite();
}
