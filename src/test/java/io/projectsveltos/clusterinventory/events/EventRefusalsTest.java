package io.projectsveltos.clusterinventory.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRefusalsTest {

    private static final KubernetesApiException FORBIDDEN = Refusals.of(403, "no right to it");

    private final LogCapture log = LogCapture.started(Level.INFO);
    private final EventRefusals refusals = new EventRefusals();

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void logsNothingWhileEventsAreAccepted() {
        refusals.accepted(request("fleet", Verb.CREATE));

        assertLines();
    }

    @Test
    void logsAMissingPermissionOnce() {
        refusals.refused(request("fleet", Verb.CREATE), FORBIDDEN);
        refusals.refused(request("other", Verb.PATCH), FORBIDDEN);

        assertLines("WARN");
    }

    @Test
    void logsAgainWhenEventsAreForbiddenAgain() {
        refusals.refused(request("fleet", Verb.CREATE), FORBIDDEN);
        refusals.accepted(request("fleet", Verb.CREATE));
        refusals.accepted(request("fleet", Verb.CREATE));
        refusals.refused(request("fleet", Verb.CREATE), FORBIDDEN);

        assertLines("WARN", "INFO", "WARN");
    }

    @Test
    void acceptingAnotherNamespaceOrVerbEndsNothing() {
        refusals.refused(request("fleet", Verb.CREATE), FORBIDDEN);
        refusals.accepted(request("other", Verb.CREATE));
        refusals.accepted(request("fleet", Verb.GET));
        refusals.refused(request("fleet", Verb.CREATE), FORBIDDEN);

        assertLines("WARN");
    }

    @Test
    void logsNothingAboutADeletedNamespace() {
        refusals.refused(request("gone", Verb.CREATE), Refusals.of(404, "no such namespace"));

        assertLines();
    }

    @Test
    void logsAgainForAnotherNamespaceWhenTheFirstIsDeleted() {
        refusals.refused(request("gone", Verb.CREATE), FORBIDDEN);
        refusals.refused(request("gone", Verb.CREATE), Refusals.of(404, "no such namespace"));
        refusals.refused(request("fleet", Verb.CREATE), FORBIDDEN);

        assertLines("WARN", "WARN");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void logsEachInvalidEvent(int code) {
        refusals.refused(request("fleet", Verb.CREATE), Refusals.of(code, "not valid"));
        refusals.refused(request("fleet", Verb.CREATE), Refusals.of(code, "not valid"));

        assertEquals("WARN not valid; dropping the Event", log.lines().get(0));
        assertLines("WARN", "WARN");
    }

    private void assertLines(String... levels) {
        assertEquals(
                String.join(" ", levels),
                String.join(
                        " ",
                        log.lines().stream().map(line -> line.split(" ")[0]).toList()));
    }

    private static EventRequest request(String namespace, Verb verb) {
        ObjectReference regarding = new ObjectReference(
                "multicluster.x-k8s.io/v1alpha1", "ClusterProfile", new ObjectKey(namespace, "edge"), "uid");
        return new EventRequest(regarding, Reason.NotOwned, "why", verb, Instant.EPOCH, Instant.EPOCH, 1);
    }
}
