package io.projectsveltos.clusterinventory.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records what is logged, by default warnings and errors alone, in place of the console. */
public final class LogCapture extends RootAppender {

    private final Level level;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Set<String> loggers = ConcurrentHashMap.newKeySet();

    private LogCapture(Level level) {
        super(level);
        this.level = level;
    }

    public static LogCapture started() {
        return started(Level.WARN);
    }

    /** Records what is logged at this level and above. */
    public static LogCapture started(Level level) {
        LogCapture capture = new LogCapture(level);
        capture.start();
        return capture;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(level)) {
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
