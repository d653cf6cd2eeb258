package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer.Request;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.ControllerProcess;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, one of them the leader, while profiles change all the time. The audit log shows which one wrote. */
class LeaderElectionIT {

    private static final int PROFILES = 200;
    private static final String LEASE = "the-lease";
    private static final String LABEL = "revision";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();
    private Plugins plugins;
    private ControllerProcess first;
    private ControllerProcess second;

    @BeforeEach
    void startLeaderAndStandby() throws IOException {
        plugins = new Plugins(directory).add("slow", "echo $$ > " + directory.resolve("pid") + "; exec sleep 300");
        fleet.createSource("source", ClusterFixtures.kubeconfig("source"));
        first = start(FIRST);
        awaitLeading(first);
        second = start(SECOND);
        eventually(() -> assertEquals(1, logged(second, "Standing by: ").size()));
    }

    @AfterEach
    void stopBoth() {
        Stream.of(first, second).filter(Objects::nonNull).forEach(ControllerProcess::close);
    }

    @Test
    void takesOverFromAKilledLeader() {
        try (Changes changes = new Changes()) {
            changes.awaitSome();
            assertEquals(List.of(), writes(SECOND), "a standby writes nothing");

            Instant killed = Instant.now();
            first.signal("KILL");
            Instant taken = awaitTakeOver();
            changes.awaitSome();

            assertWithin(Duration.ofSeconds(20), killed, taken, "from the kill to the takeover");
            assertWithin(
                    Duration.ofSeconds(2),
                    taken,
                    firstWorkOf(SECOND).received(),
                    "from the takeover to the first write");
            changes.stop();
            changes.assertAllServed();
        }
    }

    @Test
    void suspendedLeaderWritesNothingAfterItsLease() {
        try (Changes changes = new Changes()) {
            changes.awaitSome();

            first.signal("STOP");
            Instant taken = awaitTakeOver();
            changes.awaitSome();
            first.signal("CONT");

            assertEquals(1, first.awaitExit(Duration.ofSeconds(10)));
            assertEquals(1, logged(first, "ERROR").size());
            assertEquals(List.of(), after(taken, writes(FIRST)), "writes after another led");
            changes.stop();
            changes.assertAllServed();
        }
    }

    @Test
    void stoppingLeaderReleasesTheLease() {
        try (Changes changes = new Changes()) {
            changes.awaitSome();

            Instant stopped = Instant.now();
            first.signal("TERM");
            Instant taken = awaitTakeOver();
            int code = first.awaitExit(Duration.ofSeconds(30));

            assertTrue(code == 143 || code == 0, "exit code " + code);
            assertEquals(List.of(), logged(first, "ERROR"));
            Instant released = last(leaseWritesOf(FIRST)).received();
            assertWithin(Duration.ofSeconds(5), released, taken, "from the release to the takeover");
            assertWithin(Duration.ofSeconds(8), stopped, taken, "from SIGTERM to the takeover");
            assertEquals(List.of(), after(released, writes(FIRST)), "writes after the release");
            changes.stop();
            changes.assertAllServed();
        }
    }

    @Test
    void leaderExitsAndStandbyStaysWhenTheApiServerIsAway() {
        server.server().kill();
        try {
            assertEquals(1, first.awaitExit(Duration.ofSeconds(15)));
            assertTrue(second.isAlive());
            assertEquals(1, logged(second, "Cannot use the lease").size());
        } finally {
            server.server().restart();
        }
        awaitLeading(second);
        fleet.createProfileFrom("source", "edge");
        fleet.awaitServed("edge");
    }

    @Test
    void leaderThatLosesItsLeaseExitsAndLeavesNoPluginBehind() throws IOException {
        fleet.createProfileOffering("edge", "slow");
        Path pid = directory.resolve("pid");
        eventually(() -> assertTrue(Files.readString(pid).endsWith("\n")));
        ProcessHandle plugin =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();

        server.client().leases().inNamespace(fleet.namespace()).withName(LEASE).edit(lease -> {
            lease.getSpec().setHolderIdentity("somebody");
            return lease;
        });

        assertEquals(1, first.awaitExit(Duration.ofSeconds(10)));
        assertEquals(1, logged(first, "somebody holds it now").size());
        assertFalse(plugin.isAlive());
    }

    @Test
    void stoppingStandbyLeavesTheLeaseAlone() {
        second.signal("TERM");

        int code = second.awaitExit(Duration.ofSeconds(30));

        assertTrue(code == 143 || code == 0, "exit code " + code);
        assertEquals(List.of(), logged(second, "ERROR"));
        assertEquals(List.of(), writes(SECOND));
        assertTrue(first.isAlive());
    }

    private ControllerProcess start(String user) throws IOException {
        return ControllerProcess.start(
                Files.createDirectory(directory.resolve(user)),
                Map.of("LEADER_ELECTION_LEASE", LEASE, "LEADER_ELECTION_NAMESPACE", fleet.namespace()),
                "--leader-elect",
                "--clusterprofile-provider-file=" + plugins.file(),
                "--kubeconfig=" + server.kubeconfigOf(user),
                "--watch-namespaces=" + fleet.namespace());
    }

    private static void awaitLeading(ControllerProcess process) {
        eventually(
                () -> assertEquals(1, logged(process, "Became leader (lease ").size()));
    }

    private static List<String> logged(ControllerProcess process, String text) {
        return process.lines().stream().filter(line -> line.contains(text)).toList();
    }

    /** When the standby acquired the lease. */
    private Instant awaitTakeOver() {
        eventually(() -> assertFalse(leaseWritesOf(SECOND).isEmpty()));
        return leaseWritesOf(SECOND).get(0).received();
    }

    private List<Request> writes(String user) {
        return server.everyWrite(user, fleet.namespace());
    }

    private List<Request> leaseWritesOf(String user) {
        return writes(user).stream().filter(LeaderElectionIT::isOfLease).toList();
    }

    private Request firstWorkOf(String user) {
        return writes(user).stream()
                .filter(write -> !isOfLease(write))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isOfLease(Request write) {
        return write.resource().equals("leases");
    }

    private static List<Request> after(Instant time, List<Request> writes) {
        return writes.stream().filter(write -> write.received().isAfter(time)).toList();
    }

    private static Request last(List<Request> writes) {
        return writes.get(writes.size() - 1);
    }

    private static void assertWithin(Duration limit, Instant from, Instant to, String what) {
        Duration taken = Duration.between(from, to);
        System.out.println(what + ": " + taken.toMillis() + " ms");
        assertTrue(taken.compareTo(limit) < 0, what + " took " + taken);
    }

    /** Changes the labels of profiles, one after the other, until it is stopped. */
    private final class Changes implements AutoCloseable {

        private final Map<String, String> revisions = new ConcurrentHashMap<>();
        private final Thread thread = new Thread(this::run, "changes");
        private volatile boolean stopped;
        private volatile int made;

        Changes() {
            for (int i = 0; i < PROFILES; i++) {
                fleet.createProfileFrom("source", "edge-" + i);
            }
            eventually(() ->
                    assertEquals(PROFILES, fleet.clusters().list().getItems().size()));
            thread.start();
        }

        /** Enough changes for each of the two to reconcile some, if it can. */
        void awaitSome() {
            int before = made;
            eventually(() -> assertTrue(made > before + PROFILES / 4));
        }

        void stop() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void assertAllServed() {
            eventually(() -> fleet.clusters().list().getItems().forEach(cluster -> {
                String name = cluster.getMetadata().getName();
                assertEquals(
                        revisions.getOrDefault(name, "none"),
                        ClusterFixtures.labels(cluster).getOrDefault(LABEL, "none"),
                        name);
            }));
            assertEquals(PROFILES, fleet.clusters().list().getItems().size());
        }

        private void run() {
            while (!stopped) {
                String name = "edge-" + made % PROFILES;
                String revision = String.valueOf(made);
                fleet.profile(name)
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"metadata\":{\"labels\":{\"" + LABEL + "\":\"" + revision + "\"}}}");
                revisions.put(name, revision);
                made++;
            }
        }

        @Override
        public void close() {
            stop();
        }
    }
}
