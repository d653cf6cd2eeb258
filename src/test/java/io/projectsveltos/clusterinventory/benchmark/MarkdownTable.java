package io.projectsveltos.clusterinventory.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/**
 * Figures as a table: a row for each metric, a column for each controller, with the median and the range of all rounds.
 *
 * @param compare whether there is a column with the ratio of the first controller to each other one
 */
record MarkdownTable(Samples samples, List<Metric> metrics, boolean compare) {

    @Override
    public String toString() {
        StringBuilder table = new StringBuilder();
        List<String> headings = new ArrayList<>(List.of("phase", "figure"));
        headings.addAll(samples.controllers());
        others().forEach(other -> headings.add(first() + " / " + other));
        table.append(row(headings)).append("|---".repeat(headings.size())).append("|\n");
        String section = "";
        for (Metric metric : metrics) {
            // the name of a section only in its first row
            table.append(row(cells(metric, metric.section().equals(section) ? "" : metric.section())));
            section = metric.section();
        }
        return table.toString();
    }

    private List<String> cells(Metric metric, String section) {
        List<String> cells = new ArrayList<>(List.of(section, metric.title()));
        samples.controllers()
                .forEach(controller -> cells.add(samples.of(controller, metric)
                        .map(values -> cell(values, metric.unit()::format))
                        .orElse("")));
        others().forEach(other -> cells.add(samples.ratios(first(), other, metric)
                .map(ratios -> cell(ratios, ratio -> String.format(Locale.ROOT, "%.2f", ratio)))
                .orElse("")));
        return cells;
    }

    /** Such as {@code 2.10 (1.95 to 2.40)}; without the range if all values read the same. */
    private static String cell(Distribution values, DoubleFunction<String> format) {
        String min = format.apply(values.min());
        String max = format.apply(values.max());
        return format.apply(values.median()) + (min.equals(max) ? "" : " (" + min + " to " + max + ")");
    }

    private String first() {
        return samples.controllers().get(0);
    }

    private List<String> others() {
        return compare ? samples.controllers().subList(1, samples.controllers().size()) : List.of();
    }

    private static String row(List<String> cells) {
        return cells.stream().map(cell -> "| " + cell + " ").collect(Collectors.joining()) + "|\n";
    }
}
