package io.projectsveltos.clusterinventory.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;

/**
 * Time, level, logger, profile and message, followed by the stack trace of an exception. Names and messages contain text
 * from profiles and API servers, which must not be able to forge a log line: control characters are escaped or replaced with
 * a question mark, and continuation lines of an exception are indented.
 */
final class TextLayout extends LogLayout {

    private static final int LEVEL_WIDTH = 5;

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(time(event)).append(' ');
        appendLevel(line, event.getLevel().toString());
        line.append(shortName(event.getLoggerName())).append(' ');
        if (clusterProfile(event) != null) {
            append(line, clusterProfile(event) + ": ");
        }
        append(line, message(event));
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            append(line, event.getThrowableProxy());
        }
        return line.toString();
    }

    private static void appendLevel(StringBuilder line, String level) {
        line.append(level).append(" ".repeat(LEVEL_WIDTH - level.length() + 1));
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static void append(StringBuilder line, IThrowableProxy failure) {
        // the first line starts with the class name, unless the exception overrides toString
        String flush = failure.getClassName();
        for (String each : ThrowableProxyUtil.asString(failure).split("\n")) {
            line.append(each.startsWith("\t") || each.startsWith(flush) ? "" : "  ");
            int indentation = 0;
            while (indentation < each.length() && each.charAt(indentation) == '\t') {
                indentation++;
            }
            line.append(each, 0, indentation);
            append(line, each.substring(indentation));
            line.append('\n');
            flush = "\t";
        }
    }

    private static void append(StringBuilder line, String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> line.appendCodePoint(isHidden(c) ? '?' : c);
            }
        });
    }
}
