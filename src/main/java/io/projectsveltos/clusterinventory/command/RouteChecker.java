package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.command.CheckReport.Provider;
import io.projectsveltos.clusterinventory.credential.route.CustomProviderRoutes;
import io.projectsveltos.clusterinventory.routefile.BuildFailure;
import io.projectsveltos.clusterinventory.routefile.Finding;
import io.projectsveltos.clusterinventory.routefile.RouteModelCheck;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.model.RouteDefinition;

/** Checks the files of {@code --routes}: each is parsed and its routes are built, but none is started. */
final class RouteChecker {

    private final CommandContext all;
    private final Map<String, String> settings;
    private final List<String> taken;
    private final Clock clock;
    private final List<Finding> findings;
    private final List<Provider> providers = new ArrayList<>();

    /**
     * Prepares a check.
     *
     * @param all has no routes yet
     * @param settings of it
     * @param taken names of access providers that come before custom provider routes
     * @param clock the clock
     * @param findings where findings are added
     */
    RouteChecker(
            CommandContext all, Map<String, String> settings, List<String> taken, Clock clock, List<Finding> findings) {
        this.all = all;
        this.settings = settings;
        this.taken = taken;
        this.clock = clock;
        this.findings = findings;
    }

    /** The access providers of the files, then the packaged ones. */
    List<Provider> check() throws Exception {
        RouteModelCheck model = new RouteModelCheck(all.camel(), taken);
        // without those that are replaced
        for (RouteDefinition route : all.load(all.packagedRouteFiles())) {
            model.add(route, null);
        }
        for (String file : all.routeFiles()) {
            for (RouteDefinition route : load(file)) {
                model.add(route, file);
                CustomProviderRoutes.providerOf(route.getInput().getEndpointUri())
                        .ifPresent(name -> providers.add(new Provider(name, Kind.CUSTOM_ROUTE.label(), file)));
            }
        }
        findings.addAll(model.findings());
        Set<String> before = new HashSet<>(taken);
        providers.forEach(provider -> before.add(provider.name()));
        all.bean(CustomProviderRoutes.class).packagedNames().stream()
                .filter(name -> !before.contains(name))
                .forEach(name -> providers.add(new Provider(name, Kind.TOKEN_SECRET.label(), null)));
        return providers;
    }

    /** The routes of a file, which are built by themselves, so that a mistake does not hide those of other files. */
    private List<RouteDefinition> load(String file) throws Exception {
        List<RouteDefinition> routes = new ArrayList<>();
        try (CommandContext alone = CommandContext.withoutRoutes(settings, clock)) {
            try {
                routes.addAll(alone.load(List.of("file:" + file)));
                alone.camel().start();
            } catch (Exception | LinkageError e) {
                findings.addAll(new BuildFailure(e).findings(file, routes, alone.camel()));
            }
        }
        return routes;
    }
}
