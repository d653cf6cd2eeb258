package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back the keys of all queues that share it while the server that their work depends on is overloaded or does not
 * respond. Without it each key would find that out by itself, with a request and a log line per attempt.
 *
 * <p>It opens after {@value #FAILURE_THRESHOLD} failed requests in a row. A server that refuses some requests and serves
 * others does not open it: the backoff of the refused keys is enough. While it is open, no key is handed out. After a pause,
 * at least as long as the server asks for, it is half-open and lets one key at a time through on trial: a served request
 * closes it, another failure opens it for twice as long. It logs one line when it opens and one when it closes; if it opens
 * again within {@value #QUIET_SECONDS} s of the last such line, it logs neither.
 *
 * <p>The worker that makes a request reports its outcome, through {@link #succeeded} or {@link #failed}. Thread-safe.
 */
public final class CircuitBreaker {

    /** Fewer failures in a row are left to the backoff of their keys. */
    static final int FAILURE_THRESHOLD = 3;

    static final int QUIET_SECONDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);

    /** Work resumes at most 5 s after the server has recovered, unless it asked for a longer pause. */
    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5));

    /** Whether a key may be handed out. */
    enum Admission {
        /** The key has to wait. */
        DENIED,
        /** The only key that may be handed out until it is done or its request has an outcome. */
        TRIAL,
        /** Not limited. */
        PERMITTED
    }

    private enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    private final String server;
    private final LongSupplier nanoClock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private State state = State.CLOSED;
    private int failures;
    private int trips;
    private boolean onTrial;
    private boolean announced;
    private long openedAt;
    private long pausedUntil;
    private Long announcedAt;
    private Long closedAt;

    /**
     * A closed breaker that uses the system clock.
     *
     * @param server name of the server in log lines
     */
    public CircuitBreaker(String server) {
        this(server, System::nanoTime);
    }

    /**
     * A closed breaker with another clock.
     *
     * @param server name of the server in log lines
     * @param nanoClock nanoseconds since an arbitrary origin, like {@link System#nanoTime}
     */
    public CircuitBreaker(String server, LongSupplier nanoClock) {
        this.server = server;
        this.nanoClock = nanoClock;
    }

    /** For queues whose work does not depend on a server. */
    static CircuitBreaker alwaysClosed() {
        return new CircuitBreaker("");
    }

    /** Reports that the server handled a request, whatever the response was. */
    public void succeeded() {
        if (close()) {
            listeners.forEach(Runnable::run);
        }
    }

    /**
     * Reports that the server did not handle a request.
     *
     * @param reason one line for the log
     * @param retryAfter how long the server asks to wait, zero when it does not say
     */
    public void failed(String reason, Duration retryAfter) {
        if (open(reason, retryAfter)) {
            listeners.forEach(Runnable::run);
        }
    }

    /** Runs the listener, without holding a lock, after each change that may wake workers or change how long they wait. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * For how long it has been closed.
     *
     * @param now time of this breaker's clock, in nanoseconds
     * @return nanoseconds; 0 while it is not closed, {@link Long#MAX_VALUE} if it was never open
     */
    synchronized long closedFor(long now) {
        if (state != State.CLOSED) {
            return 0;
        }
        return closedAt == null ? Long.MAX_VALUE : now - closedAt;
    }

    /**
     * Asks to hand out a key. After {@link Admission#TRIAL} the caller calls {@link #trialEnded} when the key is done.
     *
     * @param now time of this breaker's clock, in nanoseconds
     */
    synchronized Admission admit(long now) {
        if (state == State.OPEN && pausedUntil - now <= 0) {
            state = State.HALF_OPEN;
            onTrial = false;
        }
        if (state == State.HALF_OPEN && !onTrial) {
            onTrial = true;
            return Admission.TRIAL;
        }
        return state == State.CLOSED ? Admission.PERMITTED : Admission.DENIED;
    }

    /** Ends the trial. If the key made no request, the next key is on trial. */
    void trialEnded() {
        synchronized (this) {
            onTrial = false;
        }
        listeners.forEach(Runnable::run);
    }

    /**
     * When the pause ends.
     *
     * @param now the time passed to {@link #admit}: at a later time the pause that denied the key may have ended
     * @return nanoseconds of this breaker's clock, null if there is no pause
     */
    synchronized Long pausedUntil(long now) {
        return state == State.OPEN && pausedUntil - now > 0 ? pausedUntil : null;
    }

    private synchronized boolean close() {
        failures = 0;
        if (state != State.HALF_OPEN) {
            // a response that was on its way when the breaker opened says nothing about the next request
            return false;
        }
        state = State.CLOSED;
        closedAt = nanoClock.getAsLong();
        trips = 0;
        if (announced) {
            announced = false;
            LOG.info(
                    "{} answers again after {} s; resuming work",
                    server,
                    (nanoClock.getAsLong() - openedAt) / 1_000_000_000);
        }
        return true;
    }

    private synchronized boolean open(String reason, Duration retryAfter) {
        failures++;
        long now = nanoClock.getAsLong();
        if (state == State.OPEN && pausedUntil - now > 0) {
            // a request that was sent before the breaker opened
            pausedUntil = later(pausedUntil, now + retryAfter.toNanos());
            return true;
        }
        if (state == State.CLOSED) {
            if (failures < FAILURE_THRESHOLD) {
                return false;
            }
            openedAt = now;
        }
        trips++;
        state = State.OPEN;
        Duration backoff = PAUSES.after(trips);
        Duration pause = retryAfter.compareTo(backoff) > 0 ? retryAfter : backoff;
        pausedUntil = now + pause.toNanos();
        announce(now, reason, pause);
        return true;
    }

    private void announce(long now, String reason, Duration pause) {
        boolean quiet = announcedAt != null && now - announcedAt < QUIET_SECONDS * 1_000_000_000L;
        if (announced || (quiet && trips == 1)) {
            LOG.debug("{}: {}; next attempt in {} s", server, reason, pause.toSeconds());
            return;
        }
        announced = true;
        announcedAt = now;
        LOG.warn("{}: {}; pausing all work and probing with one request at a time until it answers", server, reason);
    }

    private static long later(long one, long other) {
        return other - one > 0 ? other : one;
    }
}
