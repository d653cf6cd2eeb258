package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.cli.Flags;
import io.projectsveltos.clusterinventory.cli.Subcommand;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.routefile.Finding.Severity;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.ParseException;

/** Runs the commands, and prints their answers. */
public final class Commands {

    /** Nobody has to do anything. */
    public static final int FINE = 0;

    /** The question cannot be answered, or not as a whole: the answer names the missing permission. */
    public static final int NO_ANSWER = 1;

    /** A flag, a setting or a file is invalid. */
    public static final int INVALID = 2;

    /** Somebody has to do something: the answer says what. */
    public static final int ATTENTION = 3;

    private final Map<String, String> settings;
    private final Properties defaults;
    private final PrintStream out;
    private final Clock clock;

    /**
     * Prepares a run.
     *
     * @param settings from flags and the environment
     * @param defaults those of {@code application.properties}
     * @param out where the answer is printed
     * @param clock the clock
     */
    public Commands(Map<String, String> settings, Properties defaults, PrintStream out, Clock clock) {
        this.settings = settings;
        this.defaults = defaults;
        this.out = out;
        this.clock = clock;
    }

    /**
     * Runs a command.
     *
     * @param command the command
     * @param line its options and operands
     * @return the exit code
     * @throws ParseException if an operand is invalid
     * @throws Exception with a message for the user if the question cannot be answered
     */
    public int run(Subcommand command, CommandLine line) throws Exception {
        try {
            return answer(command, line);
        } catch (KubernetesApiException e) {
            // without its cause, which alone would be printed: its message says what was requested
            throw new IllegalStateException(e.getMessage());
        }
    }

    /**
     * What {@code check} finds wrong.
     *
     * @return a line for each, with its place; empty if the controller can start
     * @throws Exception if it cannot be checked
     */
    public List<String> mistakes() throws Exception {
        return new Checker(settings, defaults, clock)
                .check().findings().stream()
                        .filter(finding -> finding.severity() == Severity.Error)
                        .map(finding -> finding.place() + ": " + finding.message())
                        .toList();
    }

    private int answer(Subcommand command, CommandLine line) throws Exception {
        boolean isJson = "json".equals(line.getOptionValue(Subcommand.OUTPUT));
        return switch (command) {
            case EXPLAIN -> explain(key(line, 0), isJson);
            case TRY -> tryProvider(line, isJson);
            case CHECK -> check(isJson);
            case PLAN -> plan(line.hasOption(Subcommand.FROM), isJson);
        };
    }

    private int explain(ObjectKey profile, boolean isJson) throws Exception {
        try (CommandContext context = CommandContext.create(settings, clock)) {
            Explanation explanation = new Explainer(context).explain(profile);
            print(isJson, "explain", explanation, () -> ExplanationText.of(explanation, clock.instant()));
            boolean isAnswered = explanation.state() != ProfileState.Unknown;
            return !isAnswered ? NO_ANSWER : explanation.state().isFine() ? FINE : ATTENTION;
        }
    }

    private int tryProvider(CommandLine line, boolean isJson) throws Exception {
        if (line.hasOption(Subcommand.CASES)) {
            return runCases(line, isJson);
        }
        String entry = line.getOptionValue(Subcommand.ENTRY);
        boolean hasProfile = line.getArgList().size() > 1;
        if (hasProfile == (entry != null)) {
            throw new ParseException("expected either NAMESPACE/NAME of a profile or --" + Subcommand.ENTRY);
        }
        ObjectKey profile = hasProfile ? key(line, 1) : null;
        try (CommandContext context = CommandContext.create(settings, clock)) {
            Trier trier = new Trier(context, line.getArgList().get(0));
            TryReport report = hasProfile ? trier.tryProfile(profile) : trier.tryEntry(Path.of(entry));
            print(isJson, "try", report, () -> report.text(clock.instant()));
            return report.works() ? FINE : ATTENTION;
        }
    }

    private int runCases(CommandLine line, boolean isJson) throws Exception {
        CasesReport report = CasesReport.run(
                Stream.of(line.getOptionValues(Subcommand.CASES)).map(Path::of).toList(),
                settings.getOrDefault(Flags.ROUTES, ""));
        print(isJson, "cases", report, report::text);
        return report.failed() == 0 ? FINE : ATTENTION;
    }

    private int check(boolean isJson) throws Exception {
        CheckReport report = new Checker(settings, defaults, clock).check();
        print(isJson, "check", report, report::text);
        return report.hasErrors() ? INVALID : FINE;
    }

    private int plan(boolean isFromGo, boolean isJson) throws Exception {
        try (CommandContext context = CommandContext.create(settings, clock)) {
            PlanReport report = new Planner(context, isFromGo).plan();
            print(isJson, "plan", report, report::text);
            boolean needsAttention = report.counts().containsKey(PlanReport.Action.Attention);
            return needsAttention ? ATTENTION : report.unknown().isEmpty() ? FINE : NO_ANSWER;
        }
    }

    private void print(boolean isJson, String command, Object answer, Supplier<String> text)
            throws JsonProcessingException {
        out.print(
                isJson
                        ? new ObjectMapper()
                                        .writerWithDefaultPrettyPrinter()
                                        .writeValueAsString(Map.of(command, answer))
                                + "\n"
                        : text.get());
        out.flush();
    }

    private static ObjectKey key(CommandLine line, int index) throws ParseException {
        String operand = line.getArgList().get(index);
        String namespace = line.getOptionValue(Subcommand.NAMESPACE);
        try {
            return namespace == null ? ObjectKey.parse(operand) : new ObjectKey(namespace, operand);
        } catch (IllegalArgumentException e) {
            throw new ParseException("'" + operand + "' is not NAMESPACE/NAME; or add --namespace");
        }
    }
}
