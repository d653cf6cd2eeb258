package io.projectsveltos.clusterinventory.sveltos;

/** What an apply does to an output, like {@code controllerutil.OperationResult} in controller-runtime. */
public enum OperationResult {
    /** Nothing: the output is as desired, or its repair has to wait. */
    NONE,
    /** It creates the output. */
    CREATED,
    /** It replaces the kubeconfig. */
    ROTATED,
    /** It changes labels, annotations or field ownership; the kubeconfig stays. */
    UPDATED,
    /** It pauses the SveltosCluster, see {@link HealthGate}. */
    PAUSED,
    /** It ends the pause, unless another writer wants it too. */
    RELEASED
}
