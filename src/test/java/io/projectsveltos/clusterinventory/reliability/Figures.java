package io.projectsveltos.clusterinventory.reliability;

import io.projectsveltos.clusterinventory.benchmark.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The figures of a run: a line for each, in files that outlive it. */
final class Figures {

    private static final Path DIRECTORY = Path.of("target/reliability");
    private static final Path LINES = DIRECTORY.resolve("figures.csv");
    private static final Path REPORT = DIRECTORY.resolve("report.md");

    private Figures() {}

    /**
     * Adds a figure, in place of an earlier one of the same fault.
     *
     * @param fault in words, for the first column of a table; without a semicolon
     * @param times how often it was injected
     * @param lost outputs that were missing or old in the end, and profiles that were not released
     * @param wrong objects that should not exist or belong to others, and requests outside the controller's objects
     * @param recoveredWithin the longest time until everything was right
     * @param note what else is to be known, empty for nothing
     */
    static synchronized void add(
            String fault, int times, long lost, long wrong, Duration recoveredWithin, String note) {
        String line = String.format(
                Locale.ROOT,
                "%s;%d;%d;%d;%s%.1f s;%s",
                fault,
                times,
                lost,
                wrong,
                lost > 0 ? "not within " : "",
                recoveredWithin.toMillis() / 1000.0,
                note);
        try {
            Files.createDirectories(DIRECTORY);
            List<String> lines = new ArrayList<>(Files.exists(LINES) ? Files.readAllLines(LINES) : List.of());
            lines.removeIf(earlier -> earlier.startsWith(fault + ";"));
            lines.add(line);
            Files.write(LINES, lines);
            Files.writeString(REPORT, report(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String report(List<String> lines) throws IOException {
        StringBuilder report = new StringBuilder("%s, on %s%n%n".formatted(LocalDate.now(), Machine.describe()));
        report.append("| fault | times injected | lost | wrong | recovered within | |\n|---|---|---|---|---|---|\n");
        lines.forEach(line -> {
            Stream.of(line.split(";", -1))
                    .forEach(cell -> report.append("| ").append(cell).append(' '));
            report.append("|\n");
        });
        return report.toString();
    }
}
