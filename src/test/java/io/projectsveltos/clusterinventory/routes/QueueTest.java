package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueEndpoint;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes behind the real queue: what is retried, and what is logged. */
@CamelMainTest(
        configurationClasses = ControllerConfiguration.class,
        properties = "kubeconfig=src/test/resources/kubeconfig-of-no-server.yaml",
        replaceRouteFromWith = {
            "watch-clusterprofiles=direct:watch-clusterprofiles",
            "watch-source-secrets=direct:watch-source-secrets",
            "watch-managed-secrets=direct:watch-managed-secrets",
            "watch-sveltosclusters=direct:watch-sveltosclusters",
            "watch-debugging-configuration=direct:watch-debugging-configuration",
            "clean-up-orphans=direct:clean-up-orphans",
            "record-warning-events=direct:record-warning-events",
            "record-normal-events=direct:record-normal-events"
        },
        mockEndpointsAndSkip = "(kubernetes-|workqueue:warning-events|workqueue:normal-events).*")
class QueueTest extends RouteTest {

    private LogCapture log;

    @BeforeEach
    void startLog() {
        log = LogCapture.started();
    }

    @AfterEach
    void stopLog() {
        log.close();
    }

    @Test
    void reconcilesNothingBeforeTheStoresAreSynced() {
        given(profile().build());

        queue();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void reconcilesWhatWasQueuedOnceTheStoresAreSynced() {
        givenAProfileWithASource();

        queue();
        givenSyncedStores();

        await().until(() -> edges.steps().contains("queue-normal-event"));
    }

    @Test
    void doesNotRetryWhatSomebodyHasToChange() {
        givenSyncedStores();
        given(profile().accessProviders(Map.of("name", "vault")).build());

        queue();

        await().until(() -> edges.steps().equals(List.of("queue-warning-event")) && isIdle());
        assertEquals(1, log.lines().size(), log.lines()::toString);
        assertTrue(log.lines().get(0).startsWith("WARN fleet/member: NoAccessProvider: "), log.lines()::toString);
    }

    @Test
    void logsUnderTheIdOfTheRoute() {
        givenSyncedStores();
        given(profile().accessProviders(Map.of("name", "vault")).build());

        queue();

        await().until(() -> log.loggers().equals(Set.of("routes.report-events")));
    }

    @ParameterizedTest
    @CsvSource({"403, ApplyRefused: not now", "500, not now; trying again", "503,", "429,", "404,", "409,"})
    void retriesWhatMaySucceedWithAtMostOneLine(int code, String line) {
        givenSyncedStores();
        givenAProfileWithASource();
        edges.refuseOnce("apply-secret", Refusals.of(code, "not now"));

        queue();

        await().until(() -> edges.steps().contains("queue-normal-event") && isIdle());
        assertEquals(2, edges.allSentBy("apply-secret").size());
        assertEquals(line == null ? List.of() : List.of("WARN fleet/member: " + line), log.lines());
    }

    @Test
    void logsARefusalThatConcernsNoProfile() {
        givenSyncedStores();
        givenManagedSecret(managedSecret().ours().build());
        edges.answer("list-clusterprofiles", List.of());
        edges.refuseOnce("get-clusterprofile", Refusals.of(403, "cannot get clusterprofiles"));
        send("direct:clean-up-orphans", null, Map.of());
        send("direct:clean-up-orphans", null, Map.of());

        await().until(() -> edges.steps().contains("delete-managed-secret"));
        assertEquals(List.of("WARN fleet/member: cannot get clusterprofiles; trying again"), log.lines());
    }

    @Test
    void retriesWhatIsNotOursAndLogsItOnce() {
        givenSyncedStores();
        givenAProfileWithASource();
        edges.refuseOnce("apply-secret", Refusals.of(409, "there is one"));
        edges.answer("get-managed-secret", managedSecret().build());

        queue();

        await().until(() -> edges.allSentBy("get-managed-secret").size() >= 3);
        assertEquals(1, log.lines().size(), log.lines()::toString);
        assertTrue(log.lines().get(0).startsWith("WARN fleet/member: NotOwned: "), log.lines()::toString);
    }

    private void queue() {
        send("workqueue:clusterprofiles", Fixtures.KEY, Map.of());
    }

    private boolean isIdle() {
        return context.getEndpoints().stream()
                .filter(WorkqueueEndpoint.class::isInstance)
                .map(WorkqueueEndpoint.class::cast)
                .allMatch(endpoint ->
                        endpoint.queue().inFlight() == 0 && endpoint.queue().requeues(Fixtures.KEY) == 0);
    }
}
