package io.projectsveltos.clusterinventory.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.events.SetClock;
import io.projectsveltos.clusterinventory.http.AccessReviewer.Outcome;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AccessReviewerTest {

    private static final String TOKENS = "POST /apis/authentication.k8s.io/v1/tokenreviews";
    private static final String ACCESS = "POST /apis/authorization.k8s.io/v1/subjectaccessreviews";
    private static final int MAX_KEPT = 100;

    @TempDir
    Path folder;

    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
    private StubReviews server;
    private KubernetesClient client;
    private AccessReviewer review;

    @BeforeEach
    void start() throws IOException {
        server = new StubReviews();
        client = server.client(folder);
        review = new AccessReviewer(() -> client, clock);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"known-may,ALLOWED", "known,DENIED", "forged,UNKNOWN"})
    void tellsWhatTheApiServerSaysOfTheCaller(String token, Outcome outcome) {
        assertEquals(outcome, review.of(token, "/metrics"));
    }

    @Test
    void asksWhoTheCallerIsAndThenWhetherHeMayGetThePath() throws IOException {
        review.of("known-may", "/metrics");

        assertEquals(List.of(TOKENS, ACCESS), server.paths());
        assertEquals(json("""
                        {"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"known-may"}}"""), server.bodies().get(0));
        assertEquals(json("""
                        {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{
                        "user":"known-may","uid":"7","groups":["g"],"extra":{"e":["f"]},
                        "nonResourceAttributes":{"path":"/metrics","verb":"get"}}}"""), server.bodies().get(1));
    }

    @Test
    void doesNotAskWhatSomebodyUnknownMay() {
        review.of("forged", "/metrics");

        assertEquals(List.of(TOKENS), server.paths());
    }

    @ParameterizedTest
    @CsvSource({"known-may,60", "known,10", "forged,10"})
    void keepsAnAllowanceForAMinuteAndARefusalForTenSeconds(String token, int seconds) {
        review.of(token, "/metrics");
        int asked = server.paths().size();

        clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
        review.of(token, "/metrics");
        assertEquals(asked, server.paths().size());

        clock.advance(Duration.ofMillis(1));
        review.of(token, "/metrics");
        assertEquals(2 * asked, server.paths().size());
    }

    @Test
    void asksAnewForAnotherTokenAndForAnotherPath() {
        review.of("known-may", "/metrics");

        assertEquals(Outcome.DENIED, review.of("known", "/metrics"));
        assertEquals(Outcome.ALLOWED, review.of("known-may", "/other"));

        assertEquals(6, server.paths().size());
    }

    @Test
    void forgetsTheOldestAnswerBeyondAHundred() {
        for (int i = 0; i <= MAX_KEPT; i++) {
            review.of("forged-" + i, "/metrics");
        }

        review.of("forged-" + MAX_KEPT, "/metrics");
        review.of("forged-1", "/metrics");
        assertEquals(MAX_KEPT + 1, server.paths().size());
        review.of("forged-0", "/metrics");
        assertEquals(MAX_KEPT + 2, server.paths().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429, 500})
    void asksAgainWhenTheApiServerHadNoAnswer(int status) {
        server.failWith(status);
        assertEquals(Outcome.UNREACHABLE, review.of("known-may", "/metrics"));

        server.failWith(0);

        assertEquals(Outcome.ALLOWED, review.of("known-may", "/metrics"));
    }

    @Test
    void tellsTheStatusInTheLogAndNotTheToken() {
        server.failWith(500);

        try (LogCapture log = LogCapture.started()) {
            review.of("s3cret", "/metrics");

            assertEquals(
                    List.of("WARN Cannot ask the API server whether a caller may get /metrics: status 500"),
                    log.lines());
        }
    }

    @Test
    void isUnreachableWhenNobodyListens() {
        server.close();

        try (LogCapture log = LogCapture.started()) {
            assertEquals(Outcome.UNREACHABLE, review.of("s3cret", "/metrics"));

            assertEquals(1, log.lines().size());
            assertFalse(log.lines().get(0).contains("s3cret"));
        }
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
