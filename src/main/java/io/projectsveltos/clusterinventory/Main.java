package io.projectsveltos.clusterinventory;

import io.projectsveltos.clusterinventory.cli.Flags;
import io.projectsveltos.clusterinventory.cli.JarFolder;
import io.projectsveltos.clusterinventory.cli.Subcommand;
import io.projectsveltos.clusterinventory.command.Commands;
import io.projectsveltos.clusterinventory.logging.LogConfiguration;
import io.projectsveltos.clusterinventory.wiring.AccessProviderListener;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import io.projectsveltos.clusterinventory.wiring.RouteOverrides;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.ParseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command line over camel-main. Exit codes: 2 for an invalid flag, 1 if the routes do not start or a command has no
 * answer; for the others see {@link Commands}.
 */
public final class Main {

    private static final String LOG_FORMAT = "log-format";

    /** Camel's setting for the route files. */
    private static final String ROUTE_FILES = "camel.main.routes-include-pattern";

    private static final Properties SHIPPED = shippedSettings();

    private Main() {}

    /**
     * Runs the controller until it receives a signal.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        int code = execute(System.out, System.err, args);
        if (code != 0) {
            // not with 0: the shutdown has begun then, and exit would block
            System.exit(code);
        }
    }

    static int execute(PrintStream out, PrintStream err, String... args) {
        try {
            if (args.length > 0 && !args[0].startsWith("-")) {
                return runCommand(out, args);
            }
            CommandLine line = Flags.parse(args);
            if (line.hasOption(Flags.HELP)) {
                Flags.printHelp(out);
                return 0;
            }
            if (line.hasOption(Flags.VERSION)) {
                out.println("clusterinventory-camel " + version());
                return 0;
            }
            return run(settings(line), err);
        } catch (ParseException e) {
            return printError(err, e.getMessage(), 2);
        } catch (Exception e) {
            return printError(err, rootMessage(e), 1);
        }
    }

    /** Not for the controller itself: this loads the classes of the commands. */
    private static int runCommand(PrintStream out, String... args) throws Exception {
        Subcommand command = Subcommand.named(args[0])
                .orElseThrow(() -> new ParseException("unknown argument '" + args[0] + "', expected a flag or one of "
                        + List.of(Subcommand.values())));
        CommandLine line = command.parse(args);
        if (line.hasOption(Flags.HELP)) {
            command.printHelp(out);
            return Commands.FINE;
        }
        // standard output is for the answer
        System.setProperty(LogConfiguration.TARGET, "System.err");
        return new Commands(settings(line), SHIPPED, out, Clock.systemUTC()).run(command, line);
    }

    /** From the flags, or from environment variables where there is no flag. */
    private static Map<String, String> settings(CommandLine line) throws ParseException, IOException {
        Map<String, String> settings = Flags.settings(line);
        for (String name : SHIPPED.stringPropertyNames()) {
            String text = environment(name);
            if (text != null && !settings.containsKey(name)) {
                settings.put(name, Flags.validate(name, text, variable(name)));
            }
        }
        for (String file : settings.getOrDefault(Flags.ROUTES, "").split(",")) {
            if (!file.isEmpty()) {
                String before = settings.getOrDefault(ROUTE_FILES, SHIPPED.getProperty(ROUTE_FILES));
                settings.put(ROUTE_FILES, before + ",file:" + file);
            }
        }
        String folder = settings.getOrDefault(Flags.LIB, "");
        if (!folder.isEmpty()) {
            JarFolder.of(folder).addToThread();
        }
        return settings;
    }

    private static int run(Map<String, String> settings, PrintStream err) throws Exception {
        try {
            return run(settings);
        } catch (Exception | LinkageError e) {
            if (!settings.containsKey(Flags.ROUTES)) {
                throw e;
            }
            // Camel stops at the first mistake, and often does not say where it is
            List<String> mistakes = mistakes(settings, e);
            if (mistakes.isEmpty()) {
                throw e;
            }
            mistakes.forEach(mistake -> printError(err, mistake, 1));
            return 1;
        }
    }

    /** Those that check finds; empty if it fails too, which must not hide why the start failed. */
    private static List<String> mistakes(Map<String, String> settings, Throwable failure) {
        try {
            return new Commands(settings, SHIPPED, null, Clock.systemUTC()).mistakes();
        } catch (Exception | LinkageError e) {
            failure.addSuppressed(e);
            return List.of();
        }
    }

    private static int run(Map<String, String> settings) throws Exception {
        System.setProperty(LogConfiguration.FORMAT, settings.getOrDefault(LOG_FORMAT, SHIPPED.getProperty(LOG_FORMAT)));
        // the first logger configures logging: no class before this may have one, and no other thread may need one yet
        Logger log = LoggerFactory.getLogger(Main.class);
        org.apache.camel.main.Main main = new CamelMain();
        main.addMainListener(new FlagsBeatEnvironment());
        main.addMainListener(new OverridesAreChecked());
        main.addMainListener(new AccessProviderListener());
        String kubeconfig = settings.getOrDefault("kubeconfig", SHIPPED.getProperty("kubeconfig"));
        main.configure().addConfiguration(new ControllerConfiguration().connect(kubeconfig));
        settings.forEach(main::addOverrideProperty);
        if (settings.containsKey(Flags.IGNORED)) {
            log.warn("Some flags have no effect here: see --help");
        }
        main.run();
        return main.getExitCode();
    }

    private static Properties shippedSettings() {
        Properties shipped = new Properties();
        try (InputStream file = Main.class.getResourceAsStream("/application.properties")) {
            shipped.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return shipped;
    }

    private static String environment(String setting) {
        if (setting.equals("kubeconfig")) {
            // KUBECONFIG may list several files, which the client merges itself
            return null;
        }
        return System.getenv(variable(setting));
    }

    private static String variable(String setting) {
        return setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    private static int printError(PrintStream err, String message, int code) {
        err.println("clusterinventory-camel: " + message);
        return code;
    }

    /** The version in the manifest of the jar. */
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** Camel's class reads each route file twice, first for dependencies in its header, which these files do not have. */
    private static final class CamelMain extends org.apache.camel.main.Main {
        @Override
        protected void modelineRoutes(CamelContext context) {
            // nothing to read
        }
    }

    /** By default Camel prefers the environment to flags. The environment remains for settings of custom provider routes. */
    private static final class FlagsBeatEnvironment extends MainListenerSupport {
        @Override
        public void beforeConfigure(BaseMainSupport main) {
            ((PropertiesComponent) main.getCamelContext().getPropertiesComponent())
                    .setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        }
    }

    /** After all routes are loaded, and before Camel starts them and logs what they throw. */
    private static final class OverridesAreChecked extends MainListenerSupport {
        @Override
        public void afterConfigure(BaseMainSupport main) {
            main.getCamelContext()
                    .getRegistry()
                    .findSingleByType(RouteOverrides.class)
                    .check(main.getCamelContext());
        }
    }
}
