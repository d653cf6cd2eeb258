package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers between one start (or resume) of a consumer and its next stop (or suspension). Each start has its own, so
 * that a worker that hung through a stop does not come back beside those of the next start.
 */
final class Workers implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final WorkQueue queue;
    private final Gate gate;
    private final Consumer<String> work;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Set<Thread> atGate = ConcurrentHashMap.newKeySet();

    Workers(WorkQueue queue, Gate gate, Consumer<String> work) {
        this.queue = queue;
        this.gate = gate;
        this.work = work;
    }

    /** The life of one worker: the gate, then key after key until stopped. */
    @Override
    public void run() {
        if (passGate()) {
            for (String key = next(); key != null; key = next()) {
                work(key);
            }
        }
    }

    /** On return no further key is taken; the keys in flight are finished. */
    void stop() {
        stop.countDown();
        queue.wakeUp();
        // only these: a worker that has a key must not be interrupted
        atGate.forEach(Thread::interrupt);
    }

    /** Whether those that have started are past the gate. */
    boolean allPassedGate() {
        return atGate.isEmpty();
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private boolean passGate() {
        atGate.add(Thread.currentThread());
        try {
            while (!stopped()) {
                if (gateOpened()) {
                    return true;
                }
            }
            return false;
        } finally {
            atGate.remove(Thread.currentThread());
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
