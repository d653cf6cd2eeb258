package io.projectsveltos.clusterinventory.credential.golang;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Timestamps as Go's {@code time.Parse(time.RFC3339, ...)} reads them, which decodes {@code metav1.Time}. */
public final class GoTime {

    /** Go's zero value: no time is set. */
    public static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

    private static final Pattern RFC_3339 = Pattern.compile(
            "(\\d{4})-(\\d{2})-(\\d{2})T(\\d{1,2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9})\\d*)?(?:Z|([+-])(\\d{2}):(\\d{2}))");
    private static final int MAX_OFFSET_HOURS = 24;
    private static final int MAX_OFFSET_MINUTES = 60;

    private GoTime() {}

    public static Optional<Instant> parse(String timestamp) {
        Matcher matcher = RFC_3339.matcher(timestamp);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int hours = number(matcher, 9);
        int minutes = number(matcher, 10);
        if (hours > MAX_OFFSET_HOURS || minutes > MAX_OFFSET_MINUTES) {
            return Optional.empty();
        }
        int seconds = (hours * 60 + minutes) * 60 * ("-".equals(matcher.group(8)) ? -1 : 1);
        try {
            return Optional.of(LocalDateTime.of(
                            number(matcher, 1),
                            number(matcher, 2),
                            number(matcher, 3),
                            number(matcher, 4),
                            number(matcher, 5),
                            number(matcher, 6),
                            nanoseconds(matcher.group(7)))
                    .toInstant(ZoneOffset.UTC)
                    .minusSeconds(seconds));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
    }

    private static int nanoseconds(String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
    }
}
