package io.projectsveltos.clusterinventory.http;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The open connections of a port. When there are too many, the oldest whose client keeps us waiting makes room for the
 * next: silent clients then take nothing from those that send their request at once.
 */
final class Connections {

    private static final long RECHECK_MILLIS = 10;

    private final ConnectionLimits limits;

    /** The oldest is the first. */
    private final Set<Connection> open = new LinkedHashSet<>();

    Connections(ConnectionLimits limits) {
        this.limits = limits;
    }

    /**
     * Waits until there is room for one more.
     *
     * @return false when there is none, since all are busy with an answer
     */
    synchronized boolean awaitRoom() throws InterruptedException {
        while (open.size() >= limits.open()) {
            if (open.stream().allMatch(Connection::isAnswering)) {
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

    synchronized void add(Connection connection) {
        open.add(connection);
    }

    synchronized void remove(Connection connection) {
        open.remove(connection);
        notifyAll();
    }

    /** Closes those whose clients are too slow, whether there is room or not. */
    void closeOverdue() {
        Duration patience = limits.patience();
        all().stream()
                .filter(connection -> connection.isWaitingLongerThan(patience))
                .forEach(Connection::close);
    }

    void abortAll() {
        all().forEach(Connection::abort);
    }

    private synchronized List<Connection> all() {
        return List.copyOf(open);
    }
}
