package io.projectsveltos.clusterinventory.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.apiserver.InMemoryApi;
import io.projectsveltos.clusterinventory.component.workqueue.Gate;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.events.SetClock;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.BeanInject;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of what can happen to a profile, through the real queues and routes: a status that flaps, failures of each
 * kind, credentials that come late, deletion, drift, an API server that asks for less, informers that restart with a late
 * list. The order of everything, workers included, comes from a seed, and so does time. When all is quiet, the outputs have
 * to equal those of a model that knows nothing of the routes, and nothing may have happened more often than necessary.
 */
@CamelMainTest(
        configurationClasses = RandomSequencesTest.Wiring.class,
        properties = {
            "health-addr=0",
            "diagnostics-address=0",
            "clusterprofile-provider-file=src/test/resources/providers.json",
            "camel.main.routes-include-pattern=classpath:routes/*.yaml,file:src/test/resources/custom-provider.camel.yaml"
        },
        replaceRouteFromWith = {
            "watch-clusterprofiles=direct:watch-clusterprofiles",
            "watch-source-secrets=direct:watch-source-secrets",
            "watch-managed-secrets=direct:watch-managed-secrets",
            "watch-sveltosclusters=direct:watch-sveltosclusters",
            "watch-debugging-configuration=direct:watch-debugging-configuration",
            "resync=direct:resync",
            "refresh-credentials=direct:refresh-credentials",
            "clean-up-orphans=direct:clean-up-orphans",
            "record-warning-events=direct:record-warning-events",
            "record-normal-events=direct:record-normal-events"
        },
        mockEndpointsAndSkip = "exec:.*")
class RandomSequencesTest {

    private static final int SEQUENCES = Integer.getInteger("sequences", 5_000);
    private static final long SEED = Long.getLong("seed", 20_300_601L);
    private static final int MOST_STEPS = 80;

    private static final InMemoryApi API = new InMemoryApi();
    private static final SetClock CLOCK = new SetClock(Instant.parse("2030-06-01T12:00:00Z"));

    /** The controller, with the time and the API server of this test, and without workers. */
    public static final class Wiring implements CamelConfiguration {

        @Override
        public void configure(CamelContext context) throws Exception {
            context.addComponent("workqueue", new WorkqueueComponent(Wiring::nanos));
            new ControllerConfiguration(CLOCK, Wiring::nanos, new Random(SEED)::nextDouble, API.client())
                    .configure(context);
            Gate closed = new CountDownLatch(1)::await;
            // a name has a bean of each class
            context.getRegistry().unbind("cachesSyncedAndLeader");
            context.getRegistry().bind("cachesSyncedAndLeader", closed);
        }

        private static long nanos() {
            return Duration.between(Instant.parse("2030-01-01T00:00:00Z"), CLOCK.instant())
                    .toNanos();
        }
    }

    @BeanInject
    CamelContext context;

    private LogCapture log;

    @BeforeEach
    void start() {
        log = LogCapture.started();
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void outputsAreRightOnceEverythingIsQuiet() {
        SimulatedFleet fleet = new SimulatedFleet(context, API, CLOCK);
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            Random random = new Random(SEED + sequence);
            String namespace = "sequence-" + sequence;
            try {
                log.lines().clear();
                fleet.begin(namespace, random);
                int steps = 1 + random.nextInt(MOST_STEPS);
                for (int step = 0; step < steps; step++) {
                    fleet.step();
                }
                fleet.settle();
                check(fleet);
                fleet.end();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "sequence " + sequence + " (seed " + (SEED + sequence) + "):\n" + fleet.history() + "\n" + e,
                        e);
            }
        }
    }

    private static void check(SimulatedFleet fleet) {
        for (SimulatedFleet.Expected expected : fleet.expected()) {
            SimulatedFleet.Actual actual = fleet.actual(expected.name());
            String what = expected.name();
            assertEquals(expected.profile(), actual.profile(), what + " is there");
            if (expected.cluster() != null) {
                assertEquals(expected.cluster(), actual.cluster(), what + " has a SveltosCluster");
            }
            if (expected.secret() != null) {
                assertEquals(expected.secret(), actual.secret(), what + " has a managed Secret");
            }
            if (expected.server() != null) {
                assertNotNull(actual.kubeconfig(), what);
                assertTrue(actual.kubeconfig().contains(expected.server()), what + ": " + actual.kubeconfig());
            }
            if (expected.label() != null) {
                assertEquals(expected.label(), actual.label(), what + "'s label");
            }
            assertFalse(actual.expired(), what + " has an expired credential");
            assertTrue(
                    actual.pluginRuns() <= expected.mostPluginRuns(),
                    what + ": " + actual.pluginRuns() + " plugin runs, " + expected.mostPluginRuns() + " at most");
        }
        assertNull(fleet.unquiet(), "still at work");
        // four resyncs, renewals, and what fails with its backoff
        assertTrue(fleet.roundsInRest() <= 60, fleet.roundsInRest() + " rounds while nothing happened");
        assertTrue(
                fleet.writes() <= fleet.mostWrites(), fleet.writes() + " writes, " + fleet.mostWrites() + " at most");
    }
}
