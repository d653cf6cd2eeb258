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
 *   <li>a key is in the queue at most once, no matter how often it is added;
 *   <li>at most one worker processes a key at a time; a key added in the meantime is queued again when the worker is done;
 *   <li>keys are handed out in the order in which they were added or in which their delays ended;
 *   <li>a failed key is added again after a {@link Backoff} per key.
 * </ul>
 *
 * <p>Three rules are not in client-go: keys may belong to groups, which share the workers through {@link FairShare}; a
 * {@link CircuitBreaker} may hold back all keys; and they may be handed out at intervals. A key that is held back keeps its
 * place in the queue.
 *
 * <p>There is no size limit and no thread: one of the waiting workers waits until the earliest delay ends, the others until
 * they are notified. The queue holds the keys that are queued, delayed or being processed, and counts the failures of a key
 * until {@link #forget}. It is thread-safe, and only {@link #take} blocks.
 */
public final class WorkQueue {

    private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);

    /** 100 years: at this distance two values of a nanosecond clock can still be compared. */
    static final Duration MAX_DELAY = Duration.ofDays(36_500);

    private final LongSupplier nanoClock;

    /** Keys that wait for a worker. */
    private final ReadyKeys ready = new ReadyKeys();

    /** Keys that a worker processes, longest first. */
    private final Map<String, Processing> processing = new LinkedHashMap<>();

    /** Keys added while they are being processed, with the time of the first such add. */
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
    private long interval;
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

    /** Replaces the backoff; delays that have already started do not change. */
    void useBackoff(Backoff newBackoff) {
        backoff = newBackoff;
    }

    /** From now on hands out keys only if the breaker admits them. */
    void useCircuitBreaker(CircuitBreaker newBreaker) {
        if (breaker != newBreaker) {
            breaker = newBreaker;
            newBreaker.onChange(this::wakeUp);
        }
    }

    /** Sets the number of workers that the groups share; 0 turns sharing off. */
    synchronized void shareAmong(int workers) {
        shares.useWorkers(workers);
    }

    /** Sets the shortest time between two keys that are handed out; zero for no limit. */
    synchronized void handOutEvery(Duration newInterval) {
        interval = newInterval.toNanos();
    }

    /** Replaces the observer. */
    public void observe(WorkQueueObserver newObserver) {
        observer = Objects.requireNonNull(newObserver);
    }

    /** Adds the key, unless it is already queued. */
    public void add(String key) {
        add(key, null);
    }

    /**
     * Adds the key, unless it is already queued.
     *
     * @param group the group that the key belongs to from now on; null keeps its current group, if it has one
     */
    public synchronized void add(String key, String group) {
        queueDue();
        enqueue(new Added(Objects.requireNonNull(key), group(key, group), now()));
    }

    /**
     * Adds the key after the delay, or immediately if the delay is zero or negative. If a key has several delays, the one
     * that ends first counts. Delays of more than 100 years are shortened to 100 years.
     */
    public void addAfter(String key, Duration delay) {
        addAfter(key, null, delay);
    }

    /** Like {@link #addAfter(String, Duration)}, with a group as in {@link #add(String, String)}. */
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

    /** Counts a failure of the key and adds it after its {@link Backoff}, but not before {@code atLeast} has passed. */
    public synchronized void addRateLimited(String key, Duration atLeast) {
        Duration delay = backoff.after(countFailure(key));
        addAfter(key, atLeast.compareTo(delay) > 0 ? atLeast : delay);
    }

    /** Counts a failure of the key and adds it after a delay, in place of its {@link Backoff}. */
    public synchronized void addFailed(String key, Duration delay) {
        countFailure(key);
        addAfter(key, delay);
    }

    private int countFailure(String key) {
        return failures.merge(key, 1, (count, one) -> count == Integer.MAX_VALUE ? count : count + one);
    }

    /** Clears the failures of the key: its next backoff starts from the base delay. */
    public synchronized void forget(String key) {
        failures.remove(key);
    }

    /** Failures of the key since it was last forgotten. */
    public synchronized int requeues(String key) {
        return failures.getOrDefault(key, 0);
    }

    /** Whether the key is queued, delayed or being processed. */
    public synchronized boolean contains(String key) {
        return processing.containsKey(key) || delayed.containsKey(key) || ready.contains(key);
    }

    /**
     * Waits for a key. The caller must call {@link #done} with it when the work on it ends. This is client-go's {@code Get}.
     *
     * @return the key
     */
    public String take() throws InterruptedException {
        return take(() -> false);
    }

    /** Like {@link #take()}, but returns null once {@code stopped} is true; {@link #wakeUp} makes waiting workers check it. */
    String take(BooleanSupplier stopped) throws InterruptedException {
        Taken taken = next(stopped);
        if (taken == null) {
            return null;
        }
        notifyObserver(() -> observer.taken(taken.key(), taken.queuedNanos()));
        return taken.key();
    }

    /** Takes a key if one can be handed out now, otherwise returns null. */
    synchronized String poll() {
        queueDue();
        Taken taken = takeReady(now());
        return taken == null ? null : taken.key();
    }

    /** Makes each waiting worker check whether it is stopped. After this, a stopped worker takes no further key. */
    synchronized void wakeUp() {
        notifyAll();
    }

    /** Ends the work on a taken key, with success. */
    public void done(String key) {
        done(key, Outcome.SUCCESS);
    }

    /** Ends the work on a taken key; ignored for any other key. */
    public void done(String key, Outcome outcome) {
        Processing ended = finish(key);
        if (ended == null) {
            return;
        }
        if (ended.trial()) {
            // without holding our lock: the breaker wakes up all queues that share it
            breaker.trialEnded();
        }
        long workedNanos = now() - ended.since();
        notifyObserver(() -> observer.done(key, workedNanos, outcome));
    }

    /** Keys that wait for a worker, including those held back by their group or the breaker: {@code workqueue_depth}. */
    public synchronized int depth() {
        queueDue();
        return ready.size();
    }

    /** Keys whose delay has not ended. */
    public synchronized int waiting() {
        queueDue();
        return delayed.size();
    }

    /** Keys that workers process at the moment. */
    public synchronized int inFlight() {
        return processing.size();
    }

    /** Keys queued since the start, including delayed ones, without duplicates: {@code workqueue_adds_total}. */
    public synchronized long adds() {
        return adds;
    }

    /** Calls of {@link #addAfter} and {@link #addRateLimited} since the start: {@code workqueue_retries_total}. */
    public synchronized long retries() {
        return retries;
    }

    /**
     * Seconds since the longest busy worker took its key, 0 if no worker is busy:
     * {@code workqueue_longest_running_processor_seconds}.
     */
    public synchronized double longestRunningSeconds() {
        return processing.isEmpty()
                ? 0
                : (now() - processing.values().iterator().next().since()) / 1e9;
    }

    /** The key that has been processed for the longest time, null if there is none. */
    public synchronized String longestRunning() {
        return processing.isEmpty() ? null : processing.keySet().iterator().next();
    }

    /** Sum of the seconds that all keys in progress have been processed: {@code workqueue_unfinished_work_seconds}. */
    public synchronized double unfinishedSeconds() {
        long now = now();
        return processing.values().stream().mapToLong(key -> now - key.since()).sum() / 1e9;
    }

    /** Seconds that the first key in the queue has waited for a worker, 0 if the queue is empty. */
    public synchronized double longestQueuedSeconds() {
        queueDue();
        return ready.isEmpty() ? 0 : (now() - ready.first().at()) / 1e9;
    }

    /**
     * Seconds for which keys have waited and none was handed out; 0 if the queue is empty or the breaker holds it back. It
     * stays small for a long queue whose keys are handed out.
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
            // this worker leaves: another one must watch the remaining keys
            if (!ready.isEmpty() || (timekeeper == null && !delayed.isEmpty())) {
                notify();
            }
        }
    }

    /** The first key that the interval, its group and the breaker let through, or null. */
    private Taken takeReady(long now) {
        if (isIntervalRunning(now)) {
            return null;
        }
        Added first = ready.firstOf(shares::mayStart);
        if (first == null) {
            return null;
        }
        CircuitBreaker.Admission admission = breaker.admit(now);
        if (admission == CircuitBreaker.Admission.DENIED) {
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
            // the key itself, or one that waited for a worker of its group
            notify();
        }
        return ended;
    }

    private boolean isIntervalRunning(long now) {
        return lastTaken + interval - now > 0;
    }

    /** One waiting worker is the timekeeper, so that the end of a delay wakes one worker instead of all. */
    private void idle(long now) throws InterruptedException {
        if (!ready.isEmpty() && isIntervalRunning(now)) {
            // this worker waits for the end of the interval: the current timekeeper may sleep past it
            timekeeper = null;
        }
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

    /** When the first delay, the breaker's pause or the interval ends, whichever is earliest; null if none is running. */
    private Long wakeUpTime(long now) {
        Long delay = delayed.isEmpty() ? null : delayedByTime.first().at();
        Long next = !ready.isEmpty() && isIntervalRunning(now) ? Long.valueOf(lastTaken + interval) : null;
        return earlier(next, earlier(delay, breaker.pausedUntil(now)));
    }

    private static Long earlier(Long one, Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other - one < 0 ? other : one;
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
        Due earlier = delayed.get(due.key());
        if (earlier != null && earlier.at() - due.at() <= 0) {
            return;
        }
        if (earlier != null) {
            delayedByTime.remove(earlier);
        }
        delayed.put(due.key(), due);
        delayedByTime.add(due);
        if (delayedByTime.first() == due) {
            // the current timekeeper would sleep past it
            timekeeper = null;
            notify();
        }
    }

    /** Queues the keys whose delay has ended, with the time at which it ended. */
    private void queueDue() {
        while (!delayed.isEmpty() && delayedByTime.first().at() - now() <= 0) {
            Due due = delayedByTime.pollFirst();
            delayed.remove(due.key());
            enqueue(new Added(due.key(), due.group(), due.at()));
        }
    }

    /** The group to add a key with: the given one, else its current one, else none. */
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

    /** A failing observer must not make the worker lose its key. */
    private static void notifyObserver(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            LOG.warn("The observer of a work queue failed", e);
        }
    }

    private record Taken(String key, long queuedNanos) {}

    /** A key that is processed since a time; {@code trial} if the breaker admitted only this one. */
    private record Processing(long since, String group, boolean trial) {}

    /** A key that waits for a worker since a time. */
    record Added(String key, String group, long at) {

        /** Keeps the time of the first add and takes the group of the last. */
        Added inNewGroup(Added later) {
            return new Added(key, later.group, at);
        }
    }

    /** The end of a key's delay; {@code sequence} orders delays that end at the same time. */
    private record Due(String key, String group, long at, long sequence) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            // the difference, not the values: a nanosecond clock may wrap around
            int byTime = Long.signum(at - other.at);
            return byTime == 0 ? Long.compare(sequence, other.sequence) : byTime;
        }
    }
}
