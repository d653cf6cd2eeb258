package io.projectsveltos.clusterinventory.credential.route;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.util.ObjectHelper;

/**
 * When a route that failed is called again, in place of the backoff.
 *
 * @param delay from now, null for the backoff
 * @param fault what is wrong with the header, to be put at the end of a message; empty if nothing is
 */
record RetryDelay(Duration delay, String fault) {

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final RetryDelay BACKOFF = new RetryDelay(null, "");

    /** Of the header that the route has set, or else of the answer of an HTTP server that is overloaded. */
    static RetryDelay of(RouteResult<?> result, Instant now) {
        Object header = result.headers().get(CredentialHeaders.RETRY_AFTER);
        try {
            return header == null ? of(result.failure(), now) : until(CredentialHeaders.time(header, now), now);
        } catch (IllegalArgumentException e) {
            return new RetryDelay(null, "; its header " + CredentialHeaders.RETRY_AFTER + " " + e.getMessage());
        }
    }

    private static RetryDelay of(Exception failure, Instant now) {
        HttpOperationFailedException answer = ObjectHelper.getException(HttpOperationFailedException.class, failure);
        if (answer == null || answer.getHttpResponseCode() != 429 && answer.getHttpResponseCode() != 503) {
            return BACKOFF;
        }
        Map<String, String> headers = answer.getResponseHeaders() == null ? Map.of() : answer.getResponseHeaders();
        return headers.entrySet().stream()
                .filter(header -> "Retry-After".equalsIgnoreCase(header.getKey()))
                .map(header -> ofHttp(header.getValue(), now))
                .findFirst()
                .orElse(BACKOFF);
    }

    /** A server's mistake is nothing that the author of the route can correct. */
    private static RetryDelay ofHttp(String value, Instant now) {
        try {
            return value.matches("\\d{1,9}")
                    ? until(now.plusSeconds(Long.parseLong(value)), now)
                    : until(
                            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant(),
                            now);
        } catch (DateTimeParseException e) {
            return BACKOFF;
        }
    }

    private static RetryDelay until(Instant time, Instant now) {
        Duration delay = Duration.between(now, time);
        if (delay.isZero() || delay.isNegative()) {
            return BACKOFF;
        }
        return new RetryDelay(delay.compareTo(LONGEST) > 0 ? LONGEST : delay, "");
    }
}
