package io.projectsveltos.clusterinventory.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** What both formats of a log line have in common. */
abstract class LogLayout extends LayoutBase<ILoggingEvent> {

    /** In characters. */
    private static final int MAX_LENGTH = 16 * 1024;

    private static final DateTimeFormatter TO_THE_MILLISECOND =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    static String time(ILoggingEvent event) {
        return TO_THE_MILLISECOND.format(Instant.ofEpochMilli(event.getTimeStamp()));
    }

    /** Line breaks that are not in ASCII, control characters, and format characters, which reorder what a terminal shows. */
    static boolean isHidden(int c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || Character.getType(c) == Character.FORMAT;
    }

    /** The key of the profile that is being reconciled, or null. */
    static String clusterProfile(ILoggingEvent event) {
        return event.getMDCPropertyMap().get("clusterprofile");
    }

    /** The message; names and messages may contain text from profiles, servers and routes, of any length. */
    static String message(ILoggingEvent event) {
        String message = String.valueOf(event.getFormattedMessage());
        return message.length() <= MAX_LENGTH
                ? message
                : message.substring(0, MAX_LENGTH) + "... (" + (message.length() - MAX_LENGTH) + " more characters)";
    }
}
