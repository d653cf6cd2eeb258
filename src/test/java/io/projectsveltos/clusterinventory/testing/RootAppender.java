package io.projectsveltos.clusterinventory.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Receives all that is logged from a level on, in place of the console, until it is closed. */
public abstract class RootAppender extends UnsynchronizedAppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger root = logger(Logger.ROOT_LOGGER_NAME);
    private final Level usualLevel = root.getLevel();
    private final List<Appender<ILoggingEvent>> usualAppenders = new ArrayList<>();
    private final Level level;

    protected RootAppender(Level level) {
        this.level = level;
        root.iteratorForAppenders().forEachRemaining(usualAppenders::add);
    }

    @Override
    public void start() {
        setContext(root.getLoggerContext());
        super.start();
        usualAppenders.forEach(root::detachAppender);
        root.addAppender(this);
        root.setLevel(level);
    }

    @Override
    public void close() {
        root.detachAppender(this);
        usualAppenders.forEach(root::addAppender);
        root.setLevel(usualLevel);
        stop();
    }

    static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    /** The profile that is being reconciled, as the beginning of a line. */
    static String about(ILoggingEvent event) {
        String profile = event.getMDCPropertyMap().get("clusterprofile");
        return profile == null ? "" : profile + ": ";
    }
}
