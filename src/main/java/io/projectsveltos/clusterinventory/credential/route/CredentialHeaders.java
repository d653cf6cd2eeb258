package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.credential.golang.GoTime;
import java.time.Instant;
import java.util.Date;

/**
 * The headers of custom provider routes. Their names begin with Camel, so that components neither send them to a server nor
 * take them from one.
 */
public final class CredentialHeaders {

    /** What the body is; {@link #TOKEN}, or missing for a kubeconfig or an ExecCredential. */
    public static final String TYPE = "CamelCredentialType";

    /** When the kubeconfig or the token expires: a time, or a lifetime in seconds. */
    public static final String EXPIRY = "CamelCredentialExpiry";

    /** When a route that fails is called again, in place of the backoff: seconds or a time. */
    public static final String RETRY_AFTER = "CamelCredentialRetryAfter";

    /** The {@link #TYPE} of a bare token. */
    static final String TOKEN = "token";

    /** 30 years: a number that is larger is not a lifetime but a time, or in another unit. */
    private static final long MAX_SECONDS = 1_000_000_000;

    private CredentialHeaders() {}

    /**
     * Reads a time.
     *
     * @param value RFC 3339, an Instant or a Date, or seconds from now as a number or digits
     * @param now the time
     * @return the time
     * @throws IllegalArgumentException if it is none of these, with a message that does not quote it
     */
    static Instant time(Object value, Instant now) {
        if (value instanceof Instant time) {
            return time;
        }
        if (value instanceof Date date) {
            // not toInstant, which a column of a database without a time refuses
            return Instant.ofEpochMilli(date.getTime());
        }
        if (value instanceof Number number) {
            return now.plusSeconds(seconds(number.longValue()));
        }
        String text = value.toString().strip();
        if (text.matches("\\d{1,18}")) {
            return now.plusSeconds(seconds(Long.parseLong(text)));
        }
        return GoTime.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("is neither an RFC 3339 time nor a number of seconds"));
    }

    private static long seconds(long number) {
        if (number < 0 || number > MAX_SECONDS) {
            throw new IllegalArgumentException("is not a number of seconds from 0 to " + MAX_SECONDS);
        }
        return number;
    }
}
