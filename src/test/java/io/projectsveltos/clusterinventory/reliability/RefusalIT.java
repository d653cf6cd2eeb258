package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.testing.AdmissionWebhook;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Outputs that the API server refuses for a while: by quota, by admission, because they cannot change or have no namespace. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RefusalIT {

    /** What was refused is tried again with backoff: at most about as long after the refusals as they lasted. */
    private static final Duration BOUND = Duration.ofSeconds(90);

    /** Another controller may write nothing that could be refused. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private static Path directory;

    private static final Random RANDOM = new Random(Scale.seed());
    private static Fleet fleet;
    private static TestedController controller;

    @BeforeAll
    static void start() {
        fleet = new Fleet(env.server(), RANDOM, directory);
        controller = TestedController.start(env.server().kubeconfigOf(FIRST), fleet.providerFile(), directory);
        fleet.create(Scale.profiles() / 2);
        Recovery start = fleet.awaitEqual(BOUND);
        if (TestedController.isOurs()) {
            assertEquals(List.of(), start.left());
        }
    }

    @AfterAll
    static void stop() {
        controller.close();
    }

    @Test
    @Order(1)
    void createsOutputsOnceTheQuotaIsRaised() {
        Resource<ResourceQuota> quota =
                fleet.fixtures().setQuota(1, "secrets", "sveltosclusters.lib.projectsveltos.io");

        check(
                "quota",
                profile -> {
                    profile.deleteTheSecret();
                    profile.deleteTheCluster();
                },
                quota::delete);
    }

    /** Nothing can make such a Secret mutable again: somebody has to delete it. */
    @Test
    @Order(2)
    void writesCredentialsOnceImmutableSecretsAreDeleted() {
        check(
                "immutable managed Secrets",
                profile -> {
                    profile.makeTheSecretImmutable();
                    profile.rotate();
                },
                () -> fleet.profiles().forEach(TestedProfile::deleteTheSecret));
    }

    @Test
    @Order(3)
    void writesOnceAdmissionAllowsIt() {
        env.server().apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: denies-first}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    resourceRules:
                      - apiGroups: ["", lib.projectsveltos.io, multicluster.x-k8s.io]
                        apiVersions: ["*"]
                        operations: [CREATE, UPDATE, DELETE]
                        resources: [secrets, sveltosclusters, clusterprofiles]
                  validations:
                    - {expression: "request.userInfo.username != 'first'", message: not now}
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: denies-first}
                spec: {policyName: denies-first, validationActions: [Deny]}
                """);

        check(
                "admission policy that denies every write",
                profile -> fleet.changeOne(profile.expected().name),
                () -> env.server()
                        .client()
                        .admissionRegistration()
                        .v1()
                        .validatingAdmissionPolicyBindings()
                        .withName("denies-first")
                        .delete());
    }

    @Test
    @Order(4)
    void writesOnceTheWebhookAnswers() {
        CountDownLatch answers = new CountDownLatch(1);
        AdmissionWebhook webhook = AdmissionWebhook.start(env.server(), fleet.namespace(), write -> {
            if (write.user().equals(FIRST)) {
                join(answers);
            }
        });
        try {
            check(
                    "admission webhook that does not answer",
                    profile -> fleet.changeOne(profile.expected().name),
                    answers::countDown);
        } finally {
            webhook.close();
        }
    }

    /** What kube-controller-manager does, which does not run here: it deletes all objects, in any order. */
    @Test
    @Order(5)
    void releasesAllProfilesOfATerminatingNamespace() {
        Judgement judgement = new Judgement("namespace terminating", fleet, BOUND);
        List<TestedProfile> profiles = new ArrayList<>(fleet.profiles());
        Collections.shuffle(profiles, RANDOM);
        List<TestedProfile> held = profiles.subList(0, profiles.size() / 5);
        held.forEach(TestedProfile::hold);

        env.server().client().namespaces().withName(fleet.namespace()).delete();
        profiles.forEach(profile -> profile.loseSource(true));
        profiles.forEach(TestedProfile::deleteTheSecret);
        Collections.shuffle(profiles, RANDOM);
        profiles.forEach(TestedProfile::deleteTheCluster);
        profiles.stream().filter(profile -> profile.expected().exists).forEach(TestedProfile::delete);
        judgement.awaitRecovery();
        held.forEach(TestedProfile::release);

        judgement.awaitRecovery();
        judgement.conclude(profiles.size(), 0, FIRST);
    }

    /** While writes are refused, things are changed; then they are not refused any more. */
    private static void check(String fault, Consumer<TestedProfile> change, Runnable end) {
        Judgement judgement = new Judgement(fault, fleet, BOUND);
        Instant begin = Instant.now();
        try {
            // more than once: the API server takes a while to compile a policy
            await().atMost(BOUND)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> {
                        fleet.profiles().forEach(change);
                        return refused(begin) >= 5
                                || !TestedController.isOurs()
                                        && begin.plus(PATIENCE).isBefore(Instant.now());
                    });
            if (Scale.isFull()) {
                await().during(Duration.ofSeconds(30)).atMost(BOUND).until(() -> true);
            }
        } finally {
            end.run();
        }
        int refused = refused(begin);
        judgement.awaitRecovery();
        judgement.conclude(refused, 0, FIRST);
    }

    /** A 409 is not a refusal. */
    private static int refused(Instant begin) {
        return (int) env.server().requests(FIRST, fleet.namespace()).stream()
                .filter(request -> request.isWrite() && request.received().isAfter(begin))
                .filter(request -> request.code() >= 400 && request.code() != 409)
                .count();
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            // the webhook is closed
            Thread.currentThread().interrupt();
        }
    }
}
