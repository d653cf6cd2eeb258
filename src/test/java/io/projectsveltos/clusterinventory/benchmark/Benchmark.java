package io.projectsveltos.clusterinventory.benchmark;

import io.fabric8.kubeapitest.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.cli.ParseException;

/** Measures controllers in turns and writes a report. {@code docs/performance.md} describes the options and the figures. */
public final class Benchmark {

    private final Options options;
    private final Samples samples;

    private Benchmark(Options options) {
        this.options = options;
        this.samples = new Samples(
                options.controllers().stream().map(ControllerCommand::name).toList());
    }

    /**
     * Measures, and prints the table.
     *
     * @param arguments the options; one argument is split into words
     */
    public static void main(String... arguments) throws IOException {
        try {
            // what is missing is then an error with instructions, not a skipped test
            System.setProperty("apiserver", "required");
            new Benchmark(Options.parse(arguments)).run();
        } catch (ParseException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    private void run() throws IOException {
        Files.createDirectories(options.output());
        Report report = new Report(options, Machine.describe(), samples);
        for (int round = 1; round <= options.rounds(); round++) {
            for (ControllerCommand controller : order(round)) {
                Path log = options.output().resolve(controller.name() + "-" + round + ".log");
                System.err.printf("round %d of %d: %s, log: %s%n", round, options.rounds(), controller.name(), log);
                measure(controller, round, log);
                // a later turn may fail
                report.write();
            }
        }
        System.out.println(report.markdown());
    }

    /** Each round begins with another controller. */
    private List<ControllerCommand> order(int round) {
        List<ControllerCommand> order = new ArrayList<>(options.controllers());
        Collections.rotate(order, 1 - round);
        return order;
    }

    private void measure(ControllerCommand controller, int round, Path log) throws IOException {
        Path folder = Files.createTempDirectory("benchmark");
        Files.deleteIfExists(log);
        try (MeasuredApiServer server = MeasuredApiServer.start(folder);
                Turn turn = new Turn(options, controller, round, server, log, samples::add)) {
            turn.run();
        } finally {
            Utils.deleteDirectory(folder.toFile());
        }
    }
}
