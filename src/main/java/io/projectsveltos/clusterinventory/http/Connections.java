package io.projectsveltos.clusterinventory.http;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The open connections of a port. When there are too many, the oldest one that waits for its client is closed to make room
 * for the next: silent clients do not block those that send their request immediately.
 */
final class Connections {

    private static final long RECHECK_MILLIS = 10;

    private final ConnectionLimits limits;

    /** Oldest first. */
    private final Set<Connection> open = new LinkedHashSet<>();

    Connections(ConnectionLimits limits) {
        this.limits = limits;
    }

    /**
     * Waits until there is room for one more connection.
     *
     * @return false when there is none, because all of them are handling a request
     */
    synchronized boolean awaitRoom() throws InterruptedException {
        while (open.size() >= limits.maxOpen()) {
            if (open.stream().allMatch(Connection::isHandling)) {
                return false;
            }
            open.stream()
                    .filter(connection -> connection.isWaitingLongerThan(limits.grace()))
                    .findFirst()
                    .ifPresent(Connection::close);
            wait(RECHECK_MILLIS);
        }
        return true;
    }

    synchronized boolean isEmpty() {
        return open.isEmpty();
    }

    synchronized void add(Connection connection) {
        open.add(connection);
    }

    synchronized void remove(Connection connection) {
        open.remove(connection);
        notifyAll();
    }

    /** Closes those whose clients are too slow, whether or not there is room. */
    void closeOverdue() {
        Duration timeout = limits.timeout();
        all().stream()
                .filter(connection -> connection.isWaitingLongerThan(timeout))
                .forEach(Connection::close);
    }

    void abortAll() {
        all().forEach(Connection::abort);
    }

    private synchronized List<Connection> all() {
        return List.copyOf(open);
    }
}
