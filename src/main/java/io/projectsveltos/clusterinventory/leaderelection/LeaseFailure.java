package io.projectsveltos.clusterinventory.leaderelection;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import java.net.HttpURLConnection;
import java.util.Set;

/**
 * Why a request about the Lease failed.
 *
 * @param isRefusal whether the API server rejected the request, until a permission or a setting changes
 * @param reason one line
 */
record LeaseFailure(boolean isRefusal, String reason) {

    /** Bad request, unauthenticated, forbidden, no such namespace, invalid name. */
    private static final Set<Integer> REFUSALS = Set.of(400, 401, 403, 404, 422);

    static LeaseFailure of(RuntimeException failure) {
        if (failure instanceof KubernetesClientException answer && answer.getStatus() != null) {
            // the exception's own message contains the whole status
            String reason = answer.getCode() + " " + answer.getStatus().getMessage();
            boolean forbidden = answer.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
            return new LeaseFailure(
                    REFUSALS.contains(answer.getCode()),
                    forbidden
                            ? reason + "; the Role needs get, create and update on leases.coordination.k8s.io"
                            : reason);
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return new LeaseFailure(false, KubernetesApiException.connectionFailure(cause));
    }
}
