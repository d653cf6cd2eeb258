package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.ClusterFixtures.accessProvider;
import static io.projectsveltos.clusterinventory.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.ClusterFixtures.steadily;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of cluster managers, clouds and admission policies have run into. */
class CasesIT {

    private static final String SVELTOS_FINALIZER = "example.com/held-by-sveltos";
    private static final String EXPIRES_AT = "clusterinventory.projectsveltos.io/expires-at";

    @AutoClose
    private static AuditedApiServer server;

    @TempDir
    private Path directory;

    private final ClusterFixtures fleet = ClusterFixtures.inNewNamespaceOf(server);
    private RunningController controller;

    @BeforeAll
    static void startServer() {
        server = AuditedApiServer.start();
    }

    @AfterEach
    void stop() {
        if (controller != null) {
            controller.close();
        }
    }

    // the managed Secret is denied

    @Test
    void reportsAQuotaThatDeniesTheSecretAndServesOnceItIsRaised() {
        start(Map.of());
        fleet.createSource("edge", kubeconfig("edge"));
        setQuota("1");

        fleet.createProfileFrom("edge", "edge");

        assertApplyRefused("exceeded quota: few-secrets, requested: count/secrets=1, used: count/secrets=1");
        setQuota("9");
        fleet.awaitServed("edge");
        fleet.awaitEvent("edge", "Synced");
        assertEquals(1, fleet.events("edge", "ApplyRefused").size());
    }

    @Test
    void reportsAPolicyThatDeniesTheSecretAndServesOnceItIsGone() {
        start(Map.of());
        fleet.createSource("edge", kubeconfig("edge"));
        String policy = """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: %1$s}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    resourceRules:
                      - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets]}
                  validations:
                    - expression: "has(object.metadata.labels) && 'owner' in object.metadata.labels"
                      message: a Secret needs the label owner
                      reason: Forbidden
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec:
                  policyName: %1$s
                  validationActions: [Deny]
                  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}}
                """.formatted(fleet.namespace());
        server.apply(policy);
        // the API server takes a while to compile it
        eventually(() -> assertDenied("denied"));

        fleet.createProfileFrom("edge", "edge");

        assertApplyRefused("a Secret needs the label owner");
        server.client()
                .admissionRegistration()
                .v1()
                .validatingAdmissionPolicies()
                .withName(fleet.namespace())
                .delete();
        fleet.awaitServed("edge");
        fleet.awaitEvent("edge", "Synced");
        assertEquals(1, fleet.events("edge", "ApplyRefused").size());
    }

    // the namespace is being deleted

    @Test
    void letsATerminatingNamespaceGoOnceSveltosDoes() {
        start(Map.of("sync-period", "2s"));
        fleet.createServedProfile("edge");
        fleet.setFinalizers(fleet.cluster("edge"), SVELTOS_FINALIZER);
        server.client().namespaces().withName(fleet.namespace()).delete();
        eventually(() -> assertDenied("because it is being terminated"));
        int before = requests();
        try (LogCapture log = LogCapture.started()) {
            // what kube-controller-manager does, which does not run here
            fleet.managedSecret("edge").delete();
            fleet.secret("edge").delete();
            fleet.cluster("edge").delete();
            fleet.profile("edge").delete();

            steadily(() -> {
                fleet.assertGone(fleet.managedSecret("edge"));
                assertNotNull(fleet.cluster("edge").get());
                assertNotNull(fleet.profile("edge").get());
            });
            fleet.setFinalizers(fleet.cluster("edge"));

            eventually(() -> fleet.assertGone(fleet.profile("edge")));
            fleet.assertGone(fleet.cluster("edge"));
            fleet.assertGone(fleet.managedSecret("edge"));
            assertTrue(log.lines().size() <= 1, log.lines()::toString);
        }
        int made = requests() - before;
        assertTrue(made <= 25, () -> made + " requests");
    }

    // Sveltos still needs the credential of a profile that is being deleted

    @Test
    void keepsTheCredentialFreshWhileSveltosCleansUp() {
        Plugins plugins = new Plugins(directory).add("cloud", Plugins.givesTokensFor("cloud", 6));
        start(Map.of(
                "clusterprofile-provider-file",
                plugins.file().toString(),
                "refresh.minimum",
                "1s",
                "refresh.check-period",
                "100ms"));
        fleet.createProfile("edge");
        fleet.report("edge", List.of(accessProvider("cloud", List.of())));
        fleet.awaitServed("edge");
        fleet.setFinalizers(fleet.cluster("edge"), SVELTOS_FINALIZER);
        deleteAndAwaitHeld("edge");
        String atFirst = fleet.copied("edge");

        plugins.awaitRuns("cloud", plugins.runs("cloud").size() + 2);

        eventually(() -> assertNotEquals(atFirst, fleet.copied("edge")));
        Secret secret = fleet.managedSecret("edge").get();
        Instant expiry = Instant.parse(secret.getMetadata().getAnnotations().get(EXPIRES_AT));
        assertTrue(expiry.isAfter(Instant.now()), expiry::toString);
        fleet.setFinalizers(fleet.cluster("edge"));
        eventually(() -> fleet.assertGone(fleet.profile("edge")));
        fleet.assertGone(fleet.managedSecret("edge"));
        int runs = plugins.runs("cloud").size();
        // longer than a token lasts
        await().during(Duration.ofSeconds(7))
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertEquals(runs, plugins.runs("cloud").size()));
    }

    @Test
    void copiesARotatedSourceWhileSveltosCleansUp() {
        start(Map.of());
        fleet.createServedProfile("edge");
        fleet.setFinalizers(fleet.cluster("edge"), SVELTOS_FINALIZER);
        deleteAndAwaitHeld("edge");

        fleet.changeSource("edge", kubeconfig("rotated"));

        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("edge")));
        fleet.setFinalizers(fleet.cluster("edge"));
        eventually(() -> fleet.assertGone(fleet.profile("edge")));
        fleet.assertGone(fleet.managedSecret("edge"));
        fleet.changeSource("edge", kubeconfig("later"));
        steadily(() -> fleet.assertGone(fleet.managedSecret("edge")));
    }

    // the cluster manager writes the status in two steps

    @Test
    void doesNotWarnOfAStatusThatOffersNothingYetAndServesOnceItDoes() {
        Plugins plugins = new Plugins(directory).add("cluster-proxy", Plugins.givesTokens("cluster-proxy"));
        start(Map.of("clusterprofile-provider-file", plugins.file().toString(), "sync-period", "1s"));
        fleet.createProfile("edge");
        fleet.profile("edge").editStatus(profile -> {
            profile.setAdditionalProperty("status", Map.of("version", Map.of("kubernetes", "v1.33.1")));
            return profile;
        });
        fleet.createProfile("other");
        fleet.report("other", List.of(accessProvider("not-configured", List.of())));
        fleet.awaitEvent("other", "NoAccessProvider");

        steadily(() -> assertEquals(List.of(), warnings("edge")));
        assertNull(fleet.cluster("edge").get());
        fleet.report("edge", List.of(accessProvider("cluster-proxy", List.of())));

        fleet.awaitServed("edge");
        fleet.awaitEvent("edge", "Synced");
        assertEquals(List.of(), warnings("edge"));
    }

    private void start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("watch-namespaces", fleet.namespace());
        controller = RunningController.start(server.kubeconfigOf(FIRST), all);
    }

    private void assertApplyRefused(String words) {
        fleet.awaitEvent("edge", "ApplyRefused");
        steadily(() -> {
            List<Event> events = fleet.events("edge", "ApplyRefused");
            assertEquals(1, events.size());
            assertTrue(events.get(0).getNote().contains(words), events.get(0)::getNote);
            assertNull(events.get(0).getSeries());
        });
        assertEquals("Warning", fleet.events("edge", "ApplyRefused").get(0).getType());
        assertNull(fleet.cluster("edge").get());
    }

    /** Asks for a Secret that is not made. */
    private void assertDenied(String words) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(fleet.namespace())
                .withName(secretName("another"))
                .endMetadata()
                .build();
        KubernetesClientException denied = assertThrows(
                KubernetesClientException.class,
                () -> server.client().resource(secret).dryRun().create());
        assertTrue(denied.getMessage().contains(words), denied.getMessage());
    }

    /** The status is what kube-controller-manager would count, which does not run here. */
    private void setQuota(String secrets) {
        Map<String, Quantity> hard = Map.of("count/secrets", new Quantity(secrets));
        ResourceQuota quota = new ResourceQuotaBuilder()
                .withNewMetadata()
                .withNamespace(fleet.namespace())
                .withName("few-secrets")
                .endMetadata()
                .withNewSpec()
                .withHard(hard)
                .endSpec()
                .build();
        server.client().resource(quota).serverSideApply();
        server.client().resource(quota).editStatus(current -> new ResourceQuotaBuilder(current)
                .withNewStatus()
                .withHard(hard)
                .withUsed(Map.of("count/secrets", new Quantity("1")))
                .endStatus()
                .build());
    }

    private void deleteAndAwaitHeld(String name) {
        fleet.profile(name).delete();
        eventually(() -> assertNotNull(fleet.cluster(name).get().getMetadata().getDeletionTimestamp()));
    }

    private List<String> warnings(String profile) {
        return server.client().events().v1().events().inNamespace(fleet.namespace()).list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(profile))
                .filter(event -> event.getType().equals("Warning"))
                .map(Event::getReason)
                .toList();
    }

    /** All of the controller's in this namespace, those about Events too. */
    private int requests() {
        return server.requests(FIRST, fleet.namespace()).size()
                + server.eventRequests(FIRST, fleet.namespace()).size();
    }
}
