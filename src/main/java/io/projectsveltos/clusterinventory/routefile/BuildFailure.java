package io.projectsveltos.clusterinventory.routefile;

import io.projectsveltos.clusterinventory.credential.route.SourceLine;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;

/** Explains why Camel could not read or build the routes of a file. */
public final class BuildFailure {

    private static final Pattern LINE = Pattern.compile("\\bline:? (\\d+)");
    private static final Pattern STEP = Pattern.compile(">>> (.*?) <<<", Pattern.DOTALL);
    private static final Pattern DATA_FORMAT = Pattern.compile("Data format '(\\w+)' could not be created");
    private static final Pattern PLACEHOLDER = Pattern.compile("Property with key \\[(.*?)] not found");
    private static final Pattern OPTIONS = Pattern.compile("Unknown parameters=\\[\\{(.*?)=");

    private static final Pattern DUPLICATE = Pattern.compile("(Duplicate id detected)");

    private final Throwable failure;

    /**
     * Explains a failure.
     *
     * @param failure from Camel
     */
    public BuildFailure(Throwable failure) {
        this.failure = failure;
    }

    /**
     * What is wrong, and where.
     *
     * @param file the file whose routes they are
     * @param routes those that were read, possibly none
     * @param context theirs
     */
    public List<Finding> findings(String file, List<RouteDefinition> routes, CamelContext context) {
        String notRead = RouteFileCheck.notRead(Path.of(file));
        if (notRead != null) {
            return List.of(Finding.error(file, null, notRead));
        }
        if (match(DUPLICATE).isPresent()) {
            // RouteModelCheck names both places
            return List.of();
        }
        return cause(InvalidRouteFileException.class)
                .map(InvalidRouteFileException::findings)
                .orElseGet(() -> List.of(Finding.error(file, line(routes, context), message())));
    }

    private Integer line(List<RouteDefinition> routes, CamelContext context) {
        String text = cause(FailedToCreateRouteException.class)
                .map(Throwable::getMessage)
                .orElse("");
        Matcher step = STEP.matcher(text);
        Integer line = step.find() ? lineOf(step.group(1), routes, context) : lineOfInput(routes, context);
        return line == null ? lineIn(failure.getMessage() + " " + root().getMessage()) : line;
    }

    private static Integer lineOf(String step, List<RouteDefinition> routes, CamelContext context) {
        return routes.stream()
                .flatMap(route -> steps(route).stream())
                .filter(node -> node.toString().equals(step) || node.getLabel().equals(step))
                .map(node -> SourceLine.of(node, context))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private Integer lineOfInput(List<RouteDefinition> routes, CamelContext context) {
        String id = cause(FailedToCreateRouteException.class)
                .map(FailedToCreateRouteException::getRouteId)
                .orElse(null);
        return routes.stream()
                .filter(route ->
                        route.getRouteId() != null && route.getRouteId().equals(id))
                .map(route -> SourceLine.of(route.getInput(), context))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Collection<ProcessorDefinition<?>> steps(RouteDefinition route) {
        return (Collection)
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class);
    }

    private static Integer lineIn(String message) {
        Matcher line = LINE.matcher(message);
        return line.find() ? Integer.valueOf(line.group(1)) : null;
    }

    private String message() {
        return Stream.<Optional<String>>of(
                        cause(NoSuchEndpointException.class)
                                .map(e -> CamelArtifacts.advice(
                                        "component", e.getUri().split(":", 2)[0])),
                        cause(NoSuchLanguageException.class)
                                .map(e -> CamelArtifacts.advice("language", e.getLanguage())),
                        match(DATA_FORMAT).map(name -> CamelArtifacts.advice("dataformat", name)),
                        match(PLACEHOLDER)
                                .map(name -> "the setting " + name + " is missing: set the environment variable "
                                        + name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")),
                        match(OPTIONS)
                                .map(option ->
                                        "the option " + option + " is unknown to this endpoint: correct its name"),
                        cause(SimpleIllegalSyntaxException.class).map(BuildFailure::expression),
                        missingClass())
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() ->
                        oneLine(root().getMessage() == null ? root().getClass().getSimpleName() : root().getMessage()));
    }

    private static String expression(SimpleIllegalSyntaxException failure) {
        String fault = failure.getMessage().lines().findFirst().orElse("");
        return "the expression " + oneLine(failure.getExpression()) + " is wrong: "
                + (fault.contains("functionEnd") ? "add the } that is missing" : fault);
    }

    private Optional<String> missingClass() {
        return Stream.of(cause(NoClassDefFoundError.class), cause(ClassNotFoundException.class))
                .flatMap(Optional::stream)
                .findFirst()
                .map(e -> "the class " + e.getMessage().replace('/', '.')
                        + " is missing: the folder of --lib does not have all jars that a component uses; fill it as"
                        + " docs/class-path.md shows");
    }

    private Optional<String> match(Pattern pattern) {
        return Causes.of(failure)
                .map(cause -> pattern.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst();
    }

    private <T extends Throwable> Optional<T> cause(Class<T> type) {
        return Causes.first(failure, type);
    }

    private Throwable root() {
        return Causes.of(failure).reduce((first, second) -> second).orElse(failure);
    }

    static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
