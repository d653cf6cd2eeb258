package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * What may be reported about an exception from any component. Its message may contain a URL with a token, or the body of a
 * response, so the description only has the class of the exception and the HTTP status.
 */
public final class FailureDescription {

    private FailureDescription() {}

    /** Describes a failure, in a part of a line. */
    public static String of(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof RuntimeCamelException && cause.getCause() != null) {
            // Camel's wrapping
            cause = cause.getCause();
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return name(cause) + status(cause) + (root == cause ? "" : " (" + name(root) + ")");
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
}
