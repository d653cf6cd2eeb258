package io.projectsveltos.clusterinventory.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.ParseException;

/**
 * What to measure.
 *
 * @param controllers in turns; the first is the one that the others are compared with
 * @param rounds how often each controller has its turn
 * @param profiles how many there are
 * @param changes how many labels and source Secrets change
 * @param phases what is measured
 * @param idleTime how long nothing changes
 * @param timeout how long all outputs, one change or the deletion may take before the run fails
 * @param settleLimit how long a controller may stay busy after its work before the next phase begins anyway
 * @param compare whether the table has the ratios of the first controller to the others
 * @param output the folder for the report, the samples, the chart and the controllers' logs
 */
record Options(
        List<ControllerCommand> controllers,
        int rounds,
        int profiles,
        int changes,
        Set<Phase> phases,
        Duration idleTime,
        Duration timeout,
        Duration settleLimit,
        boolean compare,
        Path output) {

    /** As in a pod with the memory limit of the manifests. */
    private static final String OURS = "clusterinventory-camel=java -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
            + " -XX:MaxRAM=256m -XX:MaxRAMPercentage=40 -jar target/clusterinventory-camel.jar --kubeconfig={kubeconfig} --health-addr=127.0.0.1:{health}"
            + " --diagnostics-address=0";

    private static final org.apache.commons.cli.Options KNOWN = new org.apache.commons.cli.Options()
            .addOption(option("controller", "NAME=COMMAND"))
            .addOption(option("rounds", "K"))
            .addOption(option("profiles", "N"))
            .addOption(option("changes", "N"))
            .addOption(option("phases", "NAMES"))
            .addOption(option("idle-seconds", "S"))
            .addOption(option("timeout-seconds", "S"))
            .addOption(option("settle-seconds", "S"))
            .addOption(option("output", "FOLDER"))
            .addOption(Option.builder().longOpt("compare").get());

    /**
     * Reads a command line. If it is one argument, that argument is split into words first: Maven hands a property over in
     * one piece.
     *
     * @throws ParseException with one line for the user
     */
    static Options parse(String... arguments) throws ParseException {
        try {
            String[] words =
                    arguments.length == 1 ? CommandWords.split(arguments[0]).toArray(String[]::new) : arguments;
            CommandLine line = new DefaultParser(false).parse(KNOWN, words);
            if (!line.getArgList().isEmpty()) {
                throw new ParseException(
                        "unknown argument: " + line.getArgList().get(0));
            }
            return new Options(
                    controllers(line),
                    number(line, "rounds", 5),
                    number(line, "profiles", 1000),
                    number(line, "changes", 200),
                    phases(line),
                    seconds(line, "idle-seconds", 60),
                    seconds(line, "timeout-seconds", 1200),
                    seconds(line, "settle-seconds", 180),
                    line.hasOption("compare"),
                    Path.of(line.getOptionValue("output", "target/benchmark")));
        } catch (IllegalArgumentException e) {
            throw new ParseException(e.getMessage());
        }
    }

    private static List<ControllerCommand> controllers(CommandLine line) {
        String[] given = line.hasOption("controller") ? line.getOptionValues("controller") : new String[] {OURS};
        List<ControllerCommand> controllers =
                Stream.of(given).map(ControllerCommand::parse).toList();
        if (controllers.stream().map(ControllerCommand::name).distinct().count() < controllers.size()) {
            throw new IllegalArgumentException("two controllers have the same name");
        }
        return controllers;
    }

    /** Every phase but EMPTY is about the profiles of CREATE. */
    private static Set<Phase> phases(CommandLine line) {
        if (!line.hasOption("phases")) {
            return EnumSet.allOf(Phase.class);
        }
        EnumSet<Phase> phases = EnumSet.noneOf(Phase.class);
        for (String name : line.getOptionValue("phases").split(",")) {
            phases.add(Phase.valueOf(name.trim().toUpperCase(Locale.ROOT)));
        }
        if (!phases.equals(EnumSet.of(Phase.EMPTY))) {
            phases.add(Phase.CREATE);
        }
        return phases;
    }

    private static Duration seconds(CommandLine line, String name, int otherwise) {
        return Duration.ofSeconds(number(line, name, otherwise));
    }

    private static int number(CommandLine line, String name, int otherwise) {
        String text = line.getOptionValue(name, String.valueOf(otherwise));
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("--" + name + " is not a number from 1 on: " + text);
        }
        return Integer.parseInt(text);
    }

    private static Option option(String name, String argument) {
        return Option.builder().longOpt(name).hasArg().argName(argument).get();
    }
}
