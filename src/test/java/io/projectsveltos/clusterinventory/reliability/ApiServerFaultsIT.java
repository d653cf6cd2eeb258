package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.reliability.Effect.answer;
import static io.projectsveltos.clusterinventory.reliability.Effect.cut;
import static io.projectsveltos.clusterinventory.reliability.Effect.delay;
import static io.projectsveltos.clusterinventory.reliability.Effect.garble;
import static io.projectsveltos.clusterinventory.reliability.Effect.loseAnswer;
import static io.projectsveltos.clusterinventory.reliability.Effect.slow;
import static io.projectsveltos.clusterinventory.reliability.Effect.swallow;
import static io.projectsveltos.clusterinventory.reliability.Fault.always;
import static io.projectsveltos.clusterinventory.reliability.Fault.share;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults between the controller and the API server. One process goes through all of them, one after the other, and profiles,
 * sources and outputs change all the time with a client that has no faults.
 */
class ApiServerFaultsIT {

    private static final Duration BOUND = Duration.ofSeconds(60);

    /** What docs/operations.md promises for a connection that was cut silently. */
    private static final Duration HALF_OPEN_BOUND = Duration.ofSeconds(40);

    private static final Duration FAULT_TIME = Scale.isFull() ? Duration.ofSeconds(30) : Duration.ofSeconds(1);

    /** How often something happens that takes no time. */
    private static final int ROUNDS = Scale.isFull() ? 3 : 1;

    @TempDir
    private static Path directory;

    private static AuditedApiServer server;
    private static FaultProxy proxy;
    private static Fleet fleet;
    private static Path tokenFile;
    private static TestedController controller;

    private int notLive;

    /** Something that is wrong for a while. */
    private interface Disruption {

        /** Begins and ends it; returns how often it was injected. */
        int run() throws IOException;
    }

    @BeforeAll
    static void start() throws IOException {
        server = AuditedApiServer.start();
        proxy = FaultProxy.start(server);
        tokenFile = directory.resolve("token");
        writeToken("token-of-" + FIRST);
        fleet = new Fleet(server, new Random(Scale.seed()), Files.createTempDirectory(directory, "fleet"));
        controller = TestedController.start(proxy.kubeconfigWith(tokenFile), fleet.providerFile(), directory);
        fleet.create(Scale.profiles());
        Recovery start = fleet.awaitEqual(BOUND);
        if (TestedController.isOurs()) {
            assertEquals(List.of(), start.left(), "after the start");
        }
    }

    @AfterAll
    static void stop() {
        Stream.of(controller, proxy, server).filter(started -> started != null).forEach(ApiServerFaultsIT::close);
    }

    /** What of the changes alone another controller loses. */
    @Test
    void isRightWithoutAFault() throws IOException {
        check("none, only changes", BOUND, () -> {
            int changes = Scale.profiles() / 5;
            fleet.change(changes);
            return changes;
        });
    }

    /** Controllers in Go go through the same proxy. kubectl lists and then watches, with chunks and not a WebSocket. */
    @Test
    void passesOnTheWatchesOfClientGo() throws IOException {
        Path kubeconfig = proxy.kubeconfigOf(SECOND);
        Kubectl kubectl = Kubectl.find();
        controller.awaitReady();
        int watches = proxy.watches();
        fleet.fixtures().createSource("watched", "before");
        CompletableFuture<String> wait = CompletableFuture.supplyAsync(() -> kubectl.run(
                "",
                "wait",
                "secret/watched",
                "--for=jsonpath={.data.value}=cm90YXRl",
                "--timeout=60s",
                "--kubeconfig=" + kubeconfig,
                "--namespace=" + fleet.namespace()));
        await().atMost(BOUND)
                .until(() -> wait.isDone() || !server.requests(SECOND).isEmpty());

        fleet.fixtures().changeSource("watched", "rotate");

        assertTrue(wait.join().contains("condition met"), wait.join());
    }

    static Stream<Arguments> faultsOfRequests() {
        return Stream.of(
                arguments("429 with Retry-After", always(answer(429, "TooManyRequests", "Retry-After: 1"))),
                arguments("500 for 20 % of requests", share(0.2, answer(500, "InternalError"))),
                arguments("503 for 20 % of requests", share(0.2, answer(503, "ServiceUnavailable"))),
                arguments("no answer for 20 % of requests", share(0.2, swallow(), loseAnswer())),
                arguments("20 % of answers cut", share(0.2, cut(50), cut(300), cut(1_000))),
                arguments("20 % of answers slow", share(0.2, slow(100), slow(1_000))),
                arguments("20 % of answers garbled", share(0.2, garble())),
                arguments(
                        "409 for 30 % of writes",
                        share(0.3, answer(409, "Conflict")).where(MessageHead::isWrite)),
                arguments(
                        "object changed by others in the moment of a write",
                        share(0.5, changedByOthers()).where(isWriteOfAnObject())),
                arguments("latency of 2 s", always(delay(Duration.ofSeconds(2)))),
                arguments("own token expired", always(answer(401, "Unauthorized"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsOfRequests")
    void recoversFromAFaultOfRequests(String name, Fault fault) throws IOException {
        check(name, BOUND, () -> {
            proxy.inject(fault);
            // watches are requests too, but they last
            proxy.resetConnections();
            int before = proxy.injected();
            change(FAULT_TIME, before);
            proxy.stopInjecting();
            return proxy.injected() - before;
        });
    }

    @Test
    void recoversFromTheEndOfTheApiServer() throws IOException {
        check("API server killed and restarted", BOUND, ROUNDS, () -> {
            fleet.change(Scale.profiles() / 5);
            server.server().kill();
            server.server().restart();
            return 1;
        });
    }

    @Test
    void recoversFromACompaction() throws IOException {
        check("410 by compaction", BOUND, ROUNDS, () -> {
            fleet.change(Scale.profiles() / 5);
            server.server().kill();
            server.server().compact();
            server.server().restart();
            fleet.change(Scale.profiles() / 5);
            return 1;
        });
    }

    static Stream<Duration> freezes() {
        return Scale.isFull()
                ? Stream.of(Duration.ofSeconds(20), Duration.ofSeconds(60))
                : Stream.of(Duration.ofSeconds(1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("freezes")
    void recoversFromAFrozenApiServer(Duration time) throws IOException {
        check("API server frozen for " + time.toSeconds() + " s", BOUND, () -> {
            fleet.change(Scale.profiles() / 5);
            server.server().freeze();
            LockSupport.parkNanos(time.toNanos());
            server.server().thaw();
            return 1;
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("freezes")
    void recoversFromAPartition(Duration time) throws IOException {
        check("all traffic held back for " + time.toSeconds() + " s", BOUND, () -> {
            int before = proxy.injected();
            proxy.partition();
            change(time, before);
            proxy.heal();
            return 1;
        });
    }

    @Test
    void recoversFromRefusedConnections() throws IOException {
        check("connections reset and refused", BOUND, () -> {
            int before = proxy.injected();
            proxy.refuseConnections();
            proxy.resetConnections();
            change(FAULT_TIME, before);
            proxy.acceptConnections();
            return proxy.injected() - before;
        });
    }

    @Test
    void noticesHalfOpenWatches() throws IOException {
        check("watches half-open", HALF_OPEN_BOUND, ROUNDS, () -> {
            int watches = proxy.silenceWatches();
            fleet.change(Scale.profiles() / 5);
            return watches;
        });
    }

    @Test
    void readsARotatedToken() throws IOException {
        check("own token rotated, the last one refused", BOUND, ROUNDS, () -> {
            String old = Files.readString(tokenFile);
            int before = proxy.injected();
            proxy.inject(always(answer(401, "Unauthorized"))
                    .where(request -> request.token().equals(old)));
            fleet.change(Scale.profiles() / 5);
            await().until(() -> proxy.injected() > before);
            writeToken(old.startsWith("rotated-") ? old.replace("rotated-", "") : "rotated-" + old);
            // a watch asks for the token only when it begins
            proxy.resetConnections();
            fleet.change(Scale.profiles() / 5);
            return 1;
        });
        proxy.stopInjecting();
    }

    private void check(String fault, Duration bound, Disruption disruption) throws IOException {
        check(fault, bound, 1, disruption);
    }

    /** Disrupts and waits for the recovery, this many times. */
    private void check(String fault, Duration bound, int rounds, Disruption disruption) throws IOException {
        Judgement judgement = new Judgement(fault, fleet, bound);
        int times = 0;
        for (int i = 0; i < rounds; i++) {
            controller.awaitReady();
            times += disruption.run();
            judgement.awaitRecovery();
        }
        judgement.conclude(times, 0, FIRST);
        if (TestedController.isOurs()) {
            assertTrue(controller.isAlive(), "it ended");
            assertEquals(0, notLive, "times that /healthz was red");
        } else {
            // one that does not recover would fail at the next faults because of this one
            stop();
            start();
        }
    }

    /** Replaces the file, as the kubelet does. */
    private static void writeToken(String token) throws IOException {
        Path next = Files.writeString(directory.resolve("next-token"), token);
        Files.move(next, tokenFile, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Changes the fleet for this time and until something was hit, and looks at the controller's health. */
    private void change(Duration time, int injectedBefore) {
        fleet.change(Scale.profiles() / 5);
        long begin = System.nanoTime();
        while (isShorterThan(time, begin) || proxy.injected() == injectedBefore && isShorterThan(BOUND, begin)) {
            fleet.changeFor(Duration.ofMillis(500));
            notLive += controller.isLive() ? 0 : 1;
        }
    }

    private static boolean isShorterThan(Duration time, long begin) {
        return System.nanoTime() - begin < time.toNanos();
    }

    /** Another client changes the object before the API server sees the write. */
    private static Effect changedByOthers() {
        return (connection, request) -> {
            String[] path = request.path().split("/");
            touch(path[path.length - 2], path[path.length - 1]);
            return connection.passOn(request, Damage.NONE);
        };
    }

    private static Predicate<MessageHead> isWriteOfAnObject() {
        return request -> request.isWrite()
                && request.path()
                        .matches(".*/namespaces/" + fleet.namespace()
                                + "/(clusterprofiles|sveltosclusters|secrets)/spoke-[^/]+");
    }

    private static void touch(String resource, String name) {
        ClusterFixtures fixtures = fleet.fixtures();
        Resource<? extends HasMetadata> object =
                switch (resource) {
                    case "clusterprofiles" -> fixtures.profile(name);
                    case "sveltosclusters" -> fixtures.cluster(name);
                    default -> fixtures.secret(name);
                };
        try {
            if (object.get() != null) {
                fixtures.annotate(object, "example.com/touched", String.valueOf(System.nanoTime()));
            }
        } catch (KubernetesClientException e) {
            // deleted in the meantime
        }
    }

    private static void close(AutoCloseable started) {
        try {
            started.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
