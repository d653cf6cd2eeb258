package io.projectsveltos.clusterinventory;

import io.projectsveltos.clusterinventory.cli.Flags;
import io.projectsveltos.clusterinventory.logging.LogConfiguration;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
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

/** The command line over camel-main. Exit codes: 2 for a bad flag, 1 when the routes do not start. */
public final class Main {

    private static final String LOG_FORMAT = "log-format";

    /** What Camel knows the route files by. */
    private static final String ROUTE_FILES = "camel.main.routes-include-pattern";

    private static final Properties SHIPPED = shippedSettings();

    private Main() {}

    /**
     * Runs the controller until it is told to stop.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        int code = execute(System.out, System.err, args);
        if (code != 0) {
            // not after a normal end: that is in the middle of a shutdown, where exit would block
            System.exit(code);
        }
    }

    static int execute(PrintStream out, PrintStream err, String... args) {
        try {
            CommandLine line = Flags.parse(args);
            if (line.hasOption(Flags.HELP)) {
                Flags.explain(out);
                return 0;
            }
            if (line.hasOption(Flags.VERSION)) {
                out.println("clusterinventory-camel " + version());
                return 0;
            }
            return run(settings(line));
        } catch (ParseException e) {
            return failed(err, e.getMessage(), 2);
        } catch (Exception e) {
            return failed(err, rootMessage(e), 1);
        }
    }

    /** Of the flags, and of the environment where there is no flag. */
    private static Map<String, String> settings(CommandLine line) throws ParseException {
        Map<String, String> settings = Flags.settings(line);
        for (String name : SHIPPED.stringPropertyNames()) {
            String text = environment(name);
            if (text != null && !settings.containsKey(name)) {
                settings.put(name, Flags.checked(name, text, variable(name)));
            }
        }
        for (String file : settings.getOrDefault(Flags.ROUTES, "").split(",")) {
            if (!file.isEmpty()) {
                String before = settings.getOrDefault(ROUTE_FILES, SHIPPED.getProperty(ROUTE_FILES));
                settings.put(ROUTE_FILES, before + ",file:" + file);
            }
        }
        return settings;
    }

    private static int run(Map<String, String> settings) throws Exception {
        System.setProperty(LogConfiguration.FORMAT, settings.getOrDefault(LOG_FORMAT, SHIPPED.getProperty(LOG_FORMAT)));
        // the first logger sets up the log: no class before may have one, and no second thread want one meanwhile
        Logger log = LoggerFactory.getLogger(Main.class);
        org.apache.camel.main.Main main = new CamelMain();
        main.addMainListener(new FlagsBeatEnvironment());
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
            // KUBECONFIG may list several files, which the client itself knows how to merge
            return null;
        }
        return System.getenv(variable(setting));
    }

    private static String variable(String setting) {
        return setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    private static int failed(PrintStream err, String message, int code) {
        err.println("clusterinventory-camel: " + message);
        return code;
    }

    /** The version that the jar's manifest has. */
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

    /** Camel's own reads each route file twice, the first time for dependencies in its head, which ours do not have. */
    private static final class CamelMain extends org.apache.camel.main.Main {
        @Override
        protected void modelineRoutes(CamelContext context) {
            // not for us
        }
    }

    /** Camel would have the environment win over flags; it is left for settings of dropped-in routes. */
    private static final class FlagsBeatEnvironment extends MainListenerSupport {
        @Override
        public void beforeConfigure(BaseMainSupport main) {
            ((PropertiesComponent) main.getCamelContext().getPropertiesComponent())
                    .setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        }
    }
}
