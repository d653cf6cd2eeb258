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

/** The figures of a run: a line for each, in tables that outlive it. */
enum Figures {
    FAULTS("fault", "times injected", "lost", "wrong", "recovered within", ""),
    INPUTS("hostile input", "number", "refused by the API server", "dearest, CPU time");

    private static final Path DIRECTORY = Path.of("target/reliability");

    private final List<String> columns;

    Figures(String... columns) {
        this.columns = List.of(columns);
    }

    /**
     * Adds a figure of a fault, in place of an earlier one of the same fault.
     *
     * @param fault in words, without a semicolon
     * @param times how often it was injected
     * @param lost outputs that were missing or old in the end, and profiles that were not released
     * @param wrong objects that should not exist or belong to others, and requests outside the controller's objects
     * @param recoveredWithin the longest time until everything was right
     * @param note what else is to be known, empty for nothing
     */
    static void add(String fault, int times, long lost, long wrong, Duration recoveredWithin, String note) {
        String within = String.format(
                Locale.ROOT, "%s%.1f s", lost > 0 ? "not within " : "", recoveredWithin.toMillis() / 1000.0);
        FAULTS.put(fault, "" + times, "" + lost, "" + wrong, within, note);
    }

    /**
     * Adds a figure of hostile inputs. Each was judged: the test fails at the first that is not served or refused as it must be.
     *
     * @param inputs in words, without a semicolon
     * @param number how many there were
     * @param refused how many more the API server does not store
     * @param dearest the most CPU time, and of how many inputs
     */
    static void addInputs(String inputs, int number, int refused, String dearest) {
        INPUTS.put(inputs, "" + number, "" + refused, dearest);
    }

    private synchronized void put(String... cells) {
        Path lines = DIRECTORY.resolve(fileName(".csv"));
        try {
            Files.createDirectories(DIRECTORY);
            List<String> all = new ArrayList<>(Files.exists(lines) ? Files.readAllLines(lines) : List.of());
            all.removeIf(earlier -> earlier.startsWith(cells[0] + ";"));
            all.add(String.join(";", cells));
            Files.write(lines, all);
            Files.writeString(DIRECTORY.resolve(fileName(".md")), table(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String fileName(String suffix) {
        return name().toLowerCase(Locale.ROOT) + suffix;
    }

    private String table(List<String> lines) throws IOException {
        StringBuilder table = new StringBuilder("%s, on %s%n%n".formatted(LocalDate.now(), Machine.describe()));
        table.append(row(columns.stream())).append(row(columns.stream().map(column -> "---")));
        lines.forEach(line -> table.append(row(Stream.of(line.split(";", -1)))));
        return table.append('\n').toString();
    }

    private static String row(Stream<String> cells) {
        return cells.map(cell -> "| " + cell + " ").reduce("", String::concat) + "|\n";
    }
}
