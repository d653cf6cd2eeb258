package io.projectsveltos.clusterinventory.http;

import java.time.Duration;

/**
 * What clients may cost a port.
 *
 * @param open how many connections may be open; each has a thread, and what waits beyond that waits in the kernel
 * @param grace how long a connection is not closed for a newer one; it bounds how often that happens
 * @param patience how long a client may take to send its request, TLS handshake included, and again to read the answer
 */
record ConnectionLimits(int open, Duration grace, Duration patience) {

    /**
     * For probes and scrapes, which take milliseconds, on a busy node a little longer. Hostile clients that replace each
     * connection as it is closed make 512 new ones a second at most; with 400 of them ahead in the kernel's queue, a probe
     * waits for 0.8 s. An open connection takes 50 kB, with TLS 220 kB.
     */
    static final ConnectionLimits DEFAULT = new ConnectionLimits(128, Duration.ofMillis(250), Duration.ofSeconds(10));
}
