package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.stream.StreamSupport;

/**
 * An answer that is not a success: a {@code Status} of the API server, or whatever a proxy in front of it says.
 *
 * @param code the HTTP status code
 * @param status the body, a missing node when it is not JSON
 * @param retryAfter how long to wait before the next request, zero when neither header nor body says
 */
record ErrorAnswer(int code, JsonNode status, Duration retryAfter) {

    private static final ObjectMapper JSON = Json.newMapper();

    /** A server or a proxy whose clock is wrong could ask for years. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    static ErrorAnswer of(HttpResponse<?> response, byte[] body) {
        JsonNode status = read(body);
        Duration asked = retryAfter(response.header("Retry-After"));
        if (asked.isZero()) {
            asked = Duration.ofSeconds(
                    status.path("details").path("retryAfterSeconds").asInt());
        }
        return new ErrorAnswer(response.code(), status, bounded(asked));
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            // a proxy's page
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
            // neither: as good as none
            return Duration.ZERO;
        }
    }

    private static Duration bounded(Duration asked) {
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : asked;
    }

    /** The code and the server's words. */
    String reason() {
        return code + " " + status.path("message").asText(status.path("reason").asText(""));
    }

    /** 403 for what is created in a namespace that is on its way out (apiserver, namespace lifecycle admission). */
    boolean isNamespaceTerminating() {
        return code == 403 && hasCause("reason", "NamespaceTerminating");
    }

    /** An apply with the UID of an object that was deleted and made again is answered as if it changed the UID. */
    boolean isAboutAnotherObject() {
        return hasCause("field", "metadata.uid");
    }

    private boolean hasCause(String property, String value) {
        return StreamSupport.stream(status.path("details").path("causes").spliterator(), false)
                .anyMatch(cause -> cause.path(property).asText().equals(value));
    }
}
