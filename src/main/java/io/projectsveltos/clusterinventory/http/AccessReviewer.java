package io.projectsveltos.clusterinventory.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server who a caller is (TokenReview) and whether he may (SubjectAccessReview), as controller-runtime does
 * for its metrics. Answers are kept for a minute, refusals for ten seconds, under a hash of the token.
 */
public final class AccessReviewer {

    /** What came out. */
    public enum Outcome {
        /** Known, and may. */
        ALLOWED,
        /** Known, and may not. */
        DENIED,
        /** The token is nobody's. */
        UNKNOWN,
        /** The API server did not answer, or does not let us ask. */
        UNREACHABLE
    }

    private static final Logger LOG = LoggerFactory.getLogger(AccessReviewer.class);
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final Duration REFUSAL_KEPT = Duration.ofSeconds(10);
    private static final int MAX_KEPT = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<KubernetesClient> client;
    private final Clock clock;
    private final Map<String, Known> known = new LinkedHashMap<>();

    private record Known(Outcome outcome, Instant until) {}

    /**
     * Makes a review.
     *
     * @param client gives the client of the management cluster
     * @param clock the clock
     */
    public AccessReviewer(Supplier<KubernetesClient> client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * Whether the bearer of a token may get a path.
     *
     * @param token the token
     * @param path the path, without host
     * @return the outcome
     */
    public Outcome of(String token, String path) {
        String caller = hash(token + "\n" + path);
        Outcome before = remembered(caller);
        if (before != null) {
            return before;
        }
        Outcome now = ask(token, path);
        if (now != Outcome.UNREACHABLE) {
            remember(caller, now);
        }
        return now;
    }

    private Outcome ask(String token, String path) {
        try {
            JsonNode review = post("authentication.k8s.io/v1/tokenreviews", tokenReview(token));
            return review.path("authenticated").asBoolean() ? askWhether(review.path("user"), path) : Outcome.UNKNOWN;
        } catch (KubernetesClientException | IOException e) {
            // not its message: it may quote what was sent
            String why = e instanceof KubernetesClientException api && api.getCode() > 0
                    ? "status " + api.getCode()
                    : e.getClass().getSimpleName();
            LOG.warn("Cannot ask the API server whether a caller may get {}: {}", path, why);
            return Outcome.UNREACHABLE;
        }
    }

    private Outcome askWhether(JsonNode user, String path) throws IOException {
        JsonNode review = post("authorization.k8s.io/v1/subjectaccessreviews", accessReview(user, path));
        return review.path("allowed").asBoolean() ? Outcome.ALLOWED : Outcome.DENIED;
    }

    private JsonNode post(String resource, ObjectNode body) throws IOException {
        return JSON.readTree(client.get().raw("/apis/" + resource, "POST", body))
                .path("status");
    }

    private static ObjectNode tokenReview(String token) {
        ObjectNode review = object("authentication.k8s.io/v1", "TokenReview");
        review.putObject("spec").put("token", token);
        return review;
    }

    private static ObjectNode accessReview(JsonNode user, String path) {
        ObjectNode review = object("authorization.k8s.io/v1", "SubjectAccessReview");
        ObjectNode spec = review.putObject("spec");
        // the one field that the two APIs name differently
        spec.set("user", user.path("username"));
        for (String field : new String[] {"uid", "groups", "extra"}) {
            if (user.has(field)) {
                spec.set(field, user.get(field));
            }
        }
        spec.putObject("nonResourceAttributes").put("path", path).put("verb", "get");
        return review;
    }

    private static ObjectNode object(String apiVersion, String kind) {
        return JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
    }

    private synchronized Outcome remembered(String caller) {
        Known answer = known.get(caller);
        return answer != null && answer.until().isAfter(clock.instant()) ? answer.outcome() : null;
    }

    private synchronized void remember(String caller, Outcome outcome) {
        Duration time = outcome == Outcome.ALLOWED ? KEPT : REFUSAL_KEPT;
        known.values().removeIf(old -> !old.until().isAfter(clock.instant()));
        if (known.size() >= MAX_KEPT) {
            known.remove(known.keySet().iterator().next());
        }
        known.put(caller, new Known(outcome, clock.instant().plus(time)));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
