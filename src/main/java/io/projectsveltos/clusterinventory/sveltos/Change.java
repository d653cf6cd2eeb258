package io.projectsveltos.clusterinventory.sveltos;

/** What a write does to an output. */
public enum Change {
    /** Nothing: the output is as wanted. */
    NONE,
    /** It makes the output. */
    CREATED,
    /** It puts another kubeconfig into it. */
    ROTATED,
    /** It mends labels, annotations or ownership; the kubeconfig stays. */
    UPDATED
}
