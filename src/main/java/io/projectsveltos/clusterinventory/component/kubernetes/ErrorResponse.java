package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.stream.StreamSupport;

/**
 * A response that is not a success: a {@code Status} of the API server, or any response of a proxy in front of it.
 *
 * @param code the HTTP status code
 * @param status the body, a missing node if it is not JSON
 * @param retryAfter time to wait before the next request, zero if neither the header nor the body has one
 */
record ErrorResponse(int code, JsonNode status, Duration retryAfter) {

    private static final ObjectMapper JSON = Json.newMapper();

    /** A server or a proxy with a wrong clock could ask for years. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    /**
     * Reads a response.
     *
     * @param retryAfterHeader the header {@code Retry-After}, or null
     */
    static ErrorResponse of(int code, String retryAfterHeader, byte[] body) {
        JsonNode status = read(body);
        Duration retryAfter = retryAfter(retryAfterHeader);
        if (retryAfter.isZero()) {
            retryAfter = Duration.ofSeconds(
                    status.path("details").path("retryAfterSeconds").asInt());
        }
        return new ErrorResponse(code, status, bounded(retryAfter));
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            // an HTML page of a proxy
            return JSON.missingNode();
        }
    }

    /** Seconds or a date (RFC 9110, section 10.2.3). */
    private static Duration retryAfter(String header) {
        if (header == null) {
            return Duration.ZERO;
        }
        try {
            return header.strip().chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(header.strip()))
                    : Duration.between(
                            Instant.now(), ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException | NumberFormatException e) {
            // invalid, so it is ignored
            return Duration.ZERO;
        }
    }

    private static Duration bounded(Duration retryAfter) {
        if (retryAfter.isNegative()) {
            return Duration.ZERO;
        }
        return retryAfter.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : retryAfter;
    }

    /** The status code and the server's message. */
    String reason() {
        return code + " " + status.path("message").asText(status.path("reason").asText(""));
    }

    /** A 403 for an object created in a terminating namespace (admission plugin NamespaceLifecycle). */
    boolean isNamespaceTerminating() {
        return code == 403 && hasCause("reason", "NamespaceTerminating");
    }

    /** An apply with the UID of an object that was deleted and created again fails as if it tried to change the UID. */
    boolean isUidMismatch() {
        return hasCause("field", "metadata.uid");
    }

    private boolean hasCause(String property, String value) {
        return StreamSupport.stream(status.path("details").path("causes").spliterator(), false)
                .anyMatch(cause -> cause.path(property).asText().equals(value));
    }
}
