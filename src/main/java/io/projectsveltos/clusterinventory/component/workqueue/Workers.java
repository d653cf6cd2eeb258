package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of a consumer between a start (or resume) and the next stop (or suspend). Each start creates new ones, so that
 * a worker that hung during the stop does not continue next to those of the next start.
 */
final class Workers {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final WorkQueue queue;
    private final Gate gate;
    private final Consumer<String> work;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile Thread waitingAtGate;

    Workers(WorkQueue queue, Gate gate, Consumer<String> work) {
        this.queue = queue;
        this.gate = gate;
        this.work = work;
    }

    /** Starts the workers. One waits at the gate for all: threads that have nothing to do would only delay the start. */
    void start(int count, Executor executor) {
        executor.execute(() -> {
            if (waitForGate()) {
                for (int others = 1; others < count; others++) {
                    executor.execute(this::workUntilStopped);
                }
                workUntilStopped();
            }
        });
    }

    /** After this no further key is taken; keys in progress are finished. */
    void stop() {
        stop.countDown();
        queue.wakeUp();
        Thread waiting = waitingAtGate;
        if (waiting != null) {
            // not the others: a worker that processes a key must not be interrupted
            waiting.interrupt();
        }
    }

    /** Whether the gate is open. */
    boolean hasPassedGate() {
        return waitingAtGate == null;
    }

    private void workUntilStopped() {
        for (String key = next(); key != null; key = next()) {
            work(key);
        }
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private boolean waitForGate() {
        waitingAtGate = Thread.currentThread();
        try {
            while (!stopped()) {
                if (tryGate()) {
                    return true;
                }
            }
            return false;
        } finally {
            waitingAtGate = null;
        }
    }

    private boolean tryGate() {
        try {
            gate.await();
            return true;
        } catch (InterruptedException e) {
            // the caller checks whether it is stopped; any other interrupt does not open the gate
            return false;
        } catch (Throwable e) {
            LOG.warn("Work queue gate failed; retrying in 1s: {}", e.toString());
            LOG.debug("Work queue gate failed", e);
            pause();
            return false;
        }
    }

    private void pause() {
        try {
            stop.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // as in tryGate
        }
    }

    private String next() {
        while (true) {
            try {
                return queue.take(this::stopped);
            } catch (InterruptedException e) {
                // left over from the route, or a shutdown: the next take checks whether this worker is stopped
                LOG.debug("Worker interrupted, stopped: {}", stopped());
            }
        }
    }

    private void work(String key) {
        try {
            work.accept(key);
        } catch (Throwable e) {
            LOG.error("Worker failed on {} outside its route", key, e);
        }
    }
}
