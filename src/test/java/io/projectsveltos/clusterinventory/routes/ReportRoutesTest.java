package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

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
import java.util.List;
import java.util.Map;
import org.apache.camel.BeanInject;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportRoutesTest extends RouteTest {

    private static final String DOUBTFUL = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://member.example"}}]
            users: [{name: u, user: {exec: {command: sh}}}]
            """;

    private final ClusterProfile profile = profile().build();

    @BeanInject
    private EventCorrelator toldEvents;

    // what is queued

    @Test
    void queuesGoodNewsApartFromWarnings() {
        given(profile);
        givenSource(Fixtures.sourceSecret("5", DOUBTFUL));

        reconcile();

        Edges.Sent notice = edges.sentBy("queue-normal-event");
        assertEquals(Reason.Synced, ((ProfileEvent) notice.body()).reason());
        assertEquals(Fixtures.KEY, notice.headers().get(WorkqueueConstants.KEY).toString());
        Edges.Sent warning = edges.sentBy("queue-warning-event");
        assertEquals(Reason.UnsafeKubeconfig, ((ProfileEvent) warning.body()).reason());
        assertEquals(Fixtures.KEY, warning.headers().get(WorkqueueConstants.KEY).toString());
    }

    @Test
    void warnsOfTheSameDoubtfulKubeconfigOnce() {
        given(profile);
        givenSource(Fixtures.sourceSecret("5", DOUBTFUL));
        reconcile();
        record(Type.Warning, 0);
        edges.forget();
        givenSource(Fixtures.sourceSecret("6", DOUBTFUL));

        reconcile();

        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps());
    }

    @Test
    void logsAFailureOnceThoughItIsNotWrittenYet() {
        given(profile().accessProviders(Map.of("name", "vault")).build());
        try (LogCapture log = LogCapture.started()) {
            reconcile();
            reconcile();

            assertEquals(List.of("WARN NoAccessProvider: " + told().get(0).message()), log.lines());
        }
    }

    // what is written

    @ParameterizedTest
    @EnumSource
    void createsAnEventOnTheProfile(Reason reason) throws Exception {
        toldEvents.occurred(profile, reason, "why");

        Exchange exchange = record(reason.type(), 0);

        Edges.Sent sent = edges.sentBy("create-event");
        assertEquals("createCustomResource", sent.options().get("operation"));
        assertEquals("events.k8s.io", sent.options().get("crdGroup"));
        assertEquals(reason.name(), sent.object().get("reason"));
        assertEquals(reason.type().name(), sent.object().get("type"));
        assertEquals("why", sent.object().get("note"));
        assertEquals(Fixtures.PROFILE_UID, ((Map<?, ?>) sent.object().get("regarding")).get("uid"));
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER), "nothing is left");
    }

    @Test
    void writesNothingWhenThereIsNothingToTell() {
        Exchange exchange = record(Type.Warning, 0);

        assertEquals(List.of(), edges.steps());
        assertNull(exchange.getException());
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
    }

    @Test
    void writesOneEventATurnAndComesBackForTheNext() {
        toldEvents.occurred(profile, Reason.NotOwned, "one");
        toldEvents.occurred(profile, Reason.NotOwned, "two");

        Exchange exchange = record(Type.Warning, 0);

        assertEquals("one", edges.sentBy("create-event").object().get("note"));
        assertNotNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
        record(Type.Warning, 0);
        assertEquals("two", edges.allSentBy("create-event").get(1).object().get("note"));
    }

    @Test
    void countsAnEventUp() throws Exception {
        toldEvents.occurred(profile, Reason.Synced, "made");
        record(Type.Normal, 0);
        toldEvents.occurred(profile, Reason.Synced, "made");

        record(Type.Normal, 0);

        Edges.Sent sent = edges.sentBy("patch-event-series");
        assertEquals("patchCustomResource", sent.options().get("operation"));
        assertEquals(2, ((Map<?, ?>) sent.object().get("series")).get("count"));
        assertEquals(edges.sentBy("create-event").metadata(), sent.metadata());
    }

    // what becomes of a write

    @Test
    void repeatsNothingThatIsThereFromBeforeARestart() throws Exception {
        toldEvents.occurred(profile, Reason.NotOwned, "why");
        edges.answer("create-event", Refusals.of(409, "there is one"));
        edges.answer("get-event", event());
        assertNotNull(record(Type.Warning, 0).getProperty(WorkqueueConstants.REQUEUE_AFTER));

        Exchange exchange = record(Type.Warning, 0);

        assertNull(exchange.getException());
        assertEquals(List.of("create-event", "get-event"), edges.steps());
        assertEquals(
                edges.sentBy("create-event").metadata(),
                edges.sentBy("get-event").metadata());
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER), "all is told");
    }

    @Test
    void countsUpWhatWasMadeBeforeARestartAndIsMadeAgain() throws Exception {
        toldEvents.occurred(profile, Reason.Synced, "made");
        edges.answer("create-event", Refusals.of(409, "there is one"));
        edges.answer("get-event", event());
        record(Type.Normal, 0);

        Exchange exchange = record(Type.Normal, 0);

        assertNotNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
        record(Type.Normal, 0);
        assertEquals(List.of("create-event", "get-event", "patch-event-series"), edges.steps());
    }

    @Test
    void createsAnewWhatTheApiServerHasForgotten() {
        toldEvents.occurred(profile, Reason.Synced, "made");
        record(Type.Normal, 0);
        toldEvents.occurred(profile, Reason.Synced, "made");
        edges.answer("patch-event-series", Refusals.of(404, "gone"));

        Exchange exchange = record(Type.Normal, 0);

        assertNull(exchange.getException());
        assertNotNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
        record(Type.Normal, 0);
        assertEquals(List.of("create-event", "patch-event-series", "create-event"), edges.steps());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 422})
    void leavesOutWhatTheApiServerWillNotHave(int code) {
        toldEvents.occurred(profile, Reason.NotOwned, "why");
        edges.answer("create-event", Refusals.of(code, "no right to it"));

        Exchange exchange = record(Type.Warning, 0);

        assertNull(exchange.getException());
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
    }

    @Test
    void saysOnceThatItMayNotWriteEvents() {
        List.of("one", "two", "three").forEach(note -> toldEvents.occurred(profile, Reason.NotOwned, note));
        edges.answer("create-event", Refusals.of(403, "no right to it"));
        try (LogCapture log = LogCapture.started()) {
            record(Type.Warning, 0);
            record(Type.Warning, 0);
            assertEquals(
                    List.of("WARN no right to it; dropping Events until they are accepted: see that the controller may"
                            + " create, get and patch events.events.k8s.io"),
                    log.lines());

            edges.answer("create-event", null);
            record(Type.Warning, 0);
            toldEvents.occurred(profile, Reason.NotOwned, "four");
            edges.answer("create-event", Refusals.of(403, "no right to it"));
            record(Type.Warning, 0);
            assertEquals(2, log.lines().size(), "it begins again");
        }
    }

    @Test
    void givesUpWhatIsThereWhenItMayNotReadIt() {
        toldEvents.occurred(profile, Reason.NotOwned, "why");
        edges.answer("create-event", Refusals.of(409, "there is one"));
        edges.answer("get-event", Refusals.of(403, "no right to it"));
        record(Type.Warning, 0);

        Exchange exchange = record(Type.Warning, 0);

        assertNull(exchange.getException());
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "7, 0"})
    void leavesToTheQueueWhatMayWorkNextTimeAndSaysSoOnce(int failuresBefore, int lines) {
        KubernetesApiException refusal = Refusals.of(500, "not now");
        toldEvents.occurred(profile, Reason.NotOwned, "why");
        edges.answer("create-event", refusal);
        try (LogCapture log = LogCapture.started()) {
            Exchange exchange = record(Type.Warning, failuresBefore);

            assertSame(refusal, exchange.getException());
            assertEquals(lines, log.lines().size(), log.lines()::toString);
        }
        edges.answer("create-event", null);
        assertNull(record(Type.Warning, failuresBefore + 1).getException());
        assertEquals(2, edges.allSentBy("create-event").size());
    }

    private static GenericKubernetesResource event() {
        GenericKubernetesResource event = new GenericKubernetesResource();
        event.setAdditionalProperty("eventTime", "2026-01-01T00:00:00.000000Z");
        event.setAdditionalProperty("series", Map.of("count", 3, "lastObservedTime", "2999-01-01T00:00:00.000000Z"));
        return event;
    }
}
