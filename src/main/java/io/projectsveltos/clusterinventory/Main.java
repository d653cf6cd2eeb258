package io.projectsveltos.clusterinventory;

import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command line over camel-main. It has the Go controller's flags, so that its Deployment's arguments keep working;
 * each flag is a setting of {@code application.properties}. Exit codes: 2 for a bad flag, 1 when the routes do not start.
 */
@Command(
        name = "clusterinventory-camel",
        description = "Registers the clusters of a Cluster Inventory (ClusterProfile) with Sveltos.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpWidth = 110)
public final class Main implements Callable<Integer> {

    private static final String LOG_FORMAT = "log-format";
    /** The second replaces the appender of the first. */
    static final String JSON_LOG = "classpath:log4j2.properties,classpath:log4j2-json.properties";

    private static final String ROUTES = "camel.main.routes-include-pattern";

    private static final Properties SHIPPED = shippedSettings();

    @Spec
    private CommandSpec spec;

    private final Map<String, String> settings = new TreeMap<>();

    /**
     * Runs the controller until it is told to stop.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        if (!mentionsJson(args)) {
            // setting up the log takes as long as reading the command line, and once set up it is in text
            CompletableFuture.runAsync(() -> LoggerFactory.getLogger(Main.class));
        }
        int code = commandLine().execute(args);
        if (code != 0) {
            // not after a normal end: that is in the middle of a shutdown, where exit would block
            System.exit(code);
        }
    }

    /** Whether the log may have to be in JSON, by a look that errs on that side. */
    private static boolean mentionsJson(String[] args) {
        return Stream.concat(Stream.of(args), Stream.of(SHIPPED.getProperty(LOG_FORMAT), "" + environment(LOG_FORMAT)))
                .anyMatch(text -> text.contains("json"));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setOverwrittenOptionsAllowed(true)
                .registerConverter(Duration.class, Main::duration)
                .setDefaultValueProvider(Main::fromEnvironment)
                .setParameterExceptionHandler((e, args) -> failed(e.getCommandLine(), e.getMessage(), 2))
                .setExecutionExceptionHandler((e, line, result) -> failed(line, rootMessage(e), 1));
    }

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Kubeconfig of the management cluster.")
    void setKubeconfig(Path file) {
        if (!Files.isReadable(file)) {
            throw new ParameterException(spec.commandLine(), "--kubeconfig: cannot read " + file);
        }
        settings.put("kubeconfig", file.toString());
    }

    @Option(
            names = "--clusterprofile-provider-file",
            paramLabel = "FILE",
            description = "Access providers that are exec plugins, JSON or YAML. Default: none.")
    void setProviderFile(Path file) {
        settings.put("clusterprofile-provider-file", file.toString());
    }

    @Option(
            names = "--sync-period",
            paramLabel = "DURATION",
            description = "How often every profile is looked at again, such as 1h10m or 90s. Default: 10m.")
    void setSyncPeriod(Duration period) {
        if (period.toMillis() < 1) {
            throw new ParameterException(spec.commandLine(), "--sync-period must be at least 1ms");
        }
        settings.put("sync-period", String.valueOf(period.toMillis()));
    }

    @Option(
            names = "--concurrent-reconciles",
            paramLabel = "N",
            description = "How many profiles are worked on at the same time. Default: 10.")
    void setConcurrentReconciles(int workers) {
        if (workers < 1) {
            throw new ParameterException(spec.commandLine(), "--concurrent-reconciles must be at least 1");
        }
        settings.put("concurrent-reconciles", String.valueOf(workers));
    }

    @Option(
            names = "--watch-namespaces",
            paramLabel = "NAMES",
            split = ",",
            description = "Namespaces to serve, separated by commas. Default: all.")
    void setWatchNamespaces(List<String> namespaces) {
        settings.put("watch-namespaces", String.join(",", namespaces));
    }

    @Option(
            names = "--selector",
            description = "Label selector on profiles, to spread them over several deployments. Default: all.")
    void setSelector(String selector) {
        settings.put("selector", selector);
    }

    @Option(
            names = "--routes",
            paramLabel = "FILES",
            split = ",",
            description = "More route files, or folders of which every *.yaml is one, separated by commas.")
    void setRoutes(List<Path> places) {
        for (Path place : places) {
            if (!Files.isReadable(place)) {
                throw new ParameterException(spec.commandLine(), "--routes: cannot read " + place);
            }
            for (Path file : RouteFiles.of(place)) {
                settings.merge(ROUTES, "file:" + file, (one, other) -> one + "," + other);
            }
        }
    }

    @Option(
            names = "--health-addr",
            paramLabel = "ADDRESS",
            description = "Where /healthz and /readyz are, as host:port or :port; 0 for nowhere. Default: :9440.")
    void setHealthAddress(String address) {
        settings.put("health-addr", address);
    }

    @Option(
            names = "--diagnostics-address",
            paramLabel = "ADDRESS",
            description = "Where /metrics is, for those who may get it; 0 for nowhere. Default: :8443.")
    void setDiagnosticsAddress(String address) {
        settings.put("diagnostics-address", address);
    }

    @Option(
            names = "--insecure-diagnostics",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOLEAN",
            description = "Metrics over plain http and for anybody. Default: false.")
    void setInsecureDiagnostics(boolean insecure) {
        settings.put("insecure-diagnostics", String.valueOf(insecure));
    }

    @Option(
            names = "--leader-elect",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOLEAN",
            description = "Whether only one of several replicas writes at a time. Default: false.")
    void setLeaderElect(boolean elect) {
        settings.put("leader-elect", String.valueOf(elect));
    }

    @Option(
            names = {"-v", "--v", "--log-verbosity"},
            paramLabel = "N",
            description = "How much is logged: 0, from 5 on debug, from 10 on everything. Default: 0.")
    void setLogVerbosity(int verbosity) {
        if (verbosity < 0) {
            throw new ParameterException(spec.commandLine(), "-v must be at least 0");
        }
        settings.put("log-verbosity", String.valueOf(verbosity));
    }

    @Option(names = "--log-format", paramLabel = "FORMAT", description = "text or json. Default: text.")
    void setLogFormat(String format) {
        if (!format.equals("text") && !format.equals("json")) {
            throw new ParameterException(spec.commandLine(), "--log-format must be text or json");
        }
        settings.put(LOG_FORMAT, format);
    }

    @Option(
            names = {"--profiler-address", "--webhook-port", "--kube-api-qps", "--kube-api-burst"},
            paramLabel = "VALUE",
            description = "Accepted, so that the Go controller's arguments keep working; no effect.")
    void setIgnored(String value) {
        settings.put("ignored-flags", "true");
    }

    @Override
    public Integer call() throws Exception {
        // read with the first logger there is: no class before this line may have one
        if (settings.getOrDefault(LOG_FORMAT, SHIPPED.getProperty(LOG_FORMAT)).equals("json")) {
            System.setProperty("log4j2.configurationFile", JSON_LOG);
        }
        org.apache.camel.main.Main main = new CamelMain();
        main.addMainListener(new EnvironmentReadHere());
        // beside the start of Camel, which takes as long
        String kubeconfig = settings.getOrDefault("kubeconfig", SHIPPED.getProperty("kubeconfig"));
        CompletableFuture.runAsync(() -> KubernetesClients.warmUp(kubeconfig));
        main.configure().addConfiguration(new ControllerConfiguration());
        settings.computeIfPresent(ROUTES, (name, more) -> SHIPPED.getProperty(ROUTES) + "," + more);
        SHIPPED.stringPropertyNames().stream()
                .filter(name -> environment(name) != null)
                .forEach(name -> settings.putIfAbsent(name, environment(name)));
        settings.forEach(main::addOverrideProperty);
        if (settings.containsKey("ignored-flags")) {
            LoggerFactory.getLogger(Main.class).warn("Some flags have no effect here: see --help");
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

    private static Duration duration(String text) {
        try {
            return GoDuration.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** A flag that is not given is sought in the environment, if it is a setting, and is checked just the same. */
    private static String fromEnvironment(ArgSpec flag) {
        String name = flag.isOption() ? ((OptionSpec) flag).longestName().substring(2) : "";
        return SHIPPED.containsKey(name) ? environment(name) : null;
    }

    private static String environment(String setting) {
        if (setting.equals("kubeconfig")) {
            // KUBECONFIG may list several files, which the client itself knows how to merge
            return null;
        }
        return System.getenv(setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"));
    }

    private static int failed(CommandLine line, String message, int code) {
        line.getErr().println("clusterinventory-camel: " + message);
        return code;
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
    private static final class EnvironmentReadHere extends MainListenerSupport {
        @Override
        public void beforeConfigure(BaseMainSupport main) {
            ((PropertiesComponent) main.getCamelContext().getPropertiesComponent())
                    .setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        }
    }

    /** The version that the jar's manifest has. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"clusterinventory-camel " + (version == null ? "(not packaged)" : version)};
        }
    }
}
