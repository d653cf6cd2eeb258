package io.projectsveltos.clusterinventory.credential.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RetryDelayTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    static Stream<Arguments> headers() {
        return Stream.of(
                arguments(30, Duration.ofSeconds(30)),
                arguments("30", Duration.ofSeconds(30)),
                arguments("2026-03-01T12:05:00Z", Duration.ofMinutes(5)),
                arguments(86_400, Duration.ofHours(1)),
                arguments(0, null),
                arguments("2026-03-01T11:00:00Z", null),
                arguments(1_000_000_000, Duration.ofHours(1)),
                arguments(Double.NaN, null),
                arguments(Instant.MAX, Duration.ofHours(1)),
                arguments(Instant.MIN, null),
                arguments(new Date(Long.MAX_VALUE), Duration.ofHours(1)),
                arguments(java.sql.Date.valueOf("2026-03-02"), Duration.ofHours(1)));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void isWhatTheHeaderSaysButAtMostAnHour(Object header, Duration delay) {
        RetryDelay retry = of(new IllegalStateException(), Map.of("CamelCredentialRetryAfter", header));

        assertEquals(delay, retry.delay());
        assertEquals("", retry.fault());
    }

    @ParameterizedTest
    @MethodSource("invalidHeaders")
    void isTheBackoffForAHeaderThatIsInvalid(Object header) {
        RetryDelay retry = of(new IllegalStateException(), Map.of("CamelCredentialRetryAfter", header));

        assertNull(retry.delay());
        assertFalse(retry.fault().isEmpty());
    }

    static Stream<Object> invalidHeaders() {
        return Stream.of(-1, "-1", Long.MIN_VALUE, Long.MAX_VALUE, 1e300, "9".repeat(1000), "0x10", new byte[3]);
    }

    @Test
    void saysThatAHeaderIsInvalidWithoutQuotingIt() {
        RetryDelay retry = of(new IllegalStateException(), Map.of("CamelCredentialRetryAfter", "s3cr3t"));

        assertNull(retry.delay());
        assertEquals(
                "; its header CamelCredentialRetryAfter is neither an RFC 3339 time nor a number of seconds",
                retry.fault());
        assertFalse(retry.toString().contains("s3cr3t"));
    }

    @ParameterizedTest
    @CsvSource({
        "429, Retry-After, 20, PT20S",
        "503, retry-after, 20, PT20S",
        "503, Retry-After, 86400, PT1H",
        "503, Retry-After, 'Sun, 1 Mar 2026 12:00:10 GMT', PT10S",
        "503, Retry-After, soon,",
        "503, Retry-After, 0,",
        "503, Other, 20,",
        "500, Retry-After, 20,"
    })
    void isWhatAnOverloadedServerAsksFor(int status, String name, String value, Duration delay) {
        Exception answer = new HttpOperationFailedException("https://x", status, "", null, Map.of(name, value), "");

        assertEquals(delay, of(answer, Map.of()).delay());
        assertEquals(delay, of(new RuntimeCamelException(answer), Map.of()).delay());
    }

    @Test
    void isTheBackoffForAnAnswerWithoutHeaders() {
        assertNull(of(new HttpOperationFailedException("https://x", 503, "", null, null, ""), Map.of())
                .delay());
    }

    @Test
    void prefersTheHeaderOfTheRoute() {
        Exception answer =
                new HttpOperationFailedException("https://x", 503, "", null, Map.of("Retry-After", "20"), "");

        assertEquals(
                Duration.ofSeconds(5),
                of(answer, Map.of("CamelCredentialRetryAfter", 5)).delay());
    }

    private static RetryDelay of(Exception failure, Map<String, Object> headers) {
        return RetryDelay.of(new RouteResult<>(null, headers, failure, null), NOW);
    }
}
