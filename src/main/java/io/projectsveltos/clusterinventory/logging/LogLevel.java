package io.projectsveltos.clusterinventory.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.fabric8.kubernetes.client.Watcher.Action;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's log level: from the DebuggingConfiguration while it sets one, else from the command line. It applies to
 * the controller's own loggers; those of libraries stay as configured, because at lower levels some of them log credentials.
 */
public final class LogLevel {

    static final String NOT_SET = "LogLevelNotSet";

    private static final Logger LOG = LoggerFactory.getLogger(LogLevel.class);
    private static final String COMPONENT = "ClusterInventory";
    private static final int DEBUG_FROM = 5;
    private static final int TRACE_FROM = 10;

    private final Map<String, Level> configured = new HashMap<>();
    private final Level commandLineLevel;

    /**
     * Sets the level from the command line.
     *
     * @param verbosity as klog's {@code -v}: debug from 5, trace from 10; below that the loggers keep their configured
     *     level, which is info by default
     */
    public LogLevel(int verbosity) {
        // null if inherited
        LogConfiguration.CONTROLLER_LOGGERS.forEach(
                name -> configured.put(name, logger(name).getLevel()));
        commandLineLevel = verbosity >= TRACE_FROM ? Level.TRACE : verbosity >= DEBUG_FROM ? Level.DEBUG : null;
        if (commandLineLevel != null) {
            set(commandLineLevel);
        }
    }

    /** Sets the level from a DebuggingConfiguration that was added, modified or deleted. */
    public synchronized void apply(
            @Body DebuggingConfiguration configuration,
            @Header(KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION) Action action) {
        String wanted = action == Action.DELETED ? NOT_SET : configuration.logLevelOf(COMPONENT);
        Level next =
                switch (wanted) {
                    case "LogLevelInfo" -> Level.INFO;
                    case "LogLevelDebug" -> Level.DEBUG;
                    case "LogLevelVerbose" -> Level.TRACE;
                    default -> commandLineLevel;
                };
        Level before = effective();
        set(next);
        if (effective() != before) {
            LOG.info("Log level is now {} (DebuggingConfiguration: {})", effective(), wanted);
        }
    }

    private void set(Level level) {
        LogConfiguration.CONTROLLER_LOGGERS.forEach(
                name -> logger(name).setLevel(level == null ? configured.get(name) : level));
    }

    private static Level effective() {
        return logger(LogConfiguration.CONTROLLER_LOGGERS.get(0)).getEffectiveLevel();
    }

    private static ch.qos.logback.classic.Logger logger(String name) {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(name);
    }
}
