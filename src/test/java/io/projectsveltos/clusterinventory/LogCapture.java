package io.projectsveltos.clusterinventory;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Takes down the warnings and errors that are logged, in place of the console. */
public final class LogCapture extends AbstractAppender implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Set<String> loggers = ConcurrentHashMap.newKeySet();
    private final LoggerContext context = LoggerContext.getContext(false);
    private final LoggerConfig root = context.getConfiguration().getRootLogger();
    private final Level usualLevel = root.getLevel();
    private final Map<String, Appender> usualAppenders = Map.copyOf(root.getAppenders());

    private LogCapture() {
        super("capture", null, null, true, Property.EMPTY_ARRAY);
    }

    public static LogCapture started() {
        LogCapture capture = new LogCapture();
        capture.start();
        capture.usualAppenders.keySet().forEach(capture.root::removeAppender);
        capture.root.addAppender(capture, Level.WARN, null);
        capture.root.setLevel(Level.WARN);
        capture.context.updateLoggers();
        return capture;
    }

    @Override
    public void append(LogEvent event) {
        loggers.add(event.getLoggerName());
        lines.add(event.getLevel() + " " + about(event) + event.getMessage().getFormattedMessage());
    }

    /** What a line begins with when it is logged while a profile is worked on. */
    static String about(LogEvent event) {
        String profile = event.getContextData().getValue("clusterprofile");
        return profile == null ? "" : profile + ": ";
    }

    /** Level, profile and message of each line. */
    public List<String> lines() {
        return lines;
    }

    /** The names of those that logged. */
    public Set<String> loggers() {
        return loggers;
    }

    @Override
    public void close() {
        root.removeAppender(getName());
        usualAppenders.values().forEach(appender -> root.addAppender(appender, null, null));
        root.setLevel(usualLevel);
        context.updateLoggers();
        stop();
    }
}
