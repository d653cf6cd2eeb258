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
import org.junit.jupiter.api.AutoClose;
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

    @AutoClose
    private StubReviews server;

    @AutoClose
    private KubernetesClient client;

    private AccessReviewer reviewer;

    @BeforeEach
    void start() throws IOException {
        server = new StubReviews();
        client = server.client(folder);
        reviewer = new AccessReviewer(() -> client, clock);
    }

    @ParameterizedTest
    @CsvSource({"known-may,ALLOWED", "known,FORBIDDEN", "forged,UNAUTHENTICATED"})
    void returnsTheApiServersVerdictOnTheCaller(String token, Outcome outcome) {
        assertEquals(outcome, reviewer.review(token, "/metrics"));
    }

    @Test
    void createsATokenReviewAndThenASubjectAccessReviewForThePath() throws IOException {
        reviewer.review("known-may", "/metrics");

        assertEquals(List.of(TOKENS, ACCESS), server.paths());
        assertEquals(json("""
                        {"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"known-may"}}"""), server.bodies().get(0));
        assertEquals(json("""
                        {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{
                        "user":"known-may","uid":"7","groups":["g"],"extra":{"e":["f"]},
                        "nonResourceAttributes":{"path":"/metrics","verb":"get"}}}"""), server.bodies().get(1));
    }

    @Test
    void createsNoSubjectAccessReviewForAnInvalidToken() {
        reviewer.review("forged", "/metrics");

        assertEquals(List.of(TOKENS), server.paths());
    }

    @ParameterizedTest
    @CsvSource({"known-may,60", "known,10", "forged,10"})
    void cachesAPositiveResultForAMinuteAndANegativeOneForTenSeconds(String token, int seconds) {
        reviewer.review(token, "/metrics");
        int asked = server.paths().size();

        clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
        reviewer.review(token, "/metrics");
        assertEquals(asked, server.paths().size());

        clock.advance(Duration.ofMillis(1));
        reviewer.review(token, "/metrics");
        assertEquals(2 * asked, server.paths().size());
    }

    @Test
    void asksAgainForAnotherTokenAndForAnotherPath() {
        reviewer.review("known-may", "/metrics");

        assertEquals(Outcome.FORBIDDEN, reviewer.review("known", "/metrics"));
        assertEquals(Outcome.ALLOWED, reviewer.review("known-may", "/other"));

        assertEquals(6, server.paths().size());
    }

    @Test
    void evictsTheOldestResultBeyondAHundred() {
        for (int i = 0; i <= MAX_KEPT; i++) {
            reviewer.review("forged-" + i, "/metrics");
        }

        reviewer.review("forged-" + MAX_KEPT, "/metrics");
        reviewer.review("forged-1", "/metrics");
        assertEquals(MAX_KEPT + 1, server.paths().size());
        reviewer.review("forged-0", "/metrics");
        assertEquals(MAX_KEPT + 2, server.paths().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429, 500})
    void doesNotCacheAFailureOfTheApiServer(int status) {
        server.failWith(status);
        assertEquals(Outcome.UNAVAILABLE, reviewer.review("known-may", "/metrics"));

        server.failWith(0);

        assertEquals(Outcome.ALLOWED, reviewer.review("known-may", "/metrics"));
    }

    @Test
    void logsTheStatusButNeverTheToken() {
        server.failWith(500);

        try (LogCapture log = LogCapture.started()) {
            reviewer.review("s3cret", "/metrics");

            assertEquals(
                    List.of("WARN Cannot ask the API server whether a caller may get /metrics: status 500"),
                    log.lines());
        }
    }

    @Test
    void isUnavailableWhenTheApiServerIsDown() {
        server.close();

        try (LogCapture log = LogCapture.started()) {
            assertEquals(Outcome.UNAVAILABLE, reviewer.review("s3cret", "/metrics"));

            assertEquals(1, log.lines().size());
            assertFalse(log.lines().get(0).contains("s3cret"));
        }
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
