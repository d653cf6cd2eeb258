package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers between one start (or resume) of a consumer and its next stop (or suspension). Each start has its own, so
 * that a worker that hung through a stop does not come back beside those of the next start.
 */
final class Workers {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final WorkQueue queue;
    private final Gate gate;
    private final Consumer<String> work;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile Thread atGate;

    Workers(WorkQueue queue, Gate gate, Consumer<String> work) {
        this.queue = queue;
        this.gate = gate;
        this.work = work;
    }

    /** Starts as many. One waits at the gate for all: threads with nothing to do would only delay the start. */
    void start(int number, Executor threads) {
        threads.execute(() -> {
            if (passGate()) {
                for (int others = 1; others < number; others++) {
                    threads.execute(this::workUntilStopped);
                }
                workUntilStopped();
            }
        });
    }

    /** On return no further key is taken; the keys in flight are finished. */
    void stop() {
        stop.countDown();
        queue.wakeUp();
        Thread waiting = atGate;
        if (waiting != null) {
            // only this one: a worker that has a key must not be interrupted
            waiting.interrupt();
        }
    }

    /** Whether none waits at the gate. */
    boolean passedGate() {
        return atGate == null;
    }

    private void workUntilStopped() {
        for (String key = next(); key != null; key = next()) {
            work(key);
        }
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private boolean passGate() {
        atGate = Thread.currentThread();
        try {
            while (!stopped()) {
                if (gateOpened()) {
                    return true;
                }
            }
            return false;
        } finally {
            atGate = null;
        }
    }

    private boolean gateOpened() {
        try {
            gate.await();
            return true;
        } catch (InterruptedException e) {
            // stopped, as the caller will see; any other interrupt is no reason to go through
            return false;
        } catch (Throwable e) {
            LOG.warn("The gate of a work queue failed, asked again in a second: {}", e.toString());
            LOG.debug("The gate of a work queue failed", e);
            pause();
            return false;
        }
    }

    private void pause() {
        try {
            stop.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // as in gateOpened
        }
    }

    private String next() {
        while (true) {
            try {
                return queue.take(this::stopped);
            } catch (InterruptedException e) {
                // left over from the route, or the end: the next take tells
                LOG.debug("Worker interrupted, stopped: {}", stopped());
            }
        }
    }

    private void work(String key) {
        try {
            work.accept(key);
        } catch (Throwable e) {
            LOG.error("Worker failed on {} outside of its route", key, e);
        }
    }
}
