package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.events.EventCorrelator;
import io.projectsveltos.clusterinventory.events.ProfileEvent;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.Reason.Type;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.BeanInject;
import org.apache.camel.Exchange;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventRoutesTest extends RouteTest {

    private static final String UNSAFE = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://member.example"}}]
            users: [{name: u, user: {exec: {command: sh}}}]
            """;

    private static final String STEP = "send-event-request";

    private final ClusterProfile profile = profile().build();

    @BeanInject
    private EventCorrelator correlator;

    // what is queued

    @Test
    void queuesWarningAndNormalEventsSeparately() {
        given(profile);
        givenSource(Fixtures.sourceSecret("5", UNSAFE));

        reconcile();

        Edges.Sent normal = edges.sentBy("queue-normal-event");
        assertEquals(Reason.Synced, ((ProfileEvent) normal.body()).reason());
        assertEquals(Fixtures.KEY, normal.headers().get(WorkqueueConstants.KEY).toString());
        Edges.Sent warning = edges.sentBy("queue-warning-event");
        assertEquals(Reason.UnsafeKubeconfig, ((ProfileEvent) warning.body()).reason());
        assertEquals(Fixtures.KEY, warning.headers().get(WorkqueueConstants.KEY).toString());
    }

    @Test
    void warnsOfTheSameUnsafeKubeconfigOnce() {
        given(profile);
        givenSource(Fixtures.sourceSecret("5", UNSAFE));
        reconcile();
        record(Type.Warning, 0);
        edges.forget();
        givenSource(Fixtures.sourceSecret("6", UNSAFE));

        reconcile();

        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps());
    }

    @Test
    void logsAFailureOnceWhileItsEventIsPending() {
        given(profile().accessProviders(Map.of("name", "vault")).build());
        try (LogCapture log = LogCapture.started()) {
            reconcile();
            reconcile();

            assertEquals(
                    List.of("WARN NoAccessProvider: " + reportedEvents().get(0).message()), log.lines());
        }
    }

    @Test
    void logsWarningAndNormalEventsAtTheirLevels() {
        given(profile);
        givenSource(Fixtures.sourceSecret("5", UNSAFE));
        try (LogCapture log = LogCapture.started(Level.INFO)) {
            reconcile();

            assertEquals(
                    List.of("INFO Synced", "WARN UnsafeKubeconfig"),
                    log.lines().stream().map(line -> line.split(":")[0]).toList(),
                    log.lines()::toString);
        }
    }

    @Test
    void logsNothingForASlowDeletion() {
        given(profile().deletedAt("2026-01-01T00:00:00Z").build());
        givenSveltosCluster(
                sveltosCluster().ours().deletedAt("2026-01-01T00:00:00Z").build());
        try (LogCapture log = LogCapture.started(Level.INFO)) {
            reconcile();

            assertEquals(Reason.WaitingForSveltosCluster, reportedReasons().get(0));
            assertEquals(List.of(), log.lines());
        }
    }

    // what is recorded

    @ParameterizedTest
    @EnumSource
    void createsAnEventOnTheProfile(Reason reason) throws Exception {
        correlator.observe(profile, reason, "why");

        Exchange exchange = record(reason.type(), 0);

        Edges.Sent sent = edges.sentBy(STEP);
        assertEquals(List.of("createCustomResource"), operations());
        assertEquals("events.k8s.io", sent.options().get("crdGroup"));
        assertEquals(reason.name(), sent.object().get("reason"));
        assertEquals(reason.type().name(), sent.object().get("type"));
        assertEquals("why", sent.object().get("note"));
        assertEquals(Fixtures.PROFILE_UID, ((Map<?, ?>) sent.object().get("regarding")).get("uid"));
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER), "nothing is pending");
    }

    @Test
    void sendsNothingWhenNothingIsPending() {
        Exchange exchange = record(Type.Warning, 0);

        assertEquals(List.of(), edges.steps());
        assertNull(exchange.getException());
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
    }

    @Test
    void sendsOneRequestAtATimeAndRequeuesForTheNext() {
        correlator.observe(profile, Reason.NotOwned, "one");
        correlator.observe(profile, Reason.NotOwned, "two");

        Exchange exchange = record(Type.Warning, 0);

        assertEquals("one", edges.sentBy(STEP).object().get("note"));
        assertNotNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
        record(Type.Warning, 0);
        assertEquals("two", edges.allSentBy(STEP).get(1).object().get("note"));
    }

    @Test
    void increasesTheCountOfAnEvent() {
        correlator.observe(profile, Reason.Synced, "made");
        record(Type.Normal, 0);
        correlator.observe(profile, Reason.Synced, "made");

        record(Type.Normal, 0);

        assertEquals(List.of("createCustomResource", "patchCustomResource"), operations());
        Edges.Sent patch = edges.allSentBy(STEP).get(1);
        assertEquals(2, ((Map<?, ?>) patch.object().get("series")).get("count"));
        assertEquals(edges.allSentBy(STEP).get(0).metadata(), patch.metadata());
    }

    // what the API server answers

    @Test
    void doesNotRepeatAnOngoingStateAfterARestart() {
        correlator.observe(profile, Reason.NotOwned, "why");
        edges.refuseOnce(STEP, Refusals.of(409, "already exists"));
        edges.answer(STEP, event());
        assertNotNull(record(Type.Warning, 0).getProperty(WorkqueueConstants.REQUEUE_AFTER));

        Exchange exchange = record(Type.Warning, 0);

        assertNull(exchange.getException());
        assertEquals(List.of("createCustomResource", "getCustomResource"), operations());
        assertEquals(
                edges.allSentBy(STEP).get(0).metadata(),
                edges.allSentBy(STEP).get(1).metadata());
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER), "everything is recorded");
    }

    @Test
    void increasesTheCountOfAnEventFromBeforeARestart() {
        correlator.observe(profile, Reason.Synced, "made");
        edges.refuseOnce(STEP, Refusals.of(409, "already exists"));
        edges.answer(STEP, event());
        record(Type.Normal, 0);

        Exchange exchange = record(Type.Normal, 0);

        assertNotNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
        record(Type.Normal, 0);
        assertEquals(List.of("createCustomResource", "getCustomResource", "patchCustomResource"), operations());
    }

    @Test
    void createsAnExpiredEventAgain() {
        correlator.observe(profile, Reason.Synced, "made");
        record(Type.Normal, 0);
        correlator.observe(profile, Reason.Synced, "made");
        edges.refuseOnce(STEP, Refusals.of(404, "not found"));

        Exchange exchange = record(Type.Normal, 0);

        assertNull(exchange.getException());
        assertNotNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
        record(Type.Normal, 0);
        assertEquals(List.of("createCustomResource", "patchCustomResource", "createCustomResource"), operations());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 422})
    void dropsAnEventThatTheApiServerRejects(int code) {
        correlator.observe(profile, Reason.NotOwned, "why");
        edges.answer(STEP, Refusals.of(code, "forbidden"));

        Exchange exchange = record(Type.Warning, 0);

        assertNull(exchange.getException());
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
    }

    @Test
    void logsOnceThatEventsAreForbidden() {
        List.of("one", "two", "three").forEach(note -> correlator.observe(profile, Reason.NotOwned, note));
        edges.answer(STEP, Refusals.of(403, "forbidden"));
        try (LogCapture log = LogCapture.started()) {
            record(Type.Warning, 0);
            record(Type.Warning, 0);
            assertEquals(
                    List.of(
                            "WARN forbidden; dropping Events until they are accepted; grant the controller create, get and"
                                    + " patch on events.events.k8s.io"),
                    log.lines());

            edges.answer(STEP, null);
            record(Type.Warning, 0);
            correlator.observe(profile, Reason.NotOwned, "four");
            edges.answer(STEP, Refusals.of(403, "forbidden"));
            record(Type.Warning, 0);
            assertEquals(2, log.lines().size(), "forbidden again");
        }
    }

    @Test
    void dropsAnExistingEventThatItMayNotRead() {
        correlator.observe(profile, Reason.NotOwned, "why");
        edges.answer(STEP, Refusals.of(409, "already exists"));
        record(Type.Warning, 0);
        edges.answer(STEP, Refusals.of(403, "forbidden"));

        Exchange exchange = record(Type.Warning, 0);

        assertEquals(List.of("createCustomResource", "getCustomResource"), operations());
        assertNull(exchange.getException());
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "7, 0"})
    void leavesRetriesToTheQueueAndLogsTheFirst(int failuresBefore, int lines) {
        KubernetesApiException refusal = Refusals.of(500, "not now");
        correlator.observe(profile, Reason.NotOwned, "why");
        edges.answer(STEP, refusal);
        try (LogCapture log = LogCapture.started()) {
            Exchange exchange = record(Type.Warning, failuresBefore);

            assertSame(refusal, exchange.getException());
            assertTrue(exchange.getExchangeExtension().isErrorHandlerHandledSet(), "or the queue logs it too");
            assertEquals(lines, log.lines().size(), log.lines()::toString);
        }
        edges.answer(STEP, null);
        assertNull(record(Type.Warning, failuresBefore + 1).getException());
        assertEquals(2, edges.allSentBy(STEP).size());
    }

    @Test
    void waitsAsLongAsTheApiServerAsks() {
        Duration retryAfter = Duration.ofSeconds(30);
        correlator.observe(profile, Reason.NotOwned, "why");
        edges.answer(STEP, Refusals.tooManyRequests(retryAfter));
        try (LogCapture log = LogCapture.started()) {
            Exchange exchange = record(Type.Warning, 0);

            assertEquals(retryAfter, exchange.getProperty(WorkqueueConstants.RETRY_AFTER));
            assertNotNull(exchange.getException());
            assertEquals(List.of(), log.lines());
        }
    }

    private List<Object> operations() {
        return edges.allSentBy(STEP).stream()
                .map(sent -> sent.headers().get(KubernetesConstants.KUBERNETES_OPERATION))
                .toList();
    }

    private static GenericKubernetesResource event() {
        GenericKubernetesResource event = new GenericKubernetesResource();
        event.setAdditionalProperty("eventTime", "2026-01-01T00:00:00.000000Z");
        event.setAdditionalProperty("series", Map.of("count", 3, "lastObservedTime", "2999-01-01T00:00:00.000000Z"));
        return event;
    }
}
