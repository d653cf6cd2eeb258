package io.projectsveltos.clusterinventory.component.workqueue;

import io.projectsveltos.clusterinventory.component.workqueue.WorkQueueObserver.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of keys for level-triggered work, with the rules of client-go's {@code util/workqueue}:
 *
 * <ul>
 *   <li>a key is in the queue at most once, however often it is added;
 *   <li>a key is with at most one worker at a time; added meanwhile, it is queued again when the worker is done;
 *   <li>keys are handed out in the order in which they were added or their delay ended;
 *   <li>a key that failed is added again after a {@link Backoff} of its own.
 * </ul>
 *
 * <p>There is no size limit and no thread: one of the waiting workers waits only until the earliest delay ends, the
 * others until they are notified. The queue remembers keys that are queued, delayed or with a worker, and the failures
 * of a key until {@link #forget}. It is thread-safe, and no method but {@link #take} blocks.
 */
public final class WorkQueue {

    private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);

    /** 100 years: so far apart, two values of a nanosecond clock still compare. */
    static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    private final LongSupplier nanoClock;

    /** Keys to hand out, in order, with the time since when. */
    private final Map<String, Long> ready = new LinkedHashMap<>();

    /** Keys with a worker, longest first, with the time since when. */
    private final Map<String, Long> working = new LinkedHashMap<>();

    /** Keys added while they are with a worker, with the time of the first such add. */
    private final Map<String, Long> again = new HashMap<>();

    private final Map<String, Due> delayed = new HashMap<>();
    private final TreeSet<Due> delayedByTime = new TreeSet<>();
    private final Map<String, Integer> failures = new HashMap<>();

    private volatile Backoff backoff;
    private volatile WorkQueueObserver observer = new WorkQueueObserver() {};
    private Thread timekeeper;
    private boolean shutDown;
    private long lastTaken;
    private long sequence;
    private long adds;
    private long retries;

    /** A queue with the {@link Backoff#DEFAULT default backoff}. */
    public WorkQueue() {
        this(Backoff.DEFAULT);
    }

    public WorkQueue(Backoff backoff) {
        this(backoff, System::nanoTime);
    }

    WorkQueue(Backoff backoff, LongSupplier nanoClock) {
        this.backoff = backoff;
        this.nanoClock = nanoClock;
        this.lastTaken = nanoClock.getAsLong();
    }

    /** Replaces the backoff; delays that run already stay as they are. */
    void useBackoff(Backoff newBackoff) {
        backoff = newBackoff;
    }

    /** Reports latencies to the observer from now on, in place of the one before. */
    public void observe(WorkQueueObserver newObserver) {
        observer = Objects.requireNonNull(newObserver);
    }

    /** Adds the key, unless it is queued already. Ignored after {@link #shutDown}. */
    public synchronized void add(String key) {
        queueDue();
        enqueue(Objects.requireNonNull(key), now());
    }

    /**
     * Adds the key when the delay has passed, at once if it is zero or less. Of several delays of a key the one that
     * ends first counts. Delays beyond 100 years are cut to that.
     */
    public synchronized void addAfter(String key, Duration delay) {
        retries++;
        if (delay.isNegative() || delay.isZero()) {
            add(key);
        } else {
            delay(Objects.requireNonNull(key), now() + nanos(delay));
        }
    }

    /** Counts a failure of the key and adds it after its {@link Backoff}. */
    public synchronized void addRateLimited(String key) {
        int failed = failures.merge(key, 1, (known, one) -> known == Integer.MAX_VALUE ? known : known + one);
        addAfter(key, backoff.after(failed));
    }

    /** Frees the failures of the key: its next backoff starts from the base. */
    public synchronized void forget(String key) {
        failures.remove(key);
    }

    /** Failures of the key since it was last forgotten. */
    public synchronized int requeues(String key) {
        return failures.getOrDefault(key, 0);
    }

    /**
     * Waits for a key and hands it to the caller, who calls {@link #done} with it in the end. As in client-go, keys that
     * were queued when the queue was shut down are still handed out.
     *
     * @return the key, or null when the queue is shut down and empty
     */
    public String take() throws InterruptedException {
        return take(() -> false);
    }

    /** As {@link #take()}, and returns null once {@code stopped}; whoever changes that calls {@link #wakeUp}. */
    String take(BooleanSupplier stopped) throws InterruptedException {
        Taken taken = next(stopped);
        if (taken == null) {
            return null;
        }
        tell(() -> observer.taken(taken.key(), taken.queuedNanos()));
        return taken.key();
    }

    /** Has each waiting worker look again whether it is stopped. On return none of those stopped takes another key. */
    synchronized void wakeUp() {
        notifyAll();
    }

    /** Ends the work on a key that was taken, with success. */
    public void done(String key) {
        done(key, Outcome.SUCCESS);
    }

    /** Ends the work on a key that was taken. */
    public void done(String key, Outcome outcome) {
        Long workedNanos = finish(key);
        if (workedNanos != null) {
            tell(() -> observer.done(key, workedNanos, outcome));
        }
    }

    /** Ignores what is added from now on, drops the delayed keys and lets workers end when the rest is handed out. */
    public synchronized void shutDown() {
        shutDown = true;
        delayed.clear();
        delayedByTime.clear();
        notifyAll();
    }

    /** Keys that could be taken now. */
    public synchronized int depth() {
        queueDue();
        return ready.size();
    }

    /** Keys whose delay has not ended. */
    public synchronized int waiting() {
        queueDue();
        return delayed.size();
    }

    /** Keys with a worker. */
    public synchronized int inFlight() {
        return working.size();
    }

    /** Keys queued since the start, those after a delay included, duplicates not: {@code workqueue_adds_total}. */
    public synchronized long adds() {
        return adds;
    }

    /** Calls of {@link #addAfter} and {@link #addRateLimited} since the start: {@code workqueue_retries_total}. */
    public synchronized long retries() {
        return retries;
    }

    /** Seconds since the longest busy worker was given its key, 0 when none is busy. */
    public synchronized double longestRunningSeconds() {
        return working.isEmpty() ? 0 : (now() - working.values().iterator().next()) / 1e9;
    }

    /** The key that is with a worker for the longest time, null when none is. */
    public synchronized String longestRunning() {
        return working.isEmpty() ? null : working.keySet().iterator().next();
    }

    /** Seconds that all keys with a worker have been with it, added up: {@code workqueue_unfinished_work_seconds}. */
    public synchronized double unfinishedSeconds() {
        long now = now();
        return working.values().stream().mapToLong(since -> now - since).sum() / 1e9;
    }

    /** Seconds that the first key in the queue has waited for a worker, 0 when none waits. */
    public synchronized double longestQueuedSeconds() {
        queueDue();
        return ready.isEmpty() ? 0 : (now() - ready.values().iterator().next()) / 1e9;
    }

    /** Seconds that the queue has had a key and handed out none, 0 when none waits: a long queue that moves has few. */
    synchronized double standstillSeconds() {
        queueDue();
        return ready.isEmpty() ? 0 : Math.min(longestQueuedSeconds(), (now() - lastTaken) / 1e9);
    }

    private synchronized Taken next(BooleanSupplier stopped) throws InterruptedException {
        try {
            while (!stopped.getAsBoolean()) {
                queueDue();
                if (!ready.isEmpty()) {
                    return start();
                }
                if (shutDown) {
                    return null;
                }
                idle();
            }
            return null;
        } finally {
            // this worker leaves: another one has to see to what is left
            if (!ready.isEmpty() || (timekeeper == null && !delayed.isEmpty())) {
                notify();
            }
        }
    }

    private Taken start() {
        Iterator<Map.Entry<String, Long>> first = ready.entrySet().iterator();
        Map.Entry<String, Long> entry = first.next();
        long now = now();
        Taken taken = new Taken(entry.getKey(), now - entry.getValue());
        first.remove();
        working.put(taken.key(), now);
        lastTaken = now;
        return taken;
    }

    private synchronized Long finish(String key) {
        Long since = working.remove(key);
        if (since == null) {
            return null;
        }
        Long added = again.remove(key);
        if (added != null) {
            ready.put(key, added);
            notify();
        }
        return now() - since;
    }

    /** One waiting worker keeps the time for all, so that the end of a delay wakes one worker and not every one. */
    private void idle() throws InterruptedException {
        if (timekeeper != null || delayed.isEmpty()) {
            wait();
            return;
        }
        timekeeper = Thread.currentThread();
        try {
            TimeUnit.NANOSECONDS.timedWait(this, delayedByTime.first().at() - now());
        } finally {
            if (timekeeper == Thread.currentThread()) {
                timekeeper = null;
            }
        }
    }

    private void enqueue(String key, long at) {
        if (shutDown) {
            return;
        }
        Map<String, Long> target = working.containsKey(key) ? again : ready;
        if (target.putIfAbsent(key, at) == null) {
            adds++;
            notify();
        }
    }

    private void delay(String key, long at) {
        Due known = delayed.get(key);
        if (shutDown || (known != null && known.at() - at <= 0)) {
            return;
        }
        if (known != null) {
            delayedByTime.remove(known);
        }
        Due due = new Due(key, at, sequence++);
        delayed.put(key, due);
        delayedByTime.add(due);
        if (delayedByTime.first() == due) {
            // the timekeeper, if any, would sleep past it
            timekeeper = null;
            notify();
        }
    }

    /** Queues the keys whose delay has ended, as of the time it ended. */
    private void queueDue() {
        while (!delayed.isEmpty() && delayedByTime.first().at() - now() <= 0) {
            Due due = delayedByTime.pollFirst();
            delayed.remove(due.key());
            enqueue(due.key(), due.at());
        }
    }

    private long now() {
        return nanoClock.getAsLong();
    }

    private static long nanos(Duration delay) {
        return (delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay).toNanos();
    }

    /** An observer that fails must not cost the worker the key it holds. */
    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            LOG.warn("The observer of a work queue failed", e);
        }
    }

    private record Taken(String key, long queuedNanos) {}

    /** The end of a key's delay; {@code sequence} keeps two that end at the same time apart, and in order. */
    private record Due(String key, long at, long sequence) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            // the difference, not the values: a nanosecond clock may wrap around
            int byTime = Long.signum(at - other.at);
            return byTime == 0 ? Long.compare(sequence, other.sequence) : byTime;
        }
    }
}
