package io.projectsveltos.clusterinventory.benchmark;

/**
 * CPU time in seconds: since the processes have started, or of a span of time.
 *
 * @param controller with its children
 * @param harness this process, which watches the outputs
 */
record CpuUsage(double controller, double apiServer, double etcd, double harness) {

    CpuUsage minus(CpuUsage earlier) {
        return new CpuUsage(
                controller - earlier.controller,
                apiServer - earlier.apiServer,
                etcd - earlier.etcd,
                harness - earlier.harness);
    }

    /** The API server and etcd together. */
    double server() {
        return apiServer + etcd;
    }
}
