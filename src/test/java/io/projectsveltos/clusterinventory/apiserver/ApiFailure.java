package io.projectsveltos.clusterinventory.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** An answer of the mock API server that is a failure. */
final class ApiFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final Map<Integer, String> REASONS = Map.of(
            400, "BadRequest",
            401, "Unauthorized",
            403, "Forbidden",
            404, "NotFound",
            409, "Conflict",
            410, "Expired",
            415, "UnsupportedMediaType",
            422, "Invalid",
            429, "TooManyRequests",
            500, "InternalError");

    private final int code;
    private final String reason;

    ApiFailure(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.reason = reason;
    }

    ApiFailure(int code, String message) {
        this(code, REASONS.getOrDefault(code, "Unknown"), message);
    }

    int code() {
        return code;
    }

    ObjectNode status() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", "Failure")
                .put("message", getMessage())
                .put("reason", reason)
                .put("code", code);
    }
}
