package io.projectsveltos.clusterinventory.leaderelection;

import java.time.Duration;
import java.time.Instant;

/**
 * The two clocks of a machine. Neither is enough alone: the wall clock may be changed, and the monotonic clock stops while
 * the machine is suspended.
 */
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

    /** The monotonic clock, as {@link System#nanoTime()}. */
    long nanoTime();

    /** The wall clock. */
    Instant now();

    default Moment moment() {
        return new Moment(nanoTime(), now());
    }

    /** A moment on both clocks. */
    record Moment(long nanos, Instant time) {

        /** The time until a later moment by the monotonic clock: for a standby, which must not lead too early. */
        Duration monotonicElapsed(Moment later) {
            return Duration.ofNanos(later.nanos - nanos);
        }

        /** The time until a later moment by the clock that shows more: for a leader, which must not write too long. */
        Duration longestElapsed(Moment later) {
            Duration monotonic = monotonicElapsed(later);
            Duration wall = Duration.between(time, later.time);
            return monotonic.compareTo(wall) > 0 ? monotonic : wall;
        }
    }
}
