package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Error responses of the API server. */
public final class Refusals {

    private Refusals() {}

    public static KubernetesApiException of(int code, String message) {
        return KubernetesApiException.of(code, message);
    }

    /** The response of an overloaded server. */
    public static KubernetesApiException tooManyRequests(Duration retryAfter) {
        return KubernetesApiException.of(
                new ErrorResponse(429, MissingNode.getInstance(), retryAfter), "cannot apply secrets");
    }

    /** The response to the creation of an object in a terminating namespace. */
    public static KubernetesApiException namespaceTerminating() {
        JsonNode status = new ObjectMapper()
                .valueToTree(Map.of(
                        "message",
                        "forbidden: unable to create new content in namespace fleet",
                        "details",
                        Map.of("causes", List.of(Map.of("reason", "NamespaceTerminating")))));
        return KubernetesApiException.of(new ErrorResponse(403, status, Duration.ZERO), "cannot apply secrets");
    }
}
