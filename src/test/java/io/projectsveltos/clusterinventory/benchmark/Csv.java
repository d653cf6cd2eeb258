package io.projectsveltos.clusterinventory.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Every figure as a line of comma-separated values (RFC 4180), for those who want to compute more than medians. */
record Csv(List<Sample> samples) {

    @Override
    public String toString() {
        return samples.stream()
                .map(Csv::line)
                .collect(Collectors.joining("", "controller,round,phase,figure,unit,value\n", ""));
    }

    private static String line(Sample sample) {
        Metric metric = sample.metric();
        return String.join(
                        ",",
                        sample.controller(),
                        String.valueOf(sample.round()),
                        quoted(metric.section()),
                        quoted(metric.name()),
                        metric.unit().symbol(),
                        String.format(Locale.ROOT, "%.3f", sample.value()))
                + "\n";
    }

    private static String quoted(String text) {
        return text.contains(",") || text.contains("\"") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
