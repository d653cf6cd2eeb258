package io.projectsveltos.clusterinventory.http;

import java.time.Duration;

/**
 * What clients may cost a port.
 *
 * @param maxOpen how many connections may be open; each has a thread, and further ones wait in the kernel
 * @param grace how long a connection is not closed in favour of a newer one; it bounds how often that happens
 * @param timeout how long a client may take to send its request, TLS handshake included, and again to read the response
 */
record ConnectionLimits(int maxOpen, Duration grace, Duration timeout) {

    /**
     * Probes and scrapes take milliseconds, a little longer on a busy node. Hostile clients that replace each closed
     * connection open at most 512 new ones per second; with 400 of them ahead in the kernel's queue, a probe waits 0.8 s.
     * An open connection takes 50 kB, with TLS 220 kB.
     */
    static final ConnectionLimits DEFAULT = new ConnectionLimits(128, Duration.ofMillis(250), Duration.ofSeconds(10));
}
