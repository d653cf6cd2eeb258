package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back the keys of all queues that share it while the server behind their work asks for less or does not answer.
 * Without it each key would find that out by itself, with a request and a log line at each attempt.
 *
 * <p>It opens when the server does not serve {@value #TOLERATED_FAILURES} requests in a row: one that refuses some and
 * serves others is left to the keys that it refused. While it is open no key is handed out. After the pause, which is at
 * least as long as the server asks for, it lets one key at a time through, on trial: a served request closes it, another
 * failure opens it for twice as long. The log has one line when it opens and one when it closes; where it opens again
 * within {@value #QUIET_SECONDS} s of the last such line, both are left out.
 *
 * <p>The worker that makes a request reports its outcome, through {@link #succeeded} or {@link #failed}. Thread-safe.
 */
public final class CircuitBreaker {

    /** Single failures are left to the backoff of their key. */
    static final int TOLERATED_FAILURES = 3;

    static final int QUIET_SECONDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);

    /** A server that is back waits no longer than this for us, unless it asked for more. */
    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5));

    /** Whether a key may be handed out. */
    enum Admission {
        /** Not now. */
        NONE,
        /** Yes, and no other until it is done or has shown how the server is. */
        TRIAL,
        /** Yes. */
        FREE
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
     * A closed breaker.
     *
     * @param server what the log calls the server
     */
    public CircuitBreaker(String server) {
        this(server, System::nanoTime);
    }

    /**
     * A closed breaker whose pauses run by another clock.
     *
     * @param server what the log calls the server
     * @param nanoClock nanoseconds, from any start
     */
    public CircuitBreaker(String server, LongSupplier nanoClock) {
        this.server = server;
        this.nanoClock = nanoClock;
    }

    /** For queues whose work depends on no server. */
    static CircuitBreaker alwaysClosed() {
        return new CircuitBreaker("");
    }

    /** The server has dealt with a request, whatever its answer was. */
    public void succeeded() {
        if (close()) {
            listeners.forEach(Runnable::run);
        }
    }

    /**
     * The server has not dealt with a request.
     *
     * @param reason one line for the log
     * @param retryAfter how long the server asks to wait, zero when it does not say
     */
    public void failed(String reason, Duration retryAfter) {
        if (open(reason, retryAfter)) {
            listeners.forEach(Runnable::run);
        }
    }

    /** Runs the listener, without any lock, after each change that may let a worker go on or make it wait otherwise. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * For how long it has let all keys through.
     *
     * @param now nanoseconds of this breaker's clock
     * @return nanoseconds, 0 while it does not, the most there are when it always has
     */
    synchronized long closedFor(long now) {
        if (state != State.CLOSED) {
            return 0;
        }
        return closedAt == null ? Long.MAX_VALUE : now - closedAt;
    }

    /**
     * Asks to hand out a key. After {@link Admission#TRIAL} the caller reports the end of its work to {@link #trialEnded}.
     *
     * @param now nanoseconds of this breaker's clock
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
        return state == State.CLOSED ? Admission.FREE : Admission.NONE;
    }

    /** The key on trial is done. It need not have made a request; then the next one is on trial. */
    void trialEnded() {
        synchronized (this) {
            onTrial = false;
        }
        listeners.forEach(Runnable::run);
    }

    /**
     * The nanosecond at which the pause ends.
     *
     * @param now as given to {@link #admit}: by a later one the pause that it was refused for may be over
     * @return null when there is no pause
     */
    synchronized Long pausedUntil(long now) {
        return state == State.OPEN && pausedUntil - now > 0 ? pausedUntil : null;
    }

    private synchronized boolean close() {
        failures = 0;
        if (state != State.HALF_OPEN) {
            // an answer that was under way when it opened says nothing about the next request
            return false;
        }
        state = State.CLOSED;
        closedAt = nanoClock.getAsLong();
        trips = 0;
        if (announced) {
            announced = false;
            LOG.info(
                    "{} answers again after {} s; work goes on",
                    server,
                    (nanoClock.getAsLong() - openedAt) / 1_000_000_000);
        }
        return true;
    }

    private synchronized boolean open(String reason, Duration retryAfter) {
        failures++;
        long now = nanoClock.getAsLong();
        if (state == State.OPEN && pausedUntil - now > 0) {
            // sent before it opened
            pausedUntil = later(pausedUntil, now + retryAfter.toNanos());
            return true;
        }
        if (state == State.CLOSED) {
            if (failures < TOLERATED_FAILURES) {
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
        LOG.warn("{}: {}; all work waits, and one attempt at a time is made until it answers", server, reason);
    }

    private static long later(long one, long other) {
        return other - one > 0 ? other : one;
    }
}
