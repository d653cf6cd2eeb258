package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.accessProvider;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of cluster managers, clouds and admission policies have run into. */
class CasesIT {

    private static final String SVELTOS_FINALIZER = "example.com/held-by-sveltos";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    // the managed Secret is denied

    @Test
    void reportsAQuotaThatDeniesTheSecretAndServesOnceItIsRaised() {
        env.start(Map.of());
        fleet.createSource("edge", kubeconfig("edge"));
        fleet.setQuota(1, "secrets");

        fleet.createProfileFrom("edge", "edge");

        assertApplyRefused("exceeded quota: few, requested: count/secrets=1, used: count/secrets=1");
        fleet.setQuota(9, "secrets");
        fleet.awaitServed("edge");
        fleet.awaitEvent("edge", "Synced");
        assertEquals(1, fleet.events("edge", "ApplyRefused").size());
    }

    @Test
    void reportsAPolicyThatDeniesTheSecretAndServesOnceItIsGone() {
        env.start(Map.of());
        fleet.createSource("edge", kubeconfig("edge"));
        addPolicy(
                "",
                "secrets",
                "has(object.metadata.labels) && 'owner' in object.metadata.labels",
                "a Secret needs the label owner");
        // the API server takes a while to compile it
        eventually(() -> assertDenied("denied"));

        fleet.createProfileFrom("edge", "edge");

        assertApplyRefused("a Secret needs the label owner");
        removePolicy();
        fleet.awaitServed("edge");
        fleet.awaitEvent("edge", "Synced");
        assertEquals(1, fleet.events("edge", "ApplyRefused").size());
    }

    @Test
    void reportsAQuotaThatDeniesTheSveltosClusterAndServesOnceItIsRaised() {
        env.start(Map.of());
        fleet.createSource("edge", kubeconfig("edge"));
        fleet.setQuota(1, "sveltosclusters.lib.projectsveltos.io");

        fleet.createProfileFrom("edge", "edge");

        assertApplyRefused("exceeded quota: few, requested: count/sveltosclusters.lib.projectsveltos.io=1");
        fleet.setQuota(9, "sveltosclusters.lib.projectsveltos.io");
        fleet.awaitServed("edge");
    }

    @Test
    void createsNothingWhileAPolicyDeniesTheFinalizer() {
        env.start(Map.of());
        fleet.createSource("edge", kubeconfig("edge"));
        addPolicy(
                "multicluster.x-k8s.io",
                "clusterprofiles",
                "!has(object.metadata.finalizers)",
                "a ClusterProfile has no finalizers here");
        fleet.createProfile("edge");
        eventually(this::assertFinalizerDenied);

        fleet.reportSource("edge", "edge");

        assertApplyRefused("a ClusterProfile has no finalizers here");
        fleet.assertGone(fleet.managedSecret("edge"));
        removePolicy();
        fleet.awaitServed("edge");
    }

    @Test
    void retriesWithBackoffWhileASecretIsImmutable() {
        env.start(Map.of());
        fleet.createServedProfile("edge");
        fleet.edit(fleet.managedSecret("edge"), secret -> secret.setImmutable(true));
        int before = requests();

        fleet.changeSource("edge", kubeconfig("rotated"));

        fleet.awaitEvent("edge", "ApplyRefused");
        steadily(() -> assertEquals(1, fleet.events("edge", "ApplyRefused").size()));
        assertEquals(kubeconfig("edge"), fleet.copied("edge"));
        int made = requests() - before;
        assertTrue(made <= 40, () -> made + " requests");
        fleet.managedSecret("edge").delete();
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("edge")));
    }

    // Sveltos would use its own cluster

    @ParameterizedTest
    @CsvSource({
        "current-context: edge, ''",
        "current-context: edge, current-context: null",
        "'context: {cluster: edge,', 'context: {cluster: EDGE,'"
    })
    void refusesAnUnusableKubeconfigAndKeepsTheLastGoodCopy(String good, String bad) {
        env.start(Map.of());
        fleet.createServedProfile("edge");

        fleet.changeSource("edge", kubeconfig("edge").replace(good, bad));

        fleet.awaitEvent("edge", "SourceSecretInvalid");
        steadily(() -> assertEquals(kubeconfig("edge"), fleet.copied("edge")));
        fleet.changeSource("edge", kubeconfig("repaired"));
        eventually(() -> assertEquals(kubeconfig("repaired"), fleet.copied("edge")));
    }

    // Sveltos would run a program

    @ParameterizedTest
    @ValueSource(strings = {"user: *u", "user: {<<: *u}"})
    void findsAnExecPluginThatYamlHides(String user) {
        String hidden = "x-user: &u {exec: {apiVersion: client.authentication.k8s.io/v1, command: id}}\n"
                + kubeconfig("edge").replace("user: {token: token-of-edge}", user);
        env.start(Map.of("secretreader.unsafe-kubeconfig", "refuse"));
        fleet.createSource("edge", hidden);

        fleet.createProfileFrom("edge", "edge");

        fleet.awaitEvent("edge", "SourceSecretInvalid");
        String note = fleet.events("edge", "SourceSecretInvalid").get(0).getNote();
        assertTrue(note.contains("'exec'"), note);
        fleet.assertGone(fleet.managedSecret("edge"));
        env.stop();
        env.start(Map.of());
        fleet.awaitServed("edge");
        fleet.awaitEvent("edge", "UnsafeKubeconfig");
        assertEquals(hidden, fleet.copied("edge"));
    }

    // a plugin returns the same token until shortly before it expires

    @Test
    void replacesACachedTokenRightAfterItExpires() {
        Plugins plugins = new Plugins(directory).add("caching", """
                now=$(date +%%s)
                read -r end < cache || end=0
                if [ "$now" -ge $((end - 1)) ]; then end=$((now + 6)); echo "$end" > cache; fi
                %s
                """.formatted(
                        Plugins.returns("\"token\":\"until-'$end'\",\"expirationTimestamp\":\"'$(date -u -d @$end"
                                + " +%Y-%m-%dT%H:%M:%SZ)'\"")));
        env.start(Map.of("clusterprofile-provider-file", plugins.file().toString(), "refresh.check-interval", "100ms"));
        fleet.createProfileOffering("edge", "caching");
        fleet.awaitServed("edge");

        // far sooner than refresh.min-interval allows
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertTrue(plugins.runs("caching").size() >= 4));

        eventually(() -> assertTrue(fleet.expiry("edge").isAfter(Instant.now())));
    }

    // the namespace is being deleted

    @Test
    void doesNotBlockATerminatingNamespaceOnceSveltosIsDone() {
        env.start(Map.of("sync-period", "2s"));
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
        Plugins plugins = new Plugins(directory).add("cloud", Plugins.returnsTokensFor("cloud", 6));
        env.start(Map.of(
                "clusterprofile-provider-file",
                plugins.file().toString(),
                "refresh.min-interval",
                "1s",
                "refresh.check-interval",
                "100ms"));
        fleet.createProfileOffering("edge", "cloud");
        fleet.awaitServed("edge");
        fleet.setFinalizers(fleet.cluster("edge"), SVELTOS_FINALIZER);
        deleteAndAwaitHeld("edge");
        String atFirst = fleet.copied("edge");

        plugins.awaitRuns("cloud", plugins.runs("cloud").size() + 2);

        eventually(() -> assertNotEquals(atFirst, fleet.copied("edge")));
        assertTrue(fleet.expiry("edge").isAfter(Instant.now()), () -> fleet.expiry("edge")
                .toString());
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
        env.start(Map.of());
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
    void doesNotWarnWhileAStatusOffersNothingYet() {
        Plugins plugins = new Plugins(directory).add("cluster-proxy", Plugins.returnsTokens("cluster-proxy"));
        env.start(Map.of("clusterprofile-provider-file", plugins.file().toString(), "sync-period", "1s"));
        fleet.createProfile("edge");
        fleet.profile("edge").editStatus(profile -> {
            profile.setAdditionalProperty("status", Map.of("version", Map.of("kubernetes", "v1.33.1")));
            return profile;
        });
        fleet.createProfileOffering("other", "not-configured");
        fleet.awaitEvent("other", "NoAccessProvider");

        steadily(() -> assertEquals(List.of(), warnings("edge")));
        assertNull(fleet.cluster("edge").get());
        fleet.report("edge", List.of(accessProvider("cluster-proxy", List.of())));

        fleet.awaitServed("edge");
        fleet.awaitEvent("edge", "Synced");
        assertEquals(List.of(), warnings("edge"));
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

    /** Asserts with a dry run that a Secret is denied. */
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

    /** Denies objects for which the expression is false. */
    private void addPolicy(String group, String resource, String expression, String message) {
        server.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: %1$s}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    resourceRules:
                      - {apiGroups: ["%2$s"], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: [%3$s]}
                  validations:
                    - expression: "%4$s"
                      message: %5$s
                      reason: Forbidden
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec:
                  policyName: %1$s
                  validationActions: [Deny]
                  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}}
                """.formatted(fleet.namespace(), group, resource, expression, message));
    }

    private void removePolicy() {
        server.client()
                .admissionRegistration()
                .v1()
                .validatingAdmissionPolicies()
                .withName(fleet.namespace())
                .delete();
    }

    /** Asserts with a dry run that a finalizer is denied. */
    private void assertFinalizerDenied() {
        GenericKubernetesResource profile = fleet.profile("edge").get();
        profile.getMetadata().setFinalizers(List.of(SVELTOS_FINALIZER));
        assertThrows(
                KubernetesClientException.class,
                () -> server.client().resource(profile).dryRun().update());
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

    /** All requests of the controller in this namespace, including those for Events. */
    private int requests() {
        return server.requests(FIRST, fleet.namespace()).size()
                + server.eventRequests(FIRST, fleet.namespace()).size();
    }
}
