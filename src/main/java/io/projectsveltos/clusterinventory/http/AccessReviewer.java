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
 * Asks the API server to authenticate a caller (TokenReview) and to authorize the request (SubjectAccessReview), as
 * controller-runtime does for its metrics. A positive result is cached for a minute, a negative one for ten seconds, under a
 * hash of token and path.
 */
public final class AccessReviewer {

    /** The result of a review. */
    public enum Outcome {
        /** Authenticated and authorized. */
        ALLOWED,
        /** Authenticated, but not authorized. */
        FORBIDDEN,
        /** The token is not valid. */
        UNAUTHENTICATED,
        /** The API server did not answer, or does not allow this controller to create reviews. */
        UNAVAILABLE
    }

    private static final Logger LOG = LoggerFactory.getLogger(AccessReviewer.class);
    private static final Duration ALLOWED_TTL = Duration.ofMinutes(1);
    private static final Duration DENIED_TTL = Duration.ofSeconds(10);
    private static final int MAX_CACHED = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<KubernetesClient> client;
    private final Clock clock;
    private final Map<String, Cached> cache = new LinkedHashMap<>();

    private record Cached(Outcome outcome, Instant expiry) {}

    public AccessReviewer(Supplier<KubernetesClient> client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * Whether the bearer of a token may {@code get} a path.
     *
     * @param path the path, without host
     */
    public Outcome review(String token, String path) {
        String caller = hash(token + "\n" + path);
        Outcome before = cached(caller);
        if (before != null) {
            return before;
        }
        Outcome now = authenticate(token, path);
        if (now != Outcome.UNAVAILABLE) {
            cache(caller, now);
        }
        return now;
    }

    private Outcome authenticate(String token, String path) {
        try {
            JsonNode review = post("authentication.k8s.io/v1/tokenreviews", tokenReview(token));
            return review.path("authenticated").asBoolean()
                    ? authorize(review.path("user"), path)
                    : Outcome.UNAUTHENTICATED;
        } catch (KubernetesClientException | IOException e) {
            // not its message, which may quote what was sent
            String why = e instanceof KubernetesClientException api && api.getCode() > 0
                    ? "status " + api.getCode()
                    : e.getClass().getSimpleName();
            LOG.warn("Cannot ask the API server whether a caller may get {}: {}", path, why);
            return Outcome.UNAVAILABLE;
        }
    }

    private Outcome authorize(JsonNode user, String path) throws IOException {
        JsonNode review = post("authorization.k8s.io/v1/subjectaccessreviews", accessReview(user, path));
        return review.path("allowed").asBoolean() ? Outcome.ALLOWED : Outcome.FORBIDDEN;
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

    private synchronized Outcome cached(String caller) {
        Cached entry = cache.get(caller);
        return entry != null && entry.expiry().isAfter(clock.instant()) ? entry.outcome() : null;
    }

    private synchronized void cache(String caller, Outcome outcome) {
        Duration ttl = outcome == Outcome.ALLOWED ? ALLOWED_TTL : DENIED_TTL;
        cache.values().removeIf(entry -> !entry.expiry().isAfter(clock.instant()));
        if (cache.size() >= MAX_CACHED) {
            cache.remove(cache.keySet().iterator().next());
        }
        cache.put(caller, new Cached(outcome, clock.instant().plus(ttl)));
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
