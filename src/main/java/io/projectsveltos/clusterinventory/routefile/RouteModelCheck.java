package io.projectsveltos.clusterinventory.routefile;

import io.projectsveltos.clusterinventory.credential.route.CustomProviderRoutes;
import io.projectsveltos.clusterinventory.credential.route.RouteInput;
import io.projectsveltos.clusterinventory.credential.route.SourceLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;

/**
 * Checks the routes of all files together, before they are built: Camel reports much of this only when a route runs, or
 * never.
 */
public final class RouteModelCheck {

    private static final String JAR = "the jar";
    private static final String DIRECT = "direct://";

    private final CamelContext context;
    private final Collection<String> taken;
    private final Map<String, String> fileOfInput = new HashMap<>();
    private final Map<String, String> fileOfId = new HashMap<>();
    private final Map<RouteDefinition, String> custom = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Prepares a check.
     *
     * @param context that of the routes
     * @param taken names of access providers that come before custom provider routes
     */
    public RouteModelCheck(CamelContext context, Collection<String> taken) {
        this.context = context;
        this.taken = taken;
    }

    /**
     * Checks all routes of a context.
     *
     * @param context its routes are not built yet
     * @param files those of which the routes are custom
     * @param taken names of access providers that come before custom provider routes
     * @throws InvalidRouteFileException if something is wrong
     */
    public static void check(CamelContext context, CustomFiles files, Collection<String> taken) {
        RouteModelCheck check = new RouteModelCheck(context, taken);
        for (RouteDefinition route : routes(context)) {
            check.add(route, files.pathOf(route.getResource()));
        }
        List<Finding> findings = check.findings();
        if (!findings.isEmpty()) {
            throw new InvalidRouteFileException(findings);
        }
    }

    /** The routes of a context, built or not. */
    public static List<RouteDefinition> routes(CamelContext context) {
        return context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions();
    }

    /**
     * Adds a route.
     *
     * @param route one of the context, not built yet; those of the jar come first
     * @param file where it is from, or null for the jar
     */
    public void add(RouteDefinition route, String file) {
        String input = RouteInput.of(route, context);
        if (file != null) {
            custom.put(route, file);
            checkInput(route, input, file);
        }
        if (input.startsWith(DIRECT)) {
            String before = fileOfInput.putIfAbsent(input, file == null ? JAR : file);
            if (before != null) {
                error(
                        file,
                        route.getInput(),
                        "a second route from " + input + "; the first is in " + before + ": use another name");
            }
        }
        if (route.hasCustomIdAssigned()) {
            String before = fileOfId.putIfAbsent(route.getRouteId(), file == null ? JAR : file);
            if (JAR.equals(before)) {
                error(
                        file,
                        route,
                        "the id " + route.getRouteId() + " is that of a packaged route: choose another, or name it in"
                                + " routes.override to replace that route");
            } else if (before != null) {
                error(file, route, "the id " + route.getRouteId() + " is used in " + before + " too: choose another");
            }
        }
    }

    private void checkInput(RouteDefinition route, String input, String file) {
        CustomProviderRoutes.providerOf(input).ifPresent(name -> {
            if (taken.contains(name)) {
                error(
                        file,
                        route.getInput(),
                        "the route of access provider " + name + " is never called: an access provider of this name is"
                                + " built in, or in the registration file or the provider file, and comes first;"
                                + " remove one of the two");
            }
            if (route.getInput().getEndpointUri().matches(".*[?&]timeout=.*")) {
                error(
                        file,
                        route.getInput(),
                        "timeout is not a time limit of the route: remove it, and set access-provider.timeout." + name);
            }
        });
    }

    /** What is wrong with the routes that were added. */
    public List<Finding> findings() {
        custom.forEach((route, file) -> {
            steps(route, SendDefinition.class).forEach(step -> checkTarget(step, step.getEndpointUri(), file));
            steps(route, ToDynamicDefinition.class).forEach(step -> checkTarget(step, step.getUri(), file));
        });
        return List.copyOf(findings);
    }

    private void checkTarget(NamedNode step, String uri, String file) {
        String target = RouteInput.of(String.valueOf(uri));
        if (target.startsWith(DIRECT) && !target.contains("{") && !fileOfInput.containsKey(target)) {
            error(
                    file,
                    step,
                    "there is no route from " + target + ": " + ClosestName.advice(target, fileOfInput.keySet()));
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> Collection<T> steps(RouteDefinition route, Class<T> type) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), (Class) type);
    }

    private void error(String file, NamedNode node, String message) {
        findings.add(Finding.error(file, SourceLine.of(node, context), message));
    }
}
