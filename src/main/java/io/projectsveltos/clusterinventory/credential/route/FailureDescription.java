package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * What can be said of an exception of any component. Its message may hold an address with a token in it, or an answer's
 * body: so only what kind it is of, and the status of an answer.
 */
final class FailureDescription {

    private FailureDescription() {}

    static String describe(Throwable failure) {
        Throwable told = failure;
        while (told instanceof RuntimeCamelException && told.getCause() != null) {
            // Camel's wrapping
            told = told.getCause();
        }
        Throwable root = told;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return name(told) + status(told) + (root == told ? "" : " (" + name(root) + ")");
    }

    private static String name(Throwable failure) {
        Class<?> type = failure.getClass();
        return type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
    }

    private static String status(Throwable failure) {
        if (failure instanceof HttpOperationFailedException http) {
            return " with HTTP status " + http.getHttpResponseCode();
        }
        return failure instanceof KubernetesApiException api ? " with HTTP status " + api.code() : "";
    }
}
