package io.projectsveltos.clusterinventory.leaderelection;

import java.time.Duration;

/**
 * The times of leader election. In a row: a leader that cannot renew writes no more after the renew deadline, and knows
 * so after one more request at most, 11 s. Nobody else leads before the 12 s of the lease are over. Whoever waits has seen
 * the last renewal at most 2.4 s late, and looks again 2.4 s after the end at most: he leads within 17 s.
 */
final class LeaderElectionConfig {

    static final Duration LEASE = Duration.ofSeconds(12);
    static final Duration RENEW_DEADLINE = Duration.ofSeconds(8);
    static final Duration RETRY = Duration.ofSeconds(2);

    /** One who waits waits up to this much longer, so that several do not ask at the same moment. */
    static final double JITTER = 0.2;

    /** Of each request about the lease, from connecting to the answer. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

    private LeaderElectionConfig() {}
}
