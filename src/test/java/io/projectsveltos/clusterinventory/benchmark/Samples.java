package io.projectsveltos.clusterinventory.benchmark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All figures so far. */
final class Samples {

    private final List<String> controllers;
    private final List<Sample> samples = new ArrayList<>();

    /**
     * @param controllers their names, in the order of the report
     */
    Samples(List<String> controllers) {
        this.controllers = List.copyOf(controllers);
    }

    void add(Sample sample) {
        samples.add(sample);
    }

    List<String> controllers() {
        return controllers;
    }

    List<Sample> all() {
        return List.copyOf(samples);
    }

    /** How many rounds have begun. */
    int rounds() {
        return samples.stream().mapToInt(Sample::round).max().orElse(0);
    }

    /** What there are figures of, in the order in which they were measured first; without kinds of requests. */
    List<Metric> figures() {
        return metrics().filter(metric -> !metric.isRequestKind()).toList();
    }

    /** The kinds of requests, such as {@code patch secrets}, by name. */
    List<Metric> requestKinds() {
        return metrics()
                .filter(Metric::isRequestKind)
                .sorted(Comparator.comparing(Metric::name))
                .toList();
    }

    /** The figures of a controller over all rounds; empty if it has none. */
    Optional<Distribution> of(String controller, Metric metric) {
        Map<Integer, Double> byRound = byRound(controller, metric);
        return byRound.isEmpty() ? Optional.empty() : Optional.of(new Distribution(byRound.values()));
    }

    /**
     * A controller's figures divided by another one's of the same round: what slows the machine for a whole round is not
     * in them. Rounds in which the other one's figure is 0 are left out.
     */
    Optional<Distribution> ratios(String controller, String other, Metric metric) {
        Map<Integer, Double> divisors = byRound(other, metric);
        List<Double> ratios = byRound(controller, metric).entrySet().stream()
                .filter(entry -> divisors.getOrDefault(entry.getKey(), 0.0) > 0)
                .map(entry -> entry.getValue() / divisors.get(entry.getKey()))
                .toList();
        return ratios.isEmpty() ? Optional.empty() : Optional.of(new Distribution(ratios));
    }

    private Map<Integer, Double> byRound(String controller, Metric metric) {
        List<Sample> own = samples.stream()
                .filter(sample -> sample.controller().equals(controller))
                .toList();
        Map<Integer, Double> values = own.stream()
                .filter(sample -> sample.metric().equals(metric))
                .collect(Collectors.toMap(Sample::round, Sample::value));
        if (metric.isRequestKind()) {
            // what was not requested in a round has no line in its audit log
            own.forEach(sample -> values.putIfAbsent(sample.round(), 0.0));
        }
        return values;
    }

    private Stream<Metric> metrics() {
        return samples.stream().map(Sample::metric).distinct();
    }
}
