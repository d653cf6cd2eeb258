package io.projectsveltos.clusterinventory;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Takes down all that is logged by anybody, at TRACE, exceptions with their causes too; in place of the console. */
public final class AllLogs extends AbstractAppender implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final LoggerContext context = LoggerContext.getContext(false);
    private final LoggerConfig root = context.getConfiguration().getRootLogger();
    private final Level usualLevel = root.getLevel();
    private final Map<String, Appender> usualAppenders = Map.copyOf(root.getAppenders());

    private AllLogs() {
        super("all", null, null, true, Property.EMPTY_ARRAY);
    }

    /** Starts, without the loggers that the production configuration has off for good. */
    public static AllLogs started(String... off) {
        AllLogs logs = new AllLogs();
        logs.start();
        logs.usualAppenders.keySet().forEach(logs.root::removeAppender);
        logs.root.addAppender(logs, Level.TRACE, null);
        logs.root.setLevel(Level.TRACE);
        logs.context.updateLoggers();
        for (String logger : off) {
            Configurator.setLevel(logger, Level.OFF);
        }
        return logs;
    }

    @Override
    public void append(LogEvent event) {
        StringWriter line = new StringWriter();
        line.append(event.getLevel() + " " + event.getLoggerName() + " " + LogCapture.about(event)
                + event.getMessage().getFormattedMessage());
        if (event.getThrown() != null) {
            event.getThrown().printStackTrace(new PrintWriter(line, true));
        }
        lines.add(line.toString());
    }

    /** Level, logger, message and exception of each. */
    public List<String> lines() {
        return lines;
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
