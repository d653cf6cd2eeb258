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
 * Configures the log, in code, as reading a file takes a good part of the start. A file of the operator's, named by
 * {@code -Dlogback.configurationFile}, says where to and in which format instead; of the levels, what it does not set
 * stays as here.
 */
public final class LogConfiguration extends ContextAwareBase implements Configurator {

    /** The system property that has the format, {@code text} or {@code json}; read when the first logger is made. */
    public static final String FORMAT = "clusterinventory.log-format";

    /** Not in LogLevel, which has a logger: this class is at work while the first one is made. */
    static final List<String> OURS = List.of("io.projectsveltos.clusterinventory", "routes");

    /**
     * Would log credentials: the bodies of requests, what goes into beans and comes out, what dropped-in routes send and
     * get, and by what they fail.
     */
    private static final List<String> OF_CREDENTIALS = List.of(
            "io.fabric8.kubernetes.client.http.HttpLoggingInterceptor",
            "org.apache.camel.component.bean",
            "org.apache.camel.processor.Pipeline",
            // of a dropped-in route that tries again by itself
            "org.apache.camel.processor.errorhandler",
            "org.apache.hc.client5.http.wire",
            "org.apache.hc.client5.http.headers");

    /** Says in three stack traces what our consumers say in a line. */
    private static final List<String> OF_WATCHES = List.of(
            "io.fabric8.kubernetes.client.informers.impl.cache.Reflector", "io.fabric8.kubernetes.client.dsl.internal");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        context.getStatusManager().add(LogConfiguration::complain);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        set(context, OURS, Level.INFO);
        set(context, OF_WATCHES, Level.OFF);
        set(context, OF_CREDENTIALS, Level.OFF);
        if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        root.addAppender(console(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** By default, logback's complaints about itself go to standard output, which is for the log alone. */
    private static void complain(Status status) {
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
        console.setContext(context);
        console.start();
        return console;
    }
}
