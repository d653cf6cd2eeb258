package io.projectsveltos.clusterinventory.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.projectsveltos.clusterinventory.testing.RootAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records what the console would show at the usual levels, in both formats. */
public final class FormattedLog extends RootAppender {

    private final TextLayout textLayout = new TextLayout();
    private final JsonLayout jsonLayout = new JsonLayout();
    private final List<String> text = new CopyOnWriteArrayList<>();
    private final List<String> json = new CopyOnWriteArrayList<>();

    private FormattedLog() {
        super(Level.INFO);
    }

    public static FormattedLog started() {
        FormattedLog log = new FormattedLog();
        log.start();
        return log;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.WARN) || isOurs(event.getLoggerName())) {
            text.add(textLayout.doLayout(event));
            json.add(jsonLayout.doLayout(event));
        }
    }

    private static boolean isOurs(String logger) {
        return LogConfiguration.CONTROLLER_LOGGERS.stream().anyMatch(logger::startsWith);
    }

    /** What each event adds in the format text, with its line break. */
    public List<String> text() {
        return text;
    }

    /** The same in the format json. */
    public List<String> json() {
        return json;
    }

    public void forget() {
        text.clear();
        json.clear();
    }
}
