package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.command.CheckReport.Finding;
import io.projectsveltos.clusterinventory.command.CheckReport.Provider;
import io.projectsveltos.clusterinventory.command.CheckReport.Severity;
import io.projectsveltos.clusterinventory.credential.route.CustomProviderRoutes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.NamedNode;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.support.EndpointHelper;

/** Checks the files of {@code --routes}: each is parsed and its routes are built, but none is started. */
final class RouteChecker {

    private static final Pattern LINE = Pattern.compile("\\bline:? (\\d+)");
    private static final Pattern STEP = Pattern.compile(">>> (.*?) <<<", Pattern.DOTALL);
    private static final String DIRECT = "direct://";

    private final CommandContext all;
    private final Map<String, String> settings;
    private final List<String> taken;
    private final Clock clock;
    private final List<Finding> findings;
    private final List<Provider> providers = new ArrayList<>();
    private final Map<String, String> fileOfInput = new HashMap<>();
    private final Map<String, String> fileOfId = new HashMap<>();

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
        // without those that are replaced
        for (RouteDefinition route : all.load(all.packagedRouteFiles())) {
            register(route, "the jar");
        }
        Map<String, List<RouteDefinition>> routes = new LinkedHashMap<>();
        for (String file : all.routeFiles()) {
            Optional<List<RouteDefinition>> loaded = load(file);
            loaded.ifPresent(found -> routes.put(file, found));
        }
        routes.forEach((file, found) -> found.forEach(route -> checkTargets(route, file)));
        Set<String> before = new HashSet<>(taken);
        providers.forEach(provider -> before.add(provider.name()));
        all.bean(CustomProviderRoutes.class).packagedNames().stream()
                .filter(name -> !before.contains(name))
                .forEach(name -> providers.add(new Provider(name, Explainer.kind(Kind.TOKEN_SECRET), null)));
        return providers;
    }

    private Optional<List<RouteDefinition>> load(String file) throws Exception {
        if (!isUtf8(file)) {
            return Optional.empty();
        }
        try (CommandContext alone = CommandContext.withoutRoutes(settings, clock)) {
            List<RouteDefinition> routes = alone.load(List.of("file:" + file));
            if (routes.isEmpty()) {
                error(file, null, "has no route, so it does nothing: expected a list of '- route:'");
                return Optional.empty();
            }
            routes.forEach(route -> checkNames(route, file));
            build(alone, routes, file);
            return Optional.of(routes);
        } catch (Exception e) {
            error(file, line(e.getMessage() + " " + root(e)), oneLine(root(e)));
            return Optional.empty();
        }
    }

    private boolean isUtf8(String file) throws IOException {
        byte[] content = Files.readAllBytes(Path.of(file));
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return true;
        } catch (CharacterCodingException e) {
            error(file, null, "is not UTF-8: save it in this encoding");
            return false;
        }
    }

    /** Finds unknown components, options, beans and placeholders. */
    private void build(CommandContext context, List<RouteDefinition> routes, String file) {
        try {
            context.camel().start();
        } catch (Exception e) {
            FailedToCreateRouteException failure = causes(e, FailedToCreateRouteException.class);
            Matcher step = STEP.matcher(failure == null ? "" : failure.getMessage());
            Integer line = step.find() ? lineOf(step.group(1), routes) : null;
            error(file, line == null ? line(String.valueOf(e.getMessage())) : line, oneLine(root(e)));
        }
    }

    private Integer lineOf(String step, List<RouteDefinition> routes) {
        return routes.stream()
                .flatMap(route -> steps(route, ProcessorDefinition.class).stream())
                .filter(node -> node.toString().equals(step) || node.getLabel().equals(step))
                .map(this::line)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private void checkNames(RouteDefinition route, String file) {
        CustomProviderRoutes.providerOf(route.getInput().getEndpointUri()).ifPresent(name -> {
            providers.add(new Provider(name, "custom provider route", file));
            if (taken.contains(name)) {
                findings.add(new Finding(
                        Severity.Warning,
                        file,
                        line(route.getInput()),
                        "the route of access provider " + name + " is never called: an access provider of this name is"
                                + " built in, or in the registration file or the provider file, and comes first"));
            }
        });
        register(route, file);
    }

    private void register(RouteDefinition route, String file) {
        String input = input(route);
        String before = input.startsWith(DIRECT) ? fileOfInput.putIfAbsent(input, file) : null;
        if (before != null) {
            error(file, line(route.getInput()), "a second route from " + input + "; the first is in " + before);
        }
        String same = route.hasCustomIdAssigned() ? fileOfId.putIfAbsent(route.getRouteId(), file) : null;
        if (same != null) {
            error(file, line(route), "the id " + route.getRouteId() + " is used in " + same + " too: choose another");
        }
    }

    private void checkTargets(RouteDefinition route, String file) {
        for (SendDefinition<?> step : steps(route, SendDefinition.class)) {
            String target = EndpointHelper.normalizeEndpointUri(String.valueOf(step.getEndpointUri()))
                    .split("\\?", 2)[0];
            if (target.startsWith(DIRECT) && !target.contains("{") && !fileOfInput.containsKey(target)) {
                error(file, line(step), "there is no route from " + target + ": correct the name");
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends ProcessorDefinition<?>> Collection<T> steps(
            RouteDefinition route, Class<? super T> type) {
        return (Collection<T>) ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), type);
    }

    private static String input(RouteDefinition route) {
        return EndpointHelper.normalizeEndpointUri(route.getInput().getEndpointUri())
                .split("\\?", 2)[0];
    }

    private Integer line(NamedNode node) {
        return SourceLine.of(node, all.camel());
    }

    private static Integer line(String message) {
        Matcher line = LINE.matcher(String.valueOf(message));
        return line.find() ? Integer.valueOf(line.group(1)) : null;
    }

    private void error(String file, Integer line, String message) {
        findings.add(new Finding(Severity.Error, file, line, message));
    }

    private static <T extends Throwable> T causes(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return type.cast(cause);
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        Set<Throwable> seen = new HashSet<>();
        while (root.getCause() != null && seen.add(root)) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
