package io.projectsveltos.clusterinventory.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/** The commands that answer a question and exit. They take the flags of the controller too, so that they decide as it does. */
public enum Subcommand {
    EXPLAIN("explain NAMESPACE/NAME", "Says how a ClusterProfile is served, or why it is not, and what to do.", 1, 1),
    CHECK("check", "Checks settings, provider file and route files, and connects to nothing.", 0, 0),
    PLAN("plan", "Says what a start of the controller would write, and writes nothing.", 0, 0),
    TRY(
            "try ACCESS-PROVIDER [NAMESPACE/NAME] | try --cases FILE",
            "Calls an access provider once, for a ClusterProfile or for an entry in a file, and hides what it returns;"
                    + " or runs the cases of a file, with stand-ins for all that is called.",
            1,
            2);

    /** The option for the format of the answer. */
    public static final String OUTPUT = "output";

    /** The option for the namespace of a profile that is given by its name alone. */
    public static final String NAMESPACE = "namespace";

    /** The option for the controller that is replaced. */
    public static final String FROM = "from";

    /** The only value of {@link #FROM}. */
    public static final String GO = "go";

    /** The option for a file with an entry of a status. */
    public static final String ENTRY = "entry";

    /** The option for a file of cases. */
    public static final String CASES = "cases";

    private final String usage;
    private final String description;
    private final int minOperands;
    private final int maxOperands;

    Subcommand(String usage, String description, int minOperands, int maxOperands) {
        this.usage = usage;
        this.description = description;
        this.minOperands = minOperands;
        this.maxOperands = maxOperands;
    }

    /**
     * Finds a command.
     *
     * @param word the first argument
     * @return the command of this name
     */
    public static Optional<Subcommand> named(String word) {
        return Stream.of(values())
                .filter(command -> command.toString().equals(word))
                .findFirst();
    }

    /**
     * Parses the arguments after the command's name.
     *
     * @param args all arguments
     * @return options and flags, and the operands as their arguments
     * @throws ParseException if there are too few or too many operands, or an option or flag is unknown or lacks its value
     */
    public CommandLine parse(String... args) throws ParseException {
        CommandLine line =
                Flags.parser().parse(options(), Stream.of(args).skip(1).toArray(String[]::new));
        int operands = line.getArgList().size();
        boolean isHelp = line.hasOption(Flags.HELP);
        boolean isEnough = line.hasOption(CASES) ? operands == 0 : operands >= minOperands && operands <= maxOperands;
        if (!isHelp && !isEnough) {
            throw new ParseException("expected: " + usage);
        }
        if (!List.of("text", "json").contains(line.getOptionValue(OUTPUT, "text"))) {
            throw new ParseException(
                    "--" + OUTPUT + ": '" + line.getOptionValue(OUTPUT) + "' is neither text nor json");
        }
        if (!GO.equals(line.getOptionValue(FROM, GO))) {
            throw new ParseException("--" + FROM + ": '" + line.getOptionValue(FROM) + "' is not " + GO);
        }
        return line;
    }

    /**
     * Prints the command's usage.
     *
     * @param out where to
     * @throws IOException if that fails
     */
    public void printHelp(Appendable out) throws IOException {
        Flags.printHelp(out, usage + " [options] [flags of the controller]", description, options());
    }

    private Options options() {
        Options all = new Options();
        all.addOption(option("o", OUTPUT, "FORMAT", "text or json. Default: text."));
        own().forEach(all::addOption);
        Flags.options().getOptions().forEach(all::addOption);
        return all;
    }

    private List<Option> own() {
        return switch (this) {
            case EXPLAIN ->
                List.of(option("n", NAMESPACE, "NAME", "Namespace of a profile that is given by its name alone."));
            case CHECK -> List.of();
            case TRY ->
                List.of(
                        option("n", NAMESPACE, "NAME", "Namespace of a profile that is given by its name alone."),
                        option(
                                null,
                                ENTRY,
                                "FILE",
                                "An entry of status.accessProviders, in YAML or JSON, in place of a profile."),
                        option(
                                null,
                                CASES,
                                "FILE",
                                "Tests of access providers, in YAML; can be given more than once."));
            case PLAN ->
                List.of(option(
                        null,
                        FROM,
                        "CONTROLLER",
                        "go: says in detail what changes when the objects of the Go controller are taken over."));
        };
    }

    private static Option option(String letter, String name, String value, String description) {
        return Option.builder(letter)
                .longOpt(name)
                .hasArg()
                .argName(value)
                .desc(description)
                .get();
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
