package io.projectsveltos.clusterinventory.wiring;

import io.projectsveltos.clusterinventory.credential.route.PackagedRoutes;
import io.projectsveltos.clusterinventory.credential.route.RouteInput;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packaged routes that routes of {@code --routes} replace, by id. Each has to be named in a setting, so that none is
 * replaced by chance, and has to begin at the same endpoint, so that whatever calls it still finds it. A copy names the
 * digest of the packaged route in its {@code note}: after an upgrade, a warning says which copies are of another version.
 */
public final class RouteOverrides implements Function<RouteDefinition, Boolean>, StartupListener {

    /** The setting with the ids. */
    public static final String SETTING = "routes.override";

    private static final Logger LOG = LoggerFactory.getLogger(RouteOverrides.class);
    private static final String DIRECT = "direct://";

    private final Set<String> ids;
    private final Map<String, RouteDefinition> packaged = new HashMap<>();
    private final Map<String, RouteDefinition> overriding = new TreeMap<>();

    private RouteOverrides(Set<String> ids) {
        this.ids = ids;
    }

    /**
     * Applies the setting to all routes that are loaded from now on.
     *
     * @param context without routes
     * @param settings its settings
     * @return what it has found; {@link #check} checks that
     */
    public static RouteOverrides of(CamelContext context, Settings settings) throws Exception {
        RouteOverrides overrides =
                new RouteOverrides(Stream.of(settings.text(SETTING).split(","))
                        .map(String::trim)
                        .filter(id -> !id.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()));
        context.getCamelContextExtension().getContextPlugin(Model.class).setRouteFilter(overrides);
        context.addStartupListener(overrides);
        return overrides;
    }

    /** Whether the setting names an id. */
    public boolean isOverride(String id) {
        return ids.contains(id);
    }

    /**
     * Takes the routes as they are loaded, and leaves out the packaged ones that the setting names.
     *
     * @throws IllegalArgumentException if a route has the id of a packaged one that the setting does not name
     */
    @Override
    public Boolean apply(RouteDefinition route) {
        String id = route.getRouteId();
        if (id == null) {
            return true;
        }
        boolean isPackaged = route.getResource() != null && PackagedRoutes.has(route.getResource());
        (isPackaged ? packaged : overriding).put(id, route);
        // here, as Camel would report it next, without the file
        if (packaged.containsKey(id) && overriding.containsKey(id) && !ids.contains(id)) {
            throw new IllegalArgumentException(place(overriding.get(id)) + ": the id " + id
                    + " is that of a packaged route: choose another, or name it in " + SETTING
                    + " to replace that route");
        }
        return !isPackaged || !ids.contains(id);
    }

    @Override
    public void onCamelContextStarting(CamelContext context, boolean alreadyStarted) {
        check(context);
    }

    /**
     * Checks the overrides once all routes are loaded, and logs one line for each. A second call does nothing.
     *
     * @param context with the routes
     * @throws IllegalArgumentException if one cannot be used; the message is one line that says why
     */
    public void check(CamelContext context) {
        if (packaged.isEmpty()) {
            // checked already, or a command that checks a file alone
            return;
        }
        faults(context).stream().findFirst().ifPresent(fault -> {
            throw new IllegalArgumentException(fault);
        });
        ids.stream().sorted().forEach(this::report);
        packaged.clear();
        overriding.clear();
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // checked before
    }

    /**
     * What is wrong, once all routes are loaded.
     *
     * @param context where they are
     * @return one line each
     */
    public List<String> faults(CamelContext context) {
        List<String> faults = new ArrayList<>();
        overriding.forEach((id, route) -> {
            RouteDefinition original = packaged.get(id);
            if (original != null && !RouteInput.of(original, context).equals(RouteInput.of(route, context))) {
                faults.add(place(route) + ": the route " + id + " is from " + RouteInput.of(route, context)
                        + ", but the packaged route that it replaces is from " + RouteInput.of(original, context)
                        + ", which others rely on: begin there");
            }
        });
        ids.stream().sorted().forEach(id -> {
            if (!packaged.containsKey(id)) {
                faults.add(SETTING + " names " + id + ", which is not the id of a packaged route: correct it, see"
                        + " docs/routes.md");
            } else if (!overriding.containsKey(id)) {
                faults.add(SETTING + " names " + id + ", but no file of --routes has a route with this id: add it, or"
                        + " remove the id from the setting");
            }
        });
        // otherwise it may only follow from the others
        return faults.isEmpty() ? missing(context) : faults;
    }

    /** What packaged routes call and no route has, for example because a pattern excludes its file. */
    private List<String> missing(CamelContext context) {
        Collection<RouteDefinition> all =
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions();
        Set<String> inputs =
                all.stream().map(route -> RouteInput.of(route, context)).collect(Collectors.toCollection(HashSet::new));
        return all.stream()
                .filter(route -> packaged.containsKey(route.getRouteId()))
                .flatMap(route -> targets(route)
                        .filter(target -> target.startsWith(DIRECT) && !inputs.contains(target))
                        .map(target -> "the route " + route.getRouteId() + " calls " + target
                                + ", which no route begins at: do not exclude the file that has it"))
                .toList();
    }

    private static Stream<String> targets(RouteDefinition route) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SendDefinition.class).stream()
                .map(step -> RouteInput.of(String.valueOf(step.getEndpointUri())));
    }

    private static String place(RouteDefinition route) {
        String file =
                route.getResource() == null ? "a route" : route.getResource().getLocation();
        return file.startsWith("file:") ? file.substring("file:".length()) : file;
    }

    private void report(String id) {
        RouteDefinition copy = overriding.get(id);
        String digest = RouteDigest.of(packaged.get(id));
        String note = copy.getNote();
        String noted = RouteDigest.in(note);
        if (noted == null) {
            LOG.info(
                    "Route {} of {} replaces the packaged one, digest {}: write 'note: {}' into it to be warned when that"
                            + " changes",
                    id,
                    place(copy),
                    digest,
                    digest);
        } else if (noted.equals(digest)) {
            LOG.info("Route {} of {} replaces the packaged one, digest {}", id, place(copy), digest);
        } else {
            LOG.warn(
                    "Route {} of {} replaces a packaged one that has changed since the copy was made: take over the changes,"
                            + " then replace {} by {} in its note",
                    id,
                    place(copy),
                    noted,
                    digest);
        }
    }
}
