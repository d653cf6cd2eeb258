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
    void isSilentWhileEventsAreAccepted() {
        refusals.accepted(telling("fleet", Verb.CREATE));

        assertLines();
    }

    @Test
    void saysOnceThatARightIsMissing() {
        refusals.refused(telling("fleet", Verb.CREATE), FORBIDDEN);
        refusals.refused(telling("other", Verb.PATCH), FORBIDDEN);

        assertLines("WARN");
    }

    @Test
    void saysItAgainWhenItBeginsAgain() {
        refusals.refused(telling("fleet", Verb.CREATE), FORBIDDEN);
        refusals.accepted(telling("fleet", Verb.CREATE));
        refusals.accepted(telling("fleet", Verb.CREATE));
        refusals.refused(telling("fleet", Verb.CREATE), FORBIDDEN);

        assertLines("WARN", "INFO", "WARN");
    }

    @Test
    void doesNotTakeAnotherNamespaceOrVerbForTheEndOfIt() {
        refusals.refused(telling("fleet", Verb.CREATE), FORBIDDEN);
        refusals.accepted(telling("other", Verb.CREATE));
        refusals.accepted(telling("fleet", Verb.GET));
        refusals.refused(telling("fleet", Verb.CREATE), FORBIDDEN);

        assertLines("WARN");
    }

    @Test
    void isSilentAboutANamespaceThatIsGone() {
        refusals.refused(telling("gone", Verb.CREATE), Refusals.of(404, "no such namespace"));

        assertLines();
    }

    @Test
    void saysItAgainOfAnotherNamespaceWhenTheFirstIsGone() {
        refusals.refused(telling("gone", Verb.CREATE), FORBIDDEN);
        refusals.refused(telling("gone", Verb.CREATE), Refusals.of(404, "no such namespace"));
        refusals.refused(telling("fleet", Verb.CREATE), FORBIDDEN);

        assertLines("WARN", "WARN");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void saysOfEachEventThatItIsNotValid(int code) {
        refusals.refused(telling("fleet", Verb.CREATE), Refusals.of(code, "not valid"));
        refusals.refused(telling("fleet", Verb.CREATE), Refusals.of(code, "not valid"));

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

    private static EventRequest telling(String namespace, Verb verb) {
        ObjectReference regarding = new ObjectReference(
                "multicluster.x-k8s.io/v1alpha1", "ClusterProfile", new ObjectKey(namespace, "edge"), "uid");
        return new EventRequest(regarding, Reason.NotOwned, "why", verb, Instant.EPOCH, Instant.EPOCH, 1);
    }
}
