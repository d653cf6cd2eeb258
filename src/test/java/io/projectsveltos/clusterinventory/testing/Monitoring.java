package io.projectsveltos.clusterinventory.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The queries of the dashboard and the alerts. */
public final class Monitoring {

    private static final Path FOLDER = Path.of("kubernetes/components/monitoring");

    /** Prometheus' own, and those of kube-state-metrics. */
    private static final Pattern OF_OTHERS = Pattern.compile("up|kube_.*");

    /** A metric is always written with its labels: other metrics of a cluster have the same name. */
    private static final Pattern METRIC = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{[^}]*}");

    private static final Pattern COMMAND = Pattern.compile("`(kubectl [^`]*)`");

    private Monitoring() {}

    public static List<JsonNode> alerts() {
        return Manifests.stream(read(new YAMLMapper(), "prometheusrule.yaml").at("/spec/groups"))
                .flatMap(group -> Manifests.stream(group.path("rules")))
                .toList();
    }

    /** The commands of the runbooks, with labels still to be filled in. */
    public static List<String> commands() {
        return alerts().stream()
                .map(alert -> alert.at("/annotations/runbook").asText())
                .flatMap(runbook -> COMMAND.matcher(runbook).results())
                .map(found -> found.group(1))
                .distinct()
                .toList();
    }

    /** All queries, as PromQL. */
    public static List<String> queries() {
        Stream<JsonNode> panels = Manifests.stream(
                read(new ObjectMapper(), "clusterinventory-camel.json").path("panels"));
        return Stream.concat(alerts().stream(), panels.flatMap(panel -> Manifests.stream(panel.path("targets"))))
                .map(source -> source.required("expr").asText())
                .toList();
    }

    /** The names of the queried series, as in a scrape, without those that others expose. */
    public static Set<String> metrics() {
        Set<String> names = new TreeSet<>();
        for (String query : queries()) {
            METRIC.matcher(query).results().map(found -> found.group(1)).forEach(names::add);
        }
        names.removeIf(OF_OTHERS.asMatchPredicate());
        return names;
    }

    /** The metrics of a query, each with its labels. */
    public static List<String> selectors(String query) {
        return METRIC.matcher(query).results().map(MatchResult::group).toList();
    }

    /** A query without its metrics and their labels. */
    public static String skeleton(String query) {
        return METRIC.matcher(query).replaceAll("").replaceAll("\\[[^]]*]", "");
    }

    private static JsonNode read(ObjectMapper mapper, String file) {
        try {
            return mapper.readTree(FOLDER.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
