package io.projectsveltos.clusterinventory.component.workqueue;

import io.projectsveltos.clusterinventory.component.workqueue.WorkQueueObserver.Outcome;
import java.time.Duration;
import java.util.HashMap;
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
 *   <li>a key is with at most one worker at a time; added in the meantime, it is queued again when the worker is done;
 *   <li>keys are handed out in the order in which they were added or their delay ended;
 *   <li>a key that failed is added again after a {@link Backoff} of its own.
 * </ul>
 *
 * <p>Two rules of its own: keys may be added in groups, which share the workers by {@link FairShare}, and a
 * {@link CircuitBreaker} may hold back all keys. What a group or the breaker holds back keeps its place in the queue.
 *
 * <p>There is no size limit and no thread: one of the waiting workers waits only until the earliest delay ends, the
 * others until they are notified. The queue remembers keys that are queued, delayed or with a worker, and the failures
 * of a key until {@link #forget}. It is thread-safe, and no method but {@link #take} blocks.
 */
public final class WorkQueue {

    private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);

    /** 100 years: so far apart, two values of a nanosecond clock still compare. */
    static final Duration MAX_DELAY = Duration.ofDays(36_500);

    private final LongSupplier nanoClock;

    /** Keys to hand out. */
    private final ReadyKeys ready = new ReadyKeys();

    /** Keys with a worker, longest first. */
    private final Map<String, Processing> processing = new LinkedHashMap<>();

    /** Keys added while they are with a worker, as of the first such add. */
    private final Map<String, Added> dirty = new HashMap<>();

    private final Map<String, Due> delayed = new HashMap<>();
    private final TreeSet<Due> delayedByTime = new TreeSet<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final FairShare shares = new FairShare();

    private volatile Backoff backoff;
    private volatile WorkQueueObserver observer = new WorkQueueObserver() {};
    private volatile CircuitBreaker breaker = CircuitBreaker.alwaysClosed();
    private Thread timekeeper;
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

    /** Hands out keys only as the breaker admits them, from now on. */
    void useCircuitBreaker(CircuitBreaker newBreaker) {
        if (breaker != newBreaker) {
            breaker = newBreaker;
            newBreaker.onChange(this::wakeUp);
        }
    }

    /** Sets the number of workers that groups share; 0 for no sharing. */
    synchronized void shareAmong(int workers) {
        shares.useWorkers(workers);
    }

    /** Reports latencies to the observer from now on, in place of the one before. */
    public void observe(WorkQueueObserver newObserver) {
        observer = Objects.requireNonNull(newObserver);
    }

    /** Adds the key, unless it is queued already. */
    public void add(String key) {
        add(key, null);
    }

    /**
     * Adds the key, unless it is queued already.
     *
     * @param group the group that the key belongs to from now on; null for the one that it is known with, or none
     */
    public synchronized void add(String key, String group) {
        queueDue();
        enqueue(new Added(Objects.requireNonNull(key), group(key, group), now()));
    }

    /**
     * Adds the key when the delay has passed, at once if it is zero or less. Of several delays of a key the one that
     * ends first counts. Delays beyond 100 years are cut to that.
     */
    public void addAfter(String key, Duration delay) {
        addAfter(key, null, delay);
    }

    /** As {@link #addAfter(String, Duration)}, in a group as of {@link #add(String, String)}. */
    public synchronized void addAfter(String key, String group, Duration delay) {
        retries++;
        if (delay.isNegative() || delay.isZero()) {
            add(key, group);
        } else {
            delay(new Due(Objects.requireNonNull(key), group(key, group), now() + nanos(delay), sequence++));
        }
    }

    /** Counts a failure of the key and adds it after its {@link Backoff}. */
    public void addRateLimited(String key) {
        addRateLimited(key, Duration.ZERO);
    }

    /** Counts a failure of the key and adds it after its {@link Backoff}, and not before {@code atLeast} has passed. */
    public synchronized void addRateLimited(String key, Duration atLeast) {
        int failed = failures.merge(key, 1, (known, one) -> known == Integer.MAX_VALUE ? known : known + one);
        Duration delay = backoff.after(failed);
        addAfter(key, atLeast.compareTo(delay) > 0 ? atLeast : delay);
    }

    /** Frees the failures of the key: its next backoff starts from the base. */
    public synchronized void forget(String key) {
        failures.remove(key);
    }

    /** Failures of the key since it was last forgotten. */
    public synchronized int requeues(String key) {
        return failures.getOrDefault(key, 0);
    }

    /** Whether the key is queued, delayed or with a worker: somebody will work on it. */
    public synchronized boolean contains(String key) {
        return processing.containsKey(key) || delayed.containsKey(key) || ready.contains(key);
    }

    /**
     * Waits for a key and hands it to the caller, who calls {@link #done} with it in the end.
     *
     * @return the key
     */
    public String take() throws InterruptedException {
        return take(() -> false);
    }

    /** As {@link #take()}, but returns null once {@code stopped}; whatever changes that calls {@link #wakeUp}. */
    String take(BooleanSupplier stopped) throws InterruptedException {
        Taken taken = next(stopped);
        if (taken == null) {
            return null;
        }
        notifyObserver(() -> observer.taken(taken.key(), taken.queuedNanos()));
        return taken.key();
    }

    /** A key that can be handed out now, or null. Never waits. */
    synchronized String poll() {
        queueDue();
        Taken taken = takeReady(now());
        return taken == null ? null : taken.key();
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
        Processing ended = finish(key);
        if (ended == null) {
            return;
        }
        if (ended.trial()) {
            // not under our lock: the breaker wakes up all queues that share it
            breaker.trialEnded();
        }
        long workedNanos = now() - ended.since();
        notifyObserver(() -> observer.done(key, workedNanos, outcome));
    }

    /** Keys that could be taken now, those that a group or the breaker holds back among them. */
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
        return processing.size();
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
        return processing.isEmpty()
                ? 0
                : (now() - processing.values().iterator().next().since()) / 1e9;
    }

    /** The key that is with a worker for the longest time, null when none is. */
    public synchronized String longestRunning() {
        return processing.isEmpty() ? null : processing.keySet().iterator().next();
    }

    /** Seconds that all keys with a worker have been with it, added up: {@code workqueue_unfinished_work_seconds}. */
    public synchronized double unfinishedSeconds() {
        long now = now();
        return processing.values().stream().mapToLong(one -> now - one.since()).sum() / 1e9;
    }

    /** Seconds that the first key in the queue has waited for a worker, 0 when none waits. */
    public synchronized double longestQueuedSeconds() {
        queueDue();
        return ready.isEmpty() ? 0 : (now() - ready.first().at()) / 1e9;
    }

    /**
     * Seconds that the queue has held a key and handed out none, 0 when none waits or the breaker holds them back: a long
     * queue that moves has few.
     */
    synchronized double standstillSeconds() {
        queueDue();
        if (ready.isEmpty()) {
            return 0;
        }
        long now = now();
        return Math.min(longestQueuedSeconds(), Math.min(now - lastTaken, breaker.closedFor(now)) / 1e9);
    }

    private synchronized Taken next(BooleanSupplier stopped) throws InterruptedException {
        try {
            while (!stopped.getAsBoolean()) {
                queueDue();
                long now = now();
                Taken taken = takeReady(now);
                if (taken != null) {
                    return taken;
                }
                idle(now);
            }
            return null;
        } finally {
            // this worker leaves: another one has to see to what is left
            if (!ready.isEmpty() || (timekeeper == null && !delayed.isEmpty())) {
                notify();
            }
        }
    }

    /** The first key that its group and the breaker let through, or null. */
    private Taken takeReady(long now) {
        Added first = ready.firstOf(shares::mayStart);
        if (first == null) {
            return null;
        }
        CircuitBreaker.Admission admission = breaker.admit(now);
        if (admission == CircuitBreaker.Admission.NONE) {
            return null;
        }
        ready.remove(first);
        shares.started(first.group());
        processing.put(first.key(), new Processing(now, first.group(), admission == CircuitBreaker.Admission.TRIAL));
        lastTaken = now;
        return new Taken(first.key(), now - first.at());
    }

    private synchronized Processing finish(String key) {
        Processing ended = processing.remove(key);
        if (ended == null) {
            return null;
        }
        shares.ended(ended.group());
        Added added = dirty.remove(key);
        if (added != null) {
            ready.add(added);
        }
        if (!ready.isEmpty()) {
            // that key, or one that waited for a place of its group
            notify();
        }
        return ended;
    }

    /** One waiting worker keeps the time for all, so that the end of a delay wakes one worker and not every one. */
    private void idle(long now) throws InterruptedException {
        Long until = wakeUpTime(now);
        if (timekeeper != null || until == null) {
            wait();
            return;
        }
        timekeeper = Thread.currentThread();
        try {
            TimeUnit.NANOSECONDS.timedWait(this, until - now());
        } finally {
            if (timekeeper == Thread.currentThread()) {
                timekeeper = null;
            }
        }
    }

    /** When the first delay or the breaker's pause ends, whichever is earlier; null when nothing ends by itself. */
    private Long wakeUpTime(long now) {
        Long first = delayed.isEmpty() ? null : delayedByTime.first().at();
        Long pause = breaker.pausedUntil(now);
        if (first == null || pause == null) {
            return first == null ? pause : first;
        }
        return pause - first < 0 ? pause : first;
    }

    private void enqueue(Added added) {
        shares.added(added.group());
        boolean isNew = processing.containsKey(added.key())
                ? dirty.merge(added.key(), added, Added::inNewGroup) == added
                : ready.add(added);
        if (isNew) {
            adds++;
            notify();
        }
    }

    private void delay(Due due) {
        Due known = delayed.get(due.key());
        if (known != null && known.at() - due.at() <= 0) {
            return;
        }
        if (known != null) {
            delayedByTime.remove(known);
        }
        delayed.put(due.key(), due);
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
            enqueue(new Added(due.key(), due.group(), due.at()));
        }
    }

    /** The group that a key is added in: the one given, else the one that the queue knows it with, else none. */
    private String group(String key, String given) {
        if (given != null) {
            return given;
        }
        Added queued = dirty.containsKey(key) ? dirty.get(key) : ready.get(key);
        if (queued != null) {
            return queued.group();
        }
        if (processing.containsKey(key)) {
            return processing.get(key).group();
        }
        return delayed.containsKey(key) ? delayed.get(key).group() : FairShare.NO_GROUP;
    }

    private long now() {
        return nanoClock.getAsLong();
    }

    private static long nanos(Duration delay) {
        return (delay.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : delay).toNanos();
    }

    /** An observer that fails must not cost the worker the key it holds. */
    private static void notifyObserver(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            LOG.warn("The observer of a work queue failed", e);
        }
    }

    private record Taken(String key, long queuedNanos) {}

    /** A key with a worker since a time; {@code trial} when the breaker lets only this one through. */
    private record Processing(long since, String group, boolean trial) {}

    /** A key to hand out, with the time since when. */
    record Added(String key, String group, long at) {

        /** The first time counts, and the last group. */
        Added inNewGroup(Added later) {
            return new Added(key, later.group, at);
        }
    }

    /** The end of a key's delay; {@code sequence} keeps two that end at the same time apart, and in order. */
    private record Due(String key, String group, long at, long sequence) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            // the difference, not the values: a nanosecond clock may wrap around
            int byTime = Long.signum(at - other.at);
            return byTime == 0 ? Long.compare(sequence, other.sequence) : byTime;
        }
    }
}
