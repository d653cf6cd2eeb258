package io.projectsveltos.clusterinventory.cli;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.help.HelpFormatter;
import org.apache.commons.cli.help.TextHelpAppendable;

/**
 * The flags of the command line. They include those of the Go controller, so that the arguments of its Deployment keep
 * working. Each flag sets one setting of {@code application.properties}.
 */
public final class Flags {

    public static final String HELP = "help";
    public static final String VERSION = "version";

    /** Route files in addition to those of the jar, separated by commas. */
    public static final String ROUTES = "routes";

    /** A folder with jars that route files need. */
    public static final String LIB = "lib";

    /** Set if a flag was given that has no effect. */
    public static final String IGNORED = "ignored-flags";

    private static final int HELP_WIDTH = 110;

    private static final List<Flag> FLAGS = List.of(
            flag("kubeconfig", "FILE", "Kubeconfig of the management cluster.", Flags::readable),
            flag(
                    "clusterprofile-provider-file",
                    "FILE",
                    "File with the access providers that are exec plugins, JSON or YAML. Default: none.",
                    UnaryOperator.identity()),
            flag(
                    "registration-file",
                    "FILE",
                    "File that says how clusters are registered, JSON or YAML. Default: none.",
                    UnaryOperator.identity()),
            flag(
                    "sync-period",
                    "DURATION",
                    "How often every profile is reconciled again, for example 1h10m or 90s. Default: 10m.",
                    Flags::milliseconds),
            flag(
                    "concurrent-reconciles",
                    "N",
                    "How many profiles are reconciled at the same time. Default: 10.",
                    value -> atLeast(1, value)),
            flag(
                    "watch-namespaces",
                    "NAMES",
                    "Namespaces to serve, separated by commas. Default: all.",
                    UnaryOperator.identity()),
            flag(
                    "selector",
                    "SELECTOR",
                    "Label selector on profiles, to spread them over several deployments. Default: all.",
                    UnaryOperator.identity()),
            flag(
                    ROUTES,
                    "FILES",
                    "Additional route files, or folders with *.yaml route files, separated by commas.",
                    Flags::routeFiles),
            flag(
                    LIB,
                    "DIR",
                    "Folder with the jars of further Camel components for route files. Default: none.",
                    folder -> JarFolder.of(folder).folder()),
            flag(
                    "health-addr",
                    "ADDRESS",
                    "Where /healthz and /readyz are served, as host:port or :port; 0 to switch them off. Default: :9440.",
                    UnaryOperator.identity()),
            flag(
                    "diagnostics-address",
                    "ADDRESS",
                    "Where /metrics is served to authorized callers; 0 to switch it off. Default: :8443.",
                    UnaryOperator.identity()),
            toggle("insecure-diagnostics", "Serves metrics over plain http, without authorization. Default: false."),
            toggle("leader-elect", "Lets only one of several replicas write at a time. Default: false."),
            // klog's name, with one dash or two
            new Flag(
                    Option.builder("v")
                            .longOpt("v")
                            .hasArg()
                            .argName("N")
                            .desc("Log level: 0 for info, from 5 on debug, from 10 on trace. Default: 0.")
                            .get(),
                    "log-verbosity",
                    value -> atLeast(0, value)),
            flag("log-verbosity", "N", "Same as -v.", value -> atLeast(0, value)),
            flag(
                    "log-format",
                    "FORMAT",
                    "text or json. Default: text.",
                    value -> oneOf(List.of("text", "json"), value)),
            ignored("profiler-address"),
            ignored("webhook-port"),
            ignored("kube-api-qps"),
            ignored("kube-api-burst"));

    private record Flag(Option option, String setting, UnaryOperator<String> check) {

        /** The setting's value for a text on the command line. */
        String value(String text, String givenAs) throws ParseException {
            try {
                return check.apply(text);
            } catch (IllegalArgumentException e) {
                throw new ParseException(givenAs + ": " + e.getMessage());
            }
        }
    }

    private Flags() {}

    /**
     * Parses a command line. If a flag is given more than once, the last one wins; only route files add up.
     *
     * @param args the arguments
     * @return the flags, not validated yet
     * @throws ParseException if a flag is unknown, a flag lacks its value, or an argument is left over
     */
    public static CommandLine parse(String... args) throws ParseException {
        CommandLine line = parser().parse(options(), args);
        if (!line.getArgList().isEmpty()) {
            throw new ParseException("unknown argument '" + line.getArgList().get(0) + "'");
        }
        return line;
    }

    static DefaultParser parser() {
        return DefaultParser.builder()
                .setAllowPartialMatching(false)
                .setStripLeadingAndTrailingQuotes(false)
                .get();
    }

    /**
     * Validates the flags and turns them into settings.
     *
     * @param line the flags
     * @return settings by name
     * @throws ParseException if a value is invalid
     */
    public static Map<String, String> settings(CommandLine line) throws ParseException {
        Map<String, String> settings = new TreeMap<>();
        for (Option given : line.getOptions()) {
            for (Flag flag : FLAGS) {
                if (flag.option().equals(given)) {
                    String value = flag.value(given.getValue("true"), "--" + given.getLongOpt());
                    settings.merge(
                            flag.setting(),
                            value,
                            (one, other) -> flag.setting().equals(ROUTES) ? one + "," + other : other);
                }
            }
        }
        return settings;
    }

    /**
     * Validates a setting as if it had been given with its flag.
     *
     * @param setting its name; a setting without a flag is always valid
     * @param text its text
     * @param givenAs where it is given, for the error
     * @return the value of the setting
     * @throws ParseException if the text is invalid
     */
    public static String validate(String setting, String text, String givenAs) throws ParseException {
        for (Flag flag : FLAGS) {
            if (flag.setting().equals(setting) && flag.option().getLongOpt().equals(setting)) {
                return flag.value(text, givenAs);
            }
        }
        return text;
    }

    /**
     * Prints all flags.
     *
     * @param out where to
     * @throws IOException if that fails
     */
    public static void printHelp(Appendable out) throws IOException {
        printHelp(
                out,
                "[flags]",
                "Registers the clusters of a Cluster Inventory (ClusterProfile) with Sveltos. Or answers a question and exits,"
                        + " with a command as the first argument: " + List.of(Subcommand.values())
                        + "; COMMAND --help shows more.",
                options());
    }

    static void printHelp(Appendable out, String usage, String description, Options options) throws IOException {
        TextHelpAppendable text = new TextHelpAppendable(out);
        text.setMaxWidth(HELP_WIDTH);
        HelpFormatter.builder()
                .setHelpAppendable(text)
                .setComparator((one, other) -> 0)
                .setShowSince(false)
                .get()
                .printHelp("clusterinventory-camel " + usage, description, options, "", false);
    }

    static Options options() {
        Options options = new Options();
        FLAGS.forEach(flag -> options.addOption(flag.option()));
        options.addOption("h", HELP, false, "Prints this help and exits.");
        options.addOption("V", VERSION, false, "Prints the version and exits.");
        return options;
    }

    private static Option.Builder option(String name) {
        return Option.builder().longOpt(name);
    }

    private static Flag flag(String name, String value, String description, UnaryOperator<String> check) {
        return new Flag(option(name).hasArg().argName(value).desc(description).get(), name, check);
    }

    private static Flag toggle(String name, String description) {
        return new Flag(
                option(name)
                        .hasArg()
                        .optionalArg(true)
                        .argName("BOOLEAN")
                        .desc(description)
                        .get(),
                name,
                value -> oneOf(List.of("true", "false"), value));
    }

    private static Flag ignored(String name) {
        String description = "Accepted for compatibility with the Go controller; has no effect.";
        return new Flag(option(name).hasArg().argName("VALUE").desc(description).get(), IGNORED, value -> "true");
    }

    private static String readable(String file) {
        if (!Files.isReadable(Path.of(file))) {
            throw new IllegalArgumentException("cannot read " + file);
        }
        return file;
    }

    private static String routeFiles(String places) {
        return Stream.of(places.split(","))
                .map(String::trim)
                .filter(place -> !place.isEmpty())
                .map(Flags::readable)
                .flatMap(place -> RouteFiles.of(Path.of(place)).stream())
                .map(Path::toString)
                .collect(joining(","));
    }

    private static String milliseconds(String text) {
        Duration duration = GoDuration.parse(text);
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException("must be at least 1ms");
        }
        return String.valueOf(duration.toMillis());
    }

    private static String atLeast(int least, String text) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number");
        }
        if (number < least) {
            throw new IllegalArgumentException("must be at least " + least);
        }
        return text;
    }

    private static String oneOf(List<String> values, String text) {
        if (!values.contains(text)) {
            throw new IllegalArgumentException("'" + text + "' is neither " + String.join(" nor ", values));
        }
        return text;
    }
}
