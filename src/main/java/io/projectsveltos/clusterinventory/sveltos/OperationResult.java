package io.projectsveltos.clusterinventory.sveltos;

/** What a write does to an output. */
public enum OperationResult {
    /** Nothing: the output is as wanted, or its repair has to wait. */
    NONE,
    /** It makes the output. */
    CREATED,
    /** It puts another kubeconfig into it. */
    ROTATED,
    /** It mends labels, annotations or ownership; the kubeconfig stays. */
    UPDATED
}
