package io.projectsveltos.clusterinventory.command;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.camel.util.TimeUtils;

/** Times as kubectl shows them. */
final class Times {

    private static final int MAX_MINUTES = 120;
    private static final int MAX_HOURS = 48;

    private Times() {}

    /** A duration in its largest useful unit, such as {@code 90s}, {@code 10m} or {@code 5h}. */
    static String text(Duration duration) {
        if (duration.toSeconds() < MAX_MINUTES) {
            return duration.toSeconds() + "s";
        }
        if (duration.toMinutes() < MAX_MINUTES) {
            return duration.toMinutes() + "m";
        }
        return duration.toHours() < MAX_HOURS ? duration.toHours() + "h" : duration.toDays() + "d";
    }

    /**
     * Reads a duration as settings have it, such as {@code 30s} or {@code 1h30m}.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static Duration duration(String text) {
        try {
            return Duration.ofMillis(TimeUtils.toMilliSeconds(text));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("'" + text + "' is not a duration such as 30s or 10m");
        }
    }

    /** How long ago or in how long a time is, or the text itself if it is not a time. */
    static String relative(String time, Instant now) {
        try {
            Duration since = Duration.between(Instant.parse(time), now);
            return since.isNegative() ? "in " + text(since.negated()) : text(since) + " ago";
        } catch (DateTimeParseException e) {
            return time;
        }
    }
}
