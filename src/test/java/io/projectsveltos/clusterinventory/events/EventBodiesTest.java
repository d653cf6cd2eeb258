package io.projectsveltos.clusterinventory.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import io.projectsveltos.clusterinventory.failure.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventBodiesTest {

    private static final Instant FIRST_SEEN = Instant.parse("2026-01-01T00:00:00.123456Z");
    private static final Instant LAST_SEEN = Instant.parse("2026-01-01T01:00:00Z");

    /** RFC 1123, as in IsDNS1123Subdomain of the API server. */
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private final EventBodies bodies = new EventBodies("pod-1");

    @Test
    void buildsAnEventThatTheApiServerAccepts() {
        Map<String, Object> event = bodies.body(request("member", "uid", Reason.NotOwned, "message", Verb.CREATE, 1));

        assertEquals("events.k8s.io/v1", event.get("apiVersion"));
        assertEquals("Event", event.get("kind"));
        assertEquals("2026-01-01T00:00:00.123456Z", event.get("eventTime"));
        assertEquals("clusterinventory-camel", event.get("reportingController"));
        assertEquals("pod-1", event.get("reportingInstance"));
        assertEquals("Reconcile", event.get("action"));
        assertEquals("NotOwned", event.get("reason"));
        assertEquals("Warning", event.get("type"));
        assertEquals("message", event.get("note"));
        assertEquals(
                Map.of(
                        "apiVersion", "multicluster.x-k8s.io/v1alpha1",
                        "kind", "ClusterProfile",
                        "namespace", "fleet",
                        "name", "member",
                        "uid", "uid"),
                event.get("regarding"));
        assertEquals("fleet", ((Map<?, ?>) event.get("metadata")).get("namespace"));
        assertFalse(event.containsKey("series"), "a single occurrence is not a series");
    }

    @Test
    void buildsAnEventThatOccurredRepeatedlyAsASeries() {
        Map<String, Object> event = bodies.body(request("member", "uid", Reason.NotOwned, "message", Verb.CREATE, 3));

        assertEquals(Map.of("count", 3, "lastObservedTime", "2026-01-01T01:00:00.000000Z"), event.get("series"));
    }

    @Test
    void patchesOnlyTheSeries() {
        Map<String, Object> patch = bodies.body(request("member", "uid", Reason.NotOwned, "message", Verb.PATCH, 2));

        assertEquals(Set.of("metadata", "series"), patch.keySet());
        assertEquals(Map.of("count", 2, "lastObservedTime", "2026-01-01T01:00:00.000000Z"), patch.get("series"));
        assertEquals(name(request("member", "uid", Reason.NotOwned, "message", Verb.CREATE, 1)), name(patch));
    }

    @Test
    void getsByName() {
        Map<String, Object> body = bodies.body(request("member", "uid", Reason.NotOwned, "message", Verb.GET, 1));

        assertEquals(Set.of("metadata"), body.keySet());
        assertEquals(name(request("member", "uid", Reason.NotOwned, "message", Verb.CREATE, 1)), name(body));
    }

    @Test
    void givesDifferentEventsDifferentNames() {
        String name = name(request("member", "uid", Reason.NotOwned, "message", Verb.CREATE, 1));

        List.of(
                        request("member", "uid", Reason.NotOwned, "another", Verb.CREATE, 1),
                        request("member", "uid", Reason.ApplyRefused, "message", Verb.CREATE, 1),
                        request("member", "another", Reason.NotOwned, "message", Verb.CREATE, 1))
                .forEach(other -> assertNotEquals(name, name(other), other.toString()));
    }

    @Test
    void givesAnEventTheSameNameInEachProcess() {
        EventRequest request = request("member", "uid", Reason.NotOwned, "message", Verb.CREATE, 1);

        assertEquals(name(request), name(new EventBodies("pod-2").body(request)));
        assertTrue(name(request).startsWith("member."));
    }

    @ParameterizedTest
    @CsvSource({"1, 38", "200, 237", "253, 237"})
    void keepsTheNameWithinTheLimitOfTheApi(int length, int expected) {
        assertEquals(
                expected,
                name(request("n".repeat(length), "uid", Reason.NotOwned, "message", Verb.CREATE, 1))
                        .length());
    }

    static Stream<String> longNames() {
        return Stream.of("a", "a-", "a.b", "a--b-", "0.x-----y.")
                .map(part -> part.repeat(253))
                .flatMap(text -> IntStream.rangeClosed(199, 253).mapToObj(length -> text.substring(0, length)))
                .map(text -> text.replaceFirst("[.-]$", "z"));
    }

    @ParameterizedTest
    @MethodSource("longNames")
    @ValueSource(strings = {"a", "a-b", "a.b"})
    void givesAValidNameWhereverTheProfileNameIsTruncated(String profile) {
        assertTrue(SUBDOMAIN.matcher(profile).matches(), profile);

        String name = name(request(profile, "uid", Reason.NotOwned, "message", Verb.CREATE, 1));

        assertTrue(name.length() <= 253 && SUBDOMAIN.matcher(name).matches(), name);
    }

    @Test
    void keepsTheInstanceWithinTheLimitOfTheApi() {
        Map<String, Object> event = new EventBodies("p".repeat(253))
                .body(request("member", "uid", Reason.NotOwned, "message", Verb.CREATE, 1));

        assertEquals("p".repeat(128), event.get("reportingInstance"));
    }

    private String name(EventRequest request) {
        return name(bodies.body(request));
    }

    private static String name(Map<String, Object> body) {
        return (String) ((Map<?, ?>) body.get("metadata")).get("name");
    }

    private static EventRequest request(String name, String uid, Reason reason, String message, Verb verb, int count) {
        ObjectReference regarding = new ObjectReference(
                "multicluster.x-k8s.io/v1alpha1", "ClusterProfile", new ObjectKey("fleet", name), uid);
        return new EventRequest(regarding, reason, message, verb, FIRST_SEEN, LAST_SEEN, count);
    }
}
