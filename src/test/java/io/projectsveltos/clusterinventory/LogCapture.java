package io.projectsveltos.clusterinventory;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes down the warnings and errors that are logged, in place of the console. */
public final class LogCapture extends RootAppender {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Set<String> loggers = ConcurrentHashMap.newKeySet();

    private LogCapture() {
        super(Level.WARN);
    }

    public static LogCapture started() {
        LogCapture capture = new LogCapture();
        capture.start();
        return capture;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            loggers.add(event.getLoggerName());
            lines.add(event.getLevel() + " " + about(event) + event.getFormattedMessage());
        }
    }

    /** Level, profile and message of each line. */
    public List<String> lines() {
        return lines;
    }

    /** The names of those that logged. */
    public Set<String> loggers() {
        return loggers;
    }
}
