package io.projectsveltos.clusterinventory.reliability;

import java.io.InterruptedIOException;

/** Holds everything back while it is shut, and lets it through afterwards, as retransmissions do after a partition. */
final class Gate {

    private boolean isShut;

    synchronized void shut() {
        isShut = true;
    }

    synchronized void open() {
        isShut = false;
        notifyAll();
    }

    synchronized void pass() throws InterruptedIOException {
        while (isShut) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
    }
}
