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
 * How much the controller logs: as its command line says, or, while there is one, as the DebuggingConfiguration says.
 * Only our own loggers follow; those of libraries stay as they are configured, for at lower levels some of them log
 * credentials.
 */
public final class LogLevel {

    static final String NOT_SET = "LogLevelNotSet";

    private static final Logger LOG = LoggerFactory.getLogger(LogLevel.class);
    private static final String COMPONENT = "ClusterInventory";
    private static final int DEBUG_FROM = 5;
    private static final int TRACE_FROM = 10;

    private final Map<String, Level> configured = new HashMap<>();
    private final Level ofCommandLine;

    /**
     * Sets the level.
     *
     * @param verbosity as klog's {@code -v}: from 5 on debug, from 10 on trace, below as the loggers are configured,
     *     which is info unless somebody has changed that
     */
    public LogLevel(int verbosity) {
        // null where it has its parent's
        LogConfiguration.OURS.forEach(name -> configured.put(name, logger(name).getLevel()));
        ofCommandLine = verbosity >= TRACE_FROM ? Level.TRACE : verbosity >= DEBUG_FROM ? Level.DEBUG : null;
        if (ofCommandLine != null) {
            set(ofCommandLine);
        }
    }

    /**
     * Sets the level that a DebuggingConfiguration asks for.
     *
     * @param configuration one that was added or changed, or is gone
     * @param action which of these
     */
    public synchronized void apply(
            @Body DebuggingConfiguration configuration,
            @Header(KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION) Action action) {
        String wanted = action == Action.DELETED ? NOT_SET : configuration.logLevelOf(COMPONENT);
        Level next =
                switch (wanted) {
                    case "LogLevelInfo" -> Level.INFO;
                    case "LogLevelDebug" -> Level.DEBUG;
                    case "LogLevelVerbose" -> Level.TRACE;
                    default -> ofCommandLine;
                };
        Level before = effective();
        set(next);
        if (effective() != before) {
            LOG.info("Logging at level {} now, DebuggingConfiguration: {}", effective(), wanted);
        }
    }

    private void set(Level level) {
        LogConfiguration.OURS.forEach(name -> logger(name).setLevel(level == null ? configured.get(name) : level));
    }

    private static Level effective() {
        return logger(LogConfiguration.OURS.get(0)).getEffectiveLevel();
    }

    private static ch.qos.logback.classic.Logger logger(String name) {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(name);
    }
}
