package io.projectsveltos.clusterinventory.reliability;

/**
 * What a process may not use more and more of. Each is measured several times, and the least counts: what leaked is still
 * there in the quietest moment, what is only in use is not.
 */
enum Resource {
    RSS("RSS", "MiB", 0),

    /** A collection finds a different part of a request or a response in use each time. */
    HEAP("heap after collection", "MiB", 0.5),

    METASPACE("metaspace", "MiB", 0),

    /** Pools of the HTTP client and of the JVM start a thread for a busy moment and end it when it was idle for a minute. */
    THREADS("threads", "", 4),

    /** The connections of those threads, and the pipes of one plugin. */
    DESCRIPTORS("file descriptors", "", 8),

    /** Between two samples, another plugin may have begun. */
    CHILDREN("child processes", "", 1),

    /**
     * What is due is queued every five seconds, in bursts, and waits for a core before it waits for a worker: the machine also
     * runs the API server, etcd, the plugins and the test. In a queue that grows, keys soon wait for seconds.
     */
    QUEUE_AGE("queue age, mean", "ms", 100),

    LOG("log per minute", "KiB", 0);

    private static final double MAX_GROWTH = 0.05;

    private final String title;
    private final String unit;
    private final double allowance;

    /**
     * @param allowance in the unit, in addition to 5 %, for what comes and goes
     */
    Resource(String title, String unit, double allowance) {
        this.title = title;
        this.unit = unit;
        this.allowance = allowance;
    }

    String title() {
        return unit.isEmpty() ? title : title + ", " + unit;
    }

    double most(double before) {
        return before * (1 + MAX_GROWTH) + allowance;
    }
}
