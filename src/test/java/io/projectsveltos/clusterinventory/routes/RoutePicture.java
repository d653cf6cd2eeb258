package io.projectsveltos.clusterinventory.routes;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Draws routes as a Mermaid flowchart: an arrow for each endpoint that a route reads from or sends to. */
final class RoutePicture {

    private static final String API_SERVER = "API server";
    private static final String EXCEPTION = "exception";
    private static final String PACKAGED = "direct:packaged-access-provider-";

    private final List<Arrow> arrows = new ArrayList<>();
    private final Map<String, String> routeOfCall = new TreeMap<>();
    private final Map<String, String> fileOfRoute = new TreeMap<>();

    /**
     * One arrow.
     *
     * @param file the file that it is in
     * @param label why or how; may be empty
     */
    private record Arrow(String file, String from, String label, String to) {}

    RoutePicture(List<RouteFile> files) {
        for (RouteFile file : files) {
            for (JsonNode route : file.routes()) {
                routeOfCall.put(route.at("/from/uri").asText(), id(route));
                fileOfRoute.put(id(route), name(file));
            }
            file.content().findValues("routeConfiguration").forEach(one -> fileOfRoute.put(id(one), name(file)));
        }
        for (RouteFile file : files) {
            file.routes().forEach(route -> addRoute(name(file), route));
            file.content()
                    .findValues("routeConfiguration")
                    .forEach(one -> addSteps(name(file), id(one), one, List.of()));
        }
    }

    static String name(RouteFile file) {
        return Path.of(file.name()).getFileName().toString().replace(".camel.yaml", "");
    }

    private static String id(JsonNode route) {
        return route.path("id").asText();
    }

    private void addRoute(String file, JsonNode route) {
        String uri = route.at("/from/uri").asText();
        if (uri.startsWith("kubernetes")) {
            String plural = route.at("/from/parameters/crdPlural").asText("secrets");
            arrows.add(new Arrow(file, API_SERVER, "watch " + plural, id(route)));
        } else if (uri.startsWith(PACKAGED)) {
            arrows.add(new Arrow(file, "customProviderRoutes", "", id(route)));
        } else if (!uri.startsWith("direct:")) {
            arrows.add(new Arrow(file, uri, "", id(route)));
        }
        String configuration = route.path("routeConfigurationId").asText();
        if (!configuration.isEmpty()) {
            arrows.add(new Arrow(fileOfRoute.get(configuration), id(route), EXCEPTION, configuration));
        }
        addSteps(file, id(route), route.path("from").path("steps"), List.of());
    }

    private void addSteps(String file, String route, JsonNode steps, List<String> conditions) {
        steps.properties().forEach(step -> {
            switch (step.getKey()) {
                case "to" -> addCall(file, route, step.getValue(), conditions);
                case "process" ->
                    arrows.add(new Arrow(
                            file, route, "", step.getValue().path("ref").asText()));
                case "filter" -> addSteps(file, route, step.getValue(), and(conditions, condition(step.getValue())));
                case "when" ->
                    step.getValue().forEach(when -> addSteps(file, route, when, and(conditions, condition(when))));
                case "otherwise" -> addSteps(file, route, step.getValue(), and(conditions, "otherwise"));
                case "onException" -> addSteps(file, route, step.getValue(), List.of(id(step.getValue())));
                default -> addSteps(file, route, step.getValue(), conditions);
            }
        });
        if (steps.isArray()) {
            steps.forEach(step -> addSteps(file, route, step, conditions));
        }
    }

    private static List<String> and(List<String> conditions, String condition) {
        return Stream.concat(conditions.stream(), Stream.of(condition)).toList();
    }

    /** As in {@code isTurn == false} for <code>${variable.isTurn} == false</code>. */
    private static String condition(JsonNode step) {
        JsonNode method = step.at("/expression/method");
        if (!method.isMissingNode()) {
            return method.path("ref").asText() + "." + method.path("method").asText();
        }
        return step.at("/expression/simple/expression")
                .asText()
                .replaceAll("\\$\\{(variable\\.|header\\.|)([^}]*)}", "$2")
                .replaceAll("bean:(\\w+)\\?method=", "$1.")
                .replaceAll(" *\\|\\| *", " or ")
                .replaceAll(" *&& *", " and ");
    }

    private void addCall(String file, String route, JsonNode to, List<String> conditions) {
        String uri = to.path("uri").asText();
        if (uri.startsWith("kubernetes")) {
            arrows.add(new Arrow(file, route, to.path("id").asText(), API_SERVER));
        } else {
            arrows.add(new Arrow(
                    file,
                    route,
                    String.join(", ", conditions),
                    uri.startsWith("direct:") ? routeOfCall.getOrDefault(uri, uri) : uri));
        }
    }

    /** The routes of some files, with what they call. */
    String ofFiles(List<String> files) {
        return flowchart(inOrder(files));
    }

    /**
     * The areas that files belong to, without what only one area uses, requests and exceptions: all areas have those.
     *
     * @param areaOfFile in the order in which they are drawn
     */
    String ofAreas(Map<String, String> areaOfFile) {
        UnaryOperator<String> area = node -> areaOfFile.getOrDefault(fileOfRoute.getOrDefault(node, ""), node);
        List<Arrow> between = inOrder(areaOfFile.keySet())
                .filter(arrow -> !arrow.label().equals(EXCEPTION))
                .map(arrow -> new Arrow("", area.apply(arrow.from()), "", area.apply(arrow.to())))
                .filter(arrow -> !arrow.from().equals(arrow.to()))
                .toList();
        Predicate<String> isShared = node -> between.stream()
                        .filter(arrow -> arrow.from().equals(node) || arrow.to().equals(node))
                        .flatMap(arrow -> Stream.of(arrow.from(), arrow.to()))
                        .distinct()
                        .count()
                > 2;
        return flowchart(between.stream()
                .filter(arrow -> !arrow.to().equals(API_SERVER))
                .filter(arrow -> isShared.test(arrow.from()) && isShared.test(arrow.to())));
    }

    private Stream<Arrow> inOrder(Collection<String> files) {
        return files.stream()
                .flatMap(file -> arrows.stream().filter(arrow -> arrow.file().equals(file)));
    }

    private static String flowchart(Stream<Arrow> arrows) {
        Map<List<String>, Set<String>> labels = new LinkedHashMap<>();
        arrows.forEach(arrow -> labels.computeIfAbsent(List.of(arrow.from(), arrow.to()), ends -> new LinkedHashSet<>())
                .add(arrow.label()));
        return Stream.of(
                        Stream.of("flowchart LR"),
                        labels.keySet().stream()
                                .flatMap(List::stream)
                                .distinct()
                                .filter(node -> !node.equals(key(node)))
                                .map(RoutePicture::box),
                        labels.entrySet().stream().map(entry -> arrow(entry.getKey(), entry.getValue())))
                .flatMap(lines -> lines)
                .collect(joining("\n  ", "", "\n"));
    }

    private static String box(String node) {
        String shape = node.equals(API_SERVER) ? "[(\"%s\")]" : node.contains(":") ? "([\"%s\"])" : "[\"%s\"]";
        return key(node) + shape.formatted(node);
    }

    private static String arrow(List<String> ends, Set<String> labels) {
        // a call without a condition happens in any case
        String label = labels.contains("") ? "" : "|\"" + String.join("<br>", labels) + "\"|";
        return key(ends.get(0)) + " -->" + label + " " + key(ends.get(1));
    }

    private static String key(String node) {
        return node.replaceAll("[^\\w-]+", "-");
    }
}
