package io.projectsveltos.clusterinventory.credential.route;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchHeaderException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.NoSuchPropertyException;
import org.apache.camel.NoSuchVariableException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.component.bean.AmbiguousMethodCallException;
import org.apache.camel.component.bean.MethodNotFoundException;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * What may be reported about an exception from any component. Its message may contain a URL with a token, or the body of a
 * response. So the description has the step, the class of the exception and the HTTP status, and of the message only what
 * cannot be a credential: names in the route, classes, and the place in a text that cannot be parsed.
 *
 * @param text to be put after the name of the route, such as {@code failed in step ... with ...}
 * @param isMistake whether the route itself has to be corrected
 */
public record FailureDescription(String text, boolean isMistake) {

    /** In messages of Camel whose exceptions have no field for them. */
    private static final Pattern NAMED = Pattern.compile(
            "^(Property with key \\[[\\w.-]+] not found"
                    + "|No component found with scheme: [\\w.+-]+|No consumers available on endpoint: (direct|seda)://[\\w.-]+)");

    private static final Pattern NAME = Pattern.compile("[\\w.$/-]{1,100}");

    /**
     * Describes an exception.
     *
     * @param failure the exception
     * @param place the step that has failed, or null
     */
    static FailureDescription of(Throwable failure, StepPlace place) {
        Throwable cause = failure;
        while (cause instanceof RuntimeCamelException
                && cause.getCause() != null
                && detail(cause).isEmpty()) {
            // Camel's wrapping
            cause = cause.getCause();
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        Optional<String> detail = causes(cause)
                .map(FailureDescription::detail)
                .flatMap(Optional::stream)
                .findFirst();
        String text = "failed " + (place == null ? "" : "in step " + place + " ") + "with " + name(cause)
                + status(cause) + (root == cause ? "" : " (" + name(root) + ")")
                + detail.map(what -> ", " + what).orElse("");
        return new FailureDescription(text, detail.isPresent());
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, one -> one != null, Throwable::getCause);
    }

    private static String name(Throwable failure) {
        Class<?> type = failure.getClass();
        return type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
    }

    private static String status(Throwable failure) {
        if (failure instanceof HttpOperationFailedException http) {
            return ", HTTP status " + http.getHttpResponseCode();
        }
        return failure instanceof KubernetesApiException api ? ", HTTP status " + api.code() : "";
    }

    /** What of a message cannot be a credential. */
    private static Optional<String> detail(Throwable failure) {
        if (failure instanceof JsonProcessingException json) {
            JsonLocation at = json.getLocation();
            return Optional.ofNullable(at).map(l -> "line " + l.getLineNr() + ", column " + l.getColumnNr());
        }
        if (failure instanceof TypeConversionException conversion) {
            return conversion(conversion.getFromType(), conversion.getToType());
        }
        if (failure instanceof NoTypeConversionAvailableException conversion) {
            return conversion(conversion.getFromType(), conversion.getToType());
        }
        if (failure instanceof AmbiguousMethodCallException call) {
            return Optional.of("methods "
                    + call.getMethods().stream()
                            .map(method -> method.getMethod().toGenericString())
                            .sorted()
                            .toList());
        }
        return name(failure, "bean", NoSuchBeanException.class, NoSuchBeanException::getName)
                .or(() ->
                        name(failure, "method", MethodNotFoundException.class, MethodNotFoundException::getMethodName))
                .or(() ->
                        name(failure, "language", NoSuchLanguageException.class, NoSuchLanguageException::getLanguage))
                .or(() -> name(failure, "header", NoSuchHeaderException.class, NoSuchHeaderException::getHeaderName))
                .or(() -> name(
                        failure, "property", NoSuchPropertyException.class, NoSuchPropertyException::getPropertyName))
                .or(() -> name(
                        failure, "variable", NoSuchVariableException.class, NoSuchVariableException::getVariableName))
                .or(() -> name(failure, "class", ClassNotFoundException.class, Throwable::getMessage))
                .or(() -> name(failure, "class", NoClassDefFoundError.class, Throwable::getMessage))
                .or(() -> named(failure));
    }

    private static Optional<String> conversion(Class<?> from, Class<?> to) {
        return Optional.of("from " + (from == null ? "null" : from.getName()) + " to " + to.getName());
    }

    private static <T> Optional<String> name(Throwable failure, String what, Class<T> type, Function<T, String> get) {
        return type.isInstance(failure)
                ? Optional.ofNullable(get.apply(type.cast(failure)))
                        .filter(name -> NAME.matcher(name).matches())
                        .map(name -> what + " " + name)
                : Optional.empty();
    }

    private static Optional<String> named(Throwable failure) {
        Matcher matcher = NAMED.matcher(String.valueOf(failure.getMessage()));
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }
}
