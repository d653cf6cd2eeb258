package io.projectsveltos.clusterinventory.leaderelection;

import java.time.Duration;
import java.time.Instant;

/** The two clocks of a machine. Neither does alone: one may be set, the other stands still while the machine sleeps. */
interface TimeSource {

    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }
    };

    /** As {@link System#nanoTime()}. */
    long nanoTime();

    /** The time of day. */
    Instant now();

    default Moment moment() {
        return new Moment(nanoTime(), now());
    }

    /** A moment on both clocks. */
    record Moment(long nanos, Instant time) {

        /** How much later another moment is, by the clock that nobody can set: for one who waits for others. */
        Duration atLeastUntil(Moment later) {
            return Duration.ofNanos(later.nanos - nanos);
        }

        /** How much later another moment is, by the clock that says more: for one whose own time runs out. */
        Duration atMostUntil(Moment later) {
            Duration running = Duration.ofNanos(later.nanos - nanos);
            Duration ofDay = Duration.between(time, later.time);
            return running.compareTo(ofDay) > 0 ? running : ofDay;
        }
    }
}
