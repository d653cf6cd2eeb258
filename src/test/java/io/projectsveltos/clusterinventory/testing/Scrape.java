package io.projectsveltos.clusterinventory.testing;

import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A page in Prometheus' text format.
 *
 * @param lines its lines
 */
public record Scrape(List<String> lines) {

    public static Scrape of(String page) {
        return new Scrape(page.lines().toList());
    }

    /** The names of its series, such as {@code x_seconds_count}. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        lines.stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .forEach(names::add);
        return names;
    }

    /** The names of its metrics, of which a histogram has several series, such as {@code x_seconds}. */
    public Set<String> metrics() {
        Set<String> metrics = new TreeSet<>();
        lines.stream()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2])
                .forEach(metrics::add);
        return metrics;
    }

    /** The value of the first series with these labels, each as {@code name="value"}. */
    public OptionalDouble value(String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst();
    }
}
