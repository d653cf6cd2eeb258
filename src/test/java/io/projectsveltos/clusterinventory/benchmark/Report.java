package io.projectsveltos.clusterinventory.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * What a run leaves in its folder: {@code report.md}, {@code samples.csv} and {@code chart.svg}.
 *
 * @param machine in one line
 */
record Report(Options options, String machine, Samples samples) {

    /** Writes the files; those of before are replaced. */
    void write() throws IOException {
        Path folder = options.output();
        Files.writeString(folder.resolve("report.md"), markdown());
        Files.writeString(folder.resolve("samples.csv"), new Csv(samples.all()).toString());
        Files.writeString(folder.resolve("chart.svg"), new SvgChart(samples).toString());
    }

    String markdown() {
        String controllers = options.controllers().stream()
                .map(controller -> "- " + controller.name() + ": `" + controller.line() + "`\n")
                .collect(Collectors.joining());
        return """
                %d profiles, %d changes, rounds: %d. Median (smallest to largest).

                %s.

                %s
                %s
                %s""".formatted(
                        options.profiles(),
                        options.changes(),
                        samples.rounds(),
                        machine,
                        controllers,
                        new MarkdownTable(samples, samples.figures(), options.compare()),
                        new MarkdownTable(samples, samples.requestKinds(), options.compare()));
    }
}
