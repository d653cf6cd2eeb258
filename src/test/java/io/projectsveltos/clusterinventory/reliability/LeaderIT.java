package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer.Request;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas while profiles change: never do two write at the same time, and one of them finishes the work. */
class LeaderIT {

    private static final String LEASE = "the-lease";

    /** A Lease of 15 s runs out before a standby takes over. */
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static final int TIMES = Scale.isFull() ? 5 : 1;

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private Fleet fleet;
    private Replica first;
    private Replica second;

    /** A pod of the deployment: its process is started again when it ends. */
    private final class Replica implements AutoCloseable {

        private final FaultProxy network = FaultProxy.start(env.server());
        private final Path kubeconfig;
        private final Path log;
        private TestedController controller;

        Replica(String user) throws IOException {
            this.kubeconfig = network.kubeconfigOf(user);
            this.log = Files.createDirectory(directory.resolve(user));
            start();
        }

        private void start() {
            controller = TestedController.start(
                    kubeconfig,
                    fleet.providerFile(),
                    log,
                    Map.of("LEADER_ELECTION_LEASE", LEASE, "LEADER_ELECTION_NAMESPACE", fleet.namespace()),
                    "--leader-elect",
                    "--watch-namespaces=" + fleet.namespace());
        }

        void startIfEnded() {
            if (!controller.isAlive()) {
                start();
            }
        }

        boolean isLeader() {
            return controller.isAlive()
                    && controller
                                    .metrics()
                                    .value("leader_election_master_status")
                                    .orElse(0)
                            == 1;
        }

        @Override
        public void close() {
            controller.close();
            network.close();
        }
    }

    @BeforeEach
    void startReplicas() throws IOException {
        assumeTrue(TestedController.isOurs(), "another controller's replicas have other options");
        fleet = new Fleet(env.server(), new Random(Scale.seed()), directory);
        fleet.create(Scale.profiles());
        first = new Replica(FIRST);
        second = new Replica(SECOND);
        assertTrue(fleet.awaitEqual(BOUND).left().isEmpty());
    }

    @AfterEach
    void stopReplicas() {
        Stream.of(first, second).filter(replica -> replica != null).forEach(Replica::close);
    }

    @Test
    void leaderIsSuspended() {
        assumeTrue(Scale.isFull(), "takes long, and LeaderElectionIT suspends a leader in each build");
        Judgement judgement = new Judgement("leader suspended for 6 to 25 s", fleet, BOUND);
        int times = 6;
        for (int i = 0; i < times; i++) {
            Duration suspension = Duration.ofSeconds(new int[] {25, 10, 6}[i % 3]);
            Replica leader = leader();
            during(judgement, () -> {
                leader.controller.signal("STOP");
                fleet.changeFor(suspension);
                leader.controller.signal("CONT");
            });
        }
        judgement.conclude(times, times * Judgement.CREDENTIALS_AT_A_TIME, FIRST, SECOND);
    }

    @Test
    void leaderIsPartitioned() {
        Judgement judgement = new Judgement("leader without a network for 20 s", fleet, BOUND);
        for (int i = 0; i < TIMES; i++) {
            Replica leader = leader();
            during(judgement, () -> {
                leader.network.partition();
                fleet.changeFor(Duration.ofSeconds(20));
                leader.network.heal();
            });
        }
        judgement.conclude(TIMES, TIMES * Judgement.CREDENTIALS_AT_A_TIME, FIRST, SECOND);
    }

    @Test
    void leaseIsDeleted() {
        Judgement judgement = new Judgement("Lease deleted", fleet, BOUND);
        for (int i = 0; i < TIMES; i++) {
            during(judgement, () -> {
                lease().delete();
                fleet.changeFor(Duration.ofSeconds(5));
            });
        }
        judgement.conclude(TIMES, TIMES * Judgement.CREDENTIALS_AT_A_TIME, FIRST, SECOND);
    }

    @Test
    void leaseIsGivenToAnother() {
        Judgement judgement = new Judgement("Lease given to a holder that does not exist", fleet, BOUND);
        for (int i = 0; i < TIMES; i++) {
            during(judgement, () -> {
                lease().edit(lease -> {
                    lease.getSpec().setHolderIdentity("another");
                    return lease;
                });
                fleet.changeFor(Duration.ofSeconds(5));
            });
        }
        judgement.conclude(TIMES, TIMES * Judgement.CREDENTIALS_AT_A_TIME, FIRST, SECOND);
    }

    private Replica leader() {
        return await().atMost(BOUND)
                .pollInterval(Duration.ofMillis(200))
                // it has just ended, or does not listen yet
                .ignoreException(UncheckedIOException.class)
                .until(
                        () -> {
                            Stream.of(first, second).forEach(Replica::startIfEnded);
                            return Stream.of(first, second)
                                    .filter(Replica::isLeader)
                                    .findFirst();
                        },
                        leader -> leader.isPresent())
                .orElseThrow();
    }

    private void during(Judgement judgement, Runnable fault) {
        leader();
        Instant begin = Instant.now();
        fault.run();
        Stream.of(first, second).forEach(Replica::startIfEnded);
        judgement.awaitRecovery();
        assertTrue(changesOfWriter(begin) <= 1, () -> "both wrote at the same time: " + writes(begin));
    }

    /** How often another replica wrote than the one before. */
    private long changesOfWriter(Instant begin) {
        List<String> users = writes(begin).stream().map(Write::user).toList();
        long changes = 0;
        for (int i = 1; i < users.size(); i++) {
            changes += users.get(i).equals(users.get(i - 1)) ? 0 : 1;
        }
        return changes;
    }

    private record Write(String user, Request request) {}

    private List<Write> writes(Instant begin) {
        return Stream.of(FIRST, SECOND)
                .flatMap(user -> env.server().requests(user).stream().map(request -> new Write(user, request)))
                .filter(write ->
                        write.request.isWrite() && write.request.received().isAfter(begin))
                .filter(write -> !write.request.resource().equals("leases"))
                .sorted(Comparator.comparing(write -> write.request.received()))
                .toList();
    }

    private Resource<Lease> lease() {
        return env.server().client().leases().inNamespace(fleet.namespace()).withName(LEASE);
    }
}
