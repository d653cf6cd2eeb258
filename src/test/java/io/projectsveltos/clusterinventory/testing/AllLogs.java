package io.projectsveltos.clusterinventory.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records all that is logged, at TRACE, with exceptions and their causes; in place of the console. */
public final class AllLogs extends RootAppender {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private AllLogs() {
        super(Level.TRACE);
    }

    /** Starts, without the loggers that the production configuration has off for good. */
    public static AllLogs started(String... off) {
        AllLogs logs = new AllLogs();
        logs.start();
        for (String logger : off) {
            logger(logger).setLevel(Level.OFF);
        }
        return logs;
    }

    @Override
    protected void append(ILoggingEvent event) {
        StringWriter line = new StringWriter();
        line.append(event.getLevel() + " " + event.getLoggerName() + " " + about(event) + event.getFormattedMessage());
        if (event.getThrowableProxy() instanceof ThrowableProxy thrown) {
            thrown.getThrowable().printStackTrace(new PrintWriter(line, true));
        }
        lines.add(line.toString());
    }

    /** Level, logger, message and exception of each. */
    public List<String> lines() {
        return lines;
    }
}
