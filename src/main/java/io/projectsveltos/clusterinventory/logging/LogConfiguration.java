package io.projectsveltos.clusterinventory.logging;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Configures logging in code, because reading a file takes a good part of the start-up time. An operator's own file
 * ({@code -Dlogback.configurationFile}) replaces the appender and the format; levels that it does not set stay as here.
 */
public final class LogConfiguration extends ContextAwareBase implements Configurator {

    /** The system property for the format, {@code text} or {@code json}; read when the first logger is created. */
    public static final String FORMAT = "clusterinventory.log-format";

    /** The system property for where to log: {@code System.out}, which is the default, or {@code System.err}. */
    public static final String TARGET = "clusterinventory.log-target";

    /** Not in LogLevel, which has a logger itself: this class runs while the first logger is created. */
    static final List<String> CONTROLLER_LOGGERS = List.of("io.projectsveltos.clusterinventory", "routes");

    /**
     * They would log credentials: bodies of requests, arguments and results of beans, what custom provider routes send and
     * receive, and their exceptions.
     */
    private static final List<String> CREDENTIAL_LOGGERS = List.of(
            "io.fabric8.kubernetes.client.http.HttpLoggingInterceptor",
            "org.apache.camel.component.bean",
            // what flows through a custom route, and its exceptions when it handles errors itself
            "org.apache.camel.processor",
            "org.apache.hc.client5.http.wire",
            "org.apache.hc.client5.http.headers");

    /** They log in three stack traces what the controller's consumers log in one line. */
    private static final List<String> WATCH_LOGGERS = List.of(
            "io.fabric8.kubernetes.client.informers.impl.cache.Reflector", "io.fabric8.kubernetes.client.dsl.internal");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        context.getStatusManager().add(LogConfiguration::printStatus);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        set(context, CONTROLLER_LOGGERS, Level.INFO);
        set(context, WATCH_LOGGERS, Level.OFF);
        set(context, CREDENTIAL_LOGGERS, Level.OFF);
        if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        root.addAppender(console(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** By default logback prints its own warnings to standard output, which is reserved for the log. */
    private static void printStatus(Status status) {
        if (status.getEffectiveLevel() >= Status.WARN) {
            System.err.println(status);
        }
    }

    private static void set(LoggerContext context, List<String> loggers, Level level) {
        loggers.forEach(name -> context.getLogger(name).setLevel(level));
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setLayout("json".equals(System.getProperty(FORMAT)) ? new JsonLayout() : new TextLayout());
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setName("console");
        console.setEncoder(encoder);
        console.setTarget(System.getProperty(TARGET, "System.out"));
        console.setContext(context);
        console.start();
        return console;
    }
}
