package io.projectsveltos.clusterinventory.leaderelection;

import java.time.Duration;

/**
 * The times of leader election, under client-go's names. A leader that cannot renew stops writing after the renew deadline
 * and terminates one request later at the latest, after 11 s. No other replica leads before the lease duration of 12 s is
 * over. A standby sees the last renewal up to 2.4 s late and checks again up to 2.4 s after the lease has expired: it leads
 * within 17 s.
 */
final class LeaderElectionConfig {

    static final Duration LEASE_DURATION = Duration.ofSeconds(12);
    static final Duration RENEW_DEADLINE = Duration.ofSeconds(8);
    static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

    /** Random extra wait of standby replicas, so that they do not retry in lockstep. */
    static final double JITTER_FACTOR = 0.2;

    /** For each request about the lease, from connecting to the response. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

    private LeaderElectionConfig() {}
}
