package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.DISPLAY_NAME;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FIELD_MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FINALIZER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.accessProvider;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.decoded;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.writers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A profile and its outputs: their source, drift, and Events. */
class ControllerIT {

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @BeforeAll
    static void start() {
        env.start(Map.of());
    }

    @Test
    void createsASveltosClusterForTheProfile() {
        fleet.createSource("source", kubeconfig("spoke"));
        fleet.createProfile("spoke", Map.of("env", "prod", "example.com/region", "eu"), "Spoke One");
        fleet.reportSource("spoke", "source");
        fleet.awaitServed("spoke");

        GenericKubernetesResource cluster = fleet.cluster("spoke").get();

        assertEquals(Map.of("env", "prod", "example.com/region", "eu", MANAGED_BY, MANAGER), labels(cluster));
        assertEquals(Map.of(DISPLAY_NAME, "Spoke One"), annotations(cluster));
        Map<String, Object> ours = new HashMap<>(spec(cluster));
        ours.keySet().removeAll(Set.of("consecutiveFailureThreshold", "pullMode"));
        assertEquals(Map.of("kubeconfigName", "spoke-sveltos-kubeconfig", "kubeconfigKeyName", "kubeconfig"), ours);
        assertEquals(List.of("Apply by " + FIELD_MANAGER), writers(cluster));
    }

    @Test
    void createsASecretFromTheSource() {
        fleet.createServedProfile("spoke");

        Secret secret = fleet.secret("spoke-sveltos-kubeconfig").get();

        assertEquals("Opaque", secret.getType());
        assertEquals(Map.of(MANAGED_BY, MANAGER), secret.getMetadata().getLabels());
        assertTrue(annotations(secret).keySet().stream()
                .allMatch(name -> name.startsWith("clusterinventory.projectsveltos.io/")));
        assertEquals(Set.of("kubeconfig"), secret.getData().keySet());
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
        assertEquals(List.of("Apply by " + FIELD_MANAGER), writers(secret));
    }

    @Test
    void writesOnlyTheFinalizerToTheProfile() {
        GenericKubernetesResource before = fleet.createProfile("spoke");
        fleet.createSource("source", kubeconfig("spoke"));
        fleet.reportSource("spoke", "source");
        fleet.awaitServed("spoke");

        GenericKubernetesResource after = fleet.profile("spoke").get();

        assertEquals(List.of(FINALIZER), after.getMetadata().getFinalizers());
        assertEquals(before.getAdditionalProperties().get("spec"), spec(after));
        assertEquals(
                List.of("patch clusterprofiles spoke"),
                server.requests(AuditedApiServer.FIRST, fleet.namespace()).stream()
                        .filter(request -> request.resource().startsWith("clusterprofiles"))
                        .map(AuditedApiServer.Request::toString)
                        .toList());
    }

    @Test
    void followsTheDisplayName() {
        fleet.createServedProfile("spoke");
        assertEquals(Map.of(), annotations(fleet.cluster("spoke").get()));

        fleet.editSpec(fleet.profile("spoke"), Map.of("displayName", "Größter Cluster 東京"));
        eventually(() -> assertEquals(
                Map.of(DISPLAY_NAME, "Größter Cluster 東京"),
                annotations(fleet.cluster("spoke").get())));

        fleet.editSpec(fleet.profile("spoke"), Map.of("displayName", ""));
        eventually(
                () -> assertEquals(Map.of(), annotations(fleet.cluster("spoke").get())));
    }

    @Test
    void followsTheLabelsAndKeepsThoseOfOthers() {
        fleet.createServedProfile("spoke");
        fleet.label(fleet.cluster("spoke"), "projectsveltos.io/k8s-version", "v1.33.1");
        fleet.annotate(fleet.cluster("spoke"), "example.com/owner", "somebody");
        fleet.label(fleet.managedSecret("spoke"), "example.com/backup", "yes");
        fleet.annotate(fleet.managedSecret("spoke"), "example.com/owner", "somebody");

        fleet.label(fleet.profile("spoke"), "env", "test");
        eventually(
                () -> assertEquals("test", labels(fleet.cluster("spoke").get()).get("env")));
        fleet.label(fleet.profile("spoke"), "env", null);
        fleet.changeSource("spoke", kubeconfig("other"));

        eventually(() -> {
            GenericKubernetesResource cluster = fleet.cluster("spoke").get();
            assertEquals(Map.of("projectsveltos.io/k8s-version", "v1.33.1", MANAGED_BY, MANAGER), labels(cluster));
            assertEquals(Map.of("example.com/owner", "somebody"), annotations(cluster));
        });
        eventually(() -> assertEquals(kubeconfig("other"), fleet.copied("spoke")));
        Secret secret = fleet.managedSecret("spoke").get();
        assertEquals(Map.of("example.com/backup", "yes", MANAGED_BY, MANAGER), labels(secret));
        assertEquals("somebody", annotations(secret).get("example.com/owner"));
    }

    static Stream<byte[]> kubeconfigs() {
        return Stream.of(
                kubeconfig("größter-cluster-東京").getBytes(StandardCharsets.UTF_8),
                kubeconfig("cluster").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8),
                ("# no newline at the end\n" + kubeconfig("cluster").trim()).getBytes(StandardCharsets.UTF_8),
                kubeconfig("größter-cluster").getBytes(StandardCharsets.UTF_16LE),
                new byte[] {0, (byte) 0xff, (byte) 0xfe, (byte) 0xc3, 10, 0});
    }

    @ParameterizedTest
    @MethodSource("kubeconfigs")
    void copiesByteForByte(byte[] value) {
        fleet.createSource("source", value);
        fleet.createProfileFrom("source", "spoke");
        fleet.awaitServed("spoke");

        assertArrayEquals(
                value, decoded(fleet.managedSecret("spoke").get().getData().get("kubeconfig")));
    }

    @Test
    void copiesAChangedSourceToAllItsProfilesBeforeTheNextSyncPeriod() {
        fleet.createSource("source", kubeconfig("old"));
        for (String name : List.of("one", "two", "three")) {
            fleet.createProfileFrom("source", name);
            fleet.awaitServed(name);
        }

        fleet.changeSource("source", kubeconfig("new"));

        for (String name : List.of("one", "two", "three")) {
            eventually(() -> assertEquals(kubeconfig("new"), fleet.copied(name)));
        }
    }

    @Test
    void readsASourceInAnotherNamespace() {
        ClusterFixtures manager = ClusterFixtures.inNewNamespaceOf(server);
        manager.createSource("source", kubeconfig("old"));
        fleet.createProfile("spoke");
        fleet.report(
                "spoke",
                List.of(secretReader(Map.of("name", "source", "key", "value", "namespace", manager.namespace()))));
        fleet.awaitServed("spoke");

        manager.changeSource("source", kubeconfig("new"));

        eventually(() -> assertEquals(kubeconfig("new"), fleet.copied("spoke")));
    }

    @Test
    void followsTheProfileToAnotherSource() {
        fleet.createServedProfile("spoke");
        fleet.createSource("other", kubeconfig("other"));

        fleet.reportSource("spoke", "other");
        eventually(() -> assertEquals(kubeconfig("other"), fleet.copied("spoke")));
        fleet.changeSource("other", kubeconfig("newer"));

        eventually(() -> assertEquals(kubeconfig("newer"), fleet.copied("spoke")));
    }

    @Test
    void servesAProfileOnceItsSourceExists() {
        fleet.createProfileFrom("late", "spoke");
        fleet.awaitEvent("spoke", "SourceSecretNotFound");

        fleet.createSource("late", kubeconfig("late"));

        fleet.awaitServed("spoke");
        assertEquals(kubeconfig("late"), fleet.copied("spoke"));
    }

    @Test
    void keepsTheLastGoodCopyWhileTheSourceIsGone() {
        fleet.createServedProfile("spoke");

        fleet.secret("spoke").delete();
        fleet.awaitEvent("spoke", "SourceSecretNotFound");
        fleet.label(fleet.profile("spoke"), "env", "test");

        steadily(() -> {
            assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
            assertNotNull(fleet.cluster("spoke").get());
        });
        fleet.createSource("spoke", kubeconfig("again"));
        eventually(() -> assertEquals(kubeconfig("again"), fleet.copied("spoke")));
    }

    @Test
    void keepsTheLastGoodCopyWhileTheKeyIsGoneOrEmpty() {
        fleet.createServedProfile("spoke");

        fleet.edit(fleet.secret("spoke"), secret -> secret.setData(Map.of("another", "")));
        fleet.awaitEvent("spoke", "SourceSecretNotFound");
        fleet.edit(fleet.secret("spoke"), secret -> secret.setData(Map.of("value", "")));
        fleet.awaitEvent("spoke", "SourceSecretInvalid");

        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
        fleet.changeSource("spoke", kubeconfig("fixed"));
        eventually(() -> assertEquals(kubeconfig("fixed"), fleet.copied("spoke")));
    }

    @Test
    void repairsAnEditedSecret() {
        fleet.createServedProfile("spoke");

        fleet.editData(fleet.managedSecret("spoke"), "kubeconfig", "broken");

        eventually(() -> assertEquals(kubeconfig("spoke"), fleet.copied("spoke")));
    }

    @Test
    void repairsTheAnnotationsOfASecret() {
        fleet.createServedProfile("spoke");
        Map<String, String> before = annotations(fleet.managedSecret("spoke").get());

        before.keySet().forEach(name -> fleet.annotate(fleet.managedSecret("spoke"), name, "edited"));

        eventually(() ->
                assertEquals(before, annotations(fleet.managedSecret("spoke").get())));
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
    }

    @Test
    void recreatesADeletedSecret() {
        fleet.createServedProfile("spoke");

        fleet.managedSecret("spoke").delete();

        eventually(() -> assertEquals(kubeconfig("spoke"), fleet.copied("spoke")));
    }

    @Test
    void recreatesADeletedSveltosCluster() {
        fleet.createServedProfile("spoke");
        String uid = fleet.cluster("spoke").get().getMetadata().getUid();

        fleet.cluster("spoke").delete();

        fleet.awaitServed("spoke");
        assertNotEquals(uid, fleet.cluster("spoke").get().getMetadata().getUid());
    }

    @Test
    void recreatesOutputsThatAreDeletedTogether() {
        fleet.createServedProfile("spoke");

        fleet.cluster("spoke").delete();
        fleet.managedSecret("spoke").delete();

        fleet.awaitServed("spoke");
        eventually(() -> assertEquals(kubeconfig("spoke"), fleet.copied("spoke")));
    }

    @Test
    void repairsAnEditedSveltosCluster() {
        fleet.createSource("source", kubeconfig("spoke"));
        fleet.createProfile("spoke", Map.of("env", "prod", "tier", "1"), "Spoke");
        fleet.reportSource("spoke", "source");
        fleet.awaitServed("spoke");

        fleet.editSpec(fleet.cluster("spoke"), Map.of("kubeconfigName", "other", "kubeconfigKeyName", "other"));
        fleet.label(fleet.cluster("spoke"), "env", "test");
        fleet.label(fleet.cluster("spoke"), "tier", null);
        fleet.annotate(fleet.cluster("spoke"), DISPLAY_NAME, "Another");

        eventually(() -> {
            GenericKubernetesResource cluster = fleet.cluster("spoke").get();
            assertEquals(secretName("spoke"), spec(cluster).get("kubeconfigName"));
            assertEquals("kubeconfig", spec(cluster).get("kubeconfigKeyName"));
            assertEquals(Map.of("env", "prod", "tier", "1", MANAGED_BY, MANAGER), labels(cluster));
            assertEquals(Map.of(DISPLAY_NAME, "Spoke"), annotations(cluster));
        });
    }

    @Test
    void keepsFieldsThatOthersSetOnASveltosCluster() {
        fleet.createServedProfile("spoke");

        fleet.editSpec(fleet.cluster("spoke"), Map.of("paused", true, "consecutiveFailureThreshold", 7));
        fleet.label(fleet.profile("spoke"), "env", "test");

        eventually(
                () -> assertEquals("test", labels(fleet.cluster("spoke").get()).get("env")));
        Map<String, Object> spec = spec(fleet.cluster("spoke").get());
        assertEquals(true, spec.get("paused"));
        assertEquals(7, ((Number) spec.get("consecutiveFailureThreshold")).intValue());
    }

    @Test
    void keepsTheKeyUnderWhichSveltosRenewsTokens() {
        fleet.createServedProfile("spoke");
        Map<String, Object> renewal = Map.of("renewTokenRequestInterval", "1h");
        fleet.editSpec(fleet.cluster("spoke"), Map.of("tokenRequestRenewalOption", renewal));
        fleet.editData(fleet.managedSecret("spoke"), "re-kubeconfig", "renewed");
        fleet.editSpec(fleet.cluster("spoke"), Map.of("kubeconfigKeyName", "re-kubeconfig"));

        fleet.label(fleet.profile("spoke"), "env", "test");
        eventually(
                () -> assertEquals("test", labels(fleet.cluster("spoke").get()).get("env")));
        fleet.label(fleet.profile("spoke"), "env", null);
        eventually(() -> assertEquals(
                Map.of(MANAGED_BY, MANAGER), labels(fleet.cluster("spoke").get())));
        fleet.changeSource("spoke", kubeconfig("rotated"));
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));

        steadily(() -> {
            Map<String, Object> spec = spec(fleet.cluster("spoke").get());
            assertEquals("re-kubeconfig", spec.get("kubeconfigKeyName"));
            assertEquals(renewal, spec.get("tokenRequestRenewalOption"));
            assertEquals(secretName("spoke"), spec.get("kubeconfigName"));
            assertEquals("renewed", fleet.copied("spoke", "re-kubeconfig"));
        });
    }

    @Test
    void keepsTheKubeconfigThatSveltosRenewsInPlace() {
        fleet.createServedProfile("spoke");
        fleet.editSpec(
                fleet.cluster("spoke"),
                Map.of(
                        "tokenRequestRenewalOption",
                        Map.of("renewTokenRequestInterval", "1h", "kubeconfigKeyName", "kubeconfig")));
        fleet.editData(fleet.managedSecret("spoke"), "kubeconfig", "renewed");

        fleet.label(fleet.profile("spoke"), "env", "test");
        eventually(
                () -> assertEquals("test", labels(fleet.cluster("spoke").get()).get("env")));

        steadily(() -> assertEquals("renewed", fleet.copied("spoke")));
    }

    @Test
    void restoresTheKeyOnceTokensAreNoLongerRenewed() {
        fleet.createServedProfile("spoke");
        fleet.editSpec(
                fleet.cluster("spoke"),
                Map.of(
                        "tokenRequestRenewalOption",
                        Map.of("renewTokenRequestInterval", "1h"),
                        "kubeconfigKeyName",
                        "re-kubeconfig"));
        steadily(() ->
                assertEquals("re-kubeconfig", spec(fleet.cluster("spoke").get()).get("kubeconfigKeyName")));

        Map<String, Object> none = new HashMap<>();
        none.put("tokenRequestRenewalOption", null);
        fleet.editSpec(fleet.cluster("spoke"), none);

        eventually(() ->
                assertEquals("kubeconfig", spec(fleet.cluster("spoke").get()).get("kubeconfigKeyName")));
    }

    @Test
    void reportsARefusedWorkloadIdentityOnceAndRetriesWithBackoff() {
        fleet.createServedProfile("spoke");
        Map<String, Object> identity = new HashMap<>();
        identity.put(
                "workloadIdentity",
                Map.of("provider", "AWS", "endpoint", "https://spoke", "aws", Map.of("clusterName", "spoke")));
        identity.put("kubeconfigName", null);

        fleet.editSpec(fleet.cluster("spoke"), identity);

        fleet.awaitEvent("spoke", "ApplyRefused");
        assertTrue(fleet.events("spoke", "ApplyRefused")
                .get(0)
                .getNote()
                .contains("workloadIdentity and kubeconfigName exclude each other"));
        // 5 ms, doubled each time: 12 tries in 10 s, 15 in 80
        steadily(() -> {
            assertEquals(1, fleet.events("spoke", "ApplyRefused").size());
            assertTrue(server.requests(AuditedApiServer.FIRST, fleet.namespace()).stream()
                            .filter(request -> request.code() == 422)
                            .count()
                    <= 16);
        });
    }

    @Test
    void reportsThatAProfileIsSynced() {
        fleet.createServedProfile("spoke");
        fleet.awaitEvent("spoke", "Synced");

        Event event = fleet.events("spoke", "Synced").get(0);

        GenericKubernetesResource profile = fleet.profile("spoke").get();
        assertEquals("Normal", event.getType());
        assertEquals(FIELD_MANAGER, event.getReportingController());
        assertEquals("multicluster.x-k8s.io/v1alpha1", event.getRegarding().getApiVersion());
        assertEquals("ClusterProfile", event.getRegarding().getKind());
        assertEquals(fleet.namespace(), event.getRegarding().getNamespace());
        assertEquals(profile.getMetadata().getUid(), event.getRegarding().getUid());
        fleet.changeSource("spoke", kubeconfig("rotated"));
        eventually(() -> assertEquals(2, fleet.events("spoke", "Synced").size()));
    }

    @Test
    void reportsWhichAccessProvidersAreOfferedAndConfigured() {
        fleet.createProfileOffering("spoke", "gke", "aks");

        fleet.awaitEvent("spoke", "NoAccessProvider");

        Event event = fleet.events("spoke", "NoAccessProvider").get(0);
        assertEquals("Warning", event.getType());
        assertTrue(event.getNote().contains("gke"), event.getNote());
        assertTrue(event.getNote().contains("aks"), event.getNote());
        assertTrue(event.getNote().contains("kubeconfig-secretreader"), event.getNote());
        assertEquals(List.of(), fleet.profile("spoke").get().getMetadata().getFinalizers());
    }

    @Test
    void keepsTheOutputsWhenTheProfileNoLongerOffersAnything() {
        fleet.createServedProfile("spoke");

        fleet.report("spoke", List.of(accessProvider("gke", List.of())));
        fleet.awaitEvent("spoke", "NoAccessProvider");

        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
        assertNotNull(fleet.cluster("spoke").get());
    }

    @Test
    void doesNotWarnBeforeTheFirstAccessProvider() {
        fleet.createProfile("new");
        fleet.createProfile("early");
        fleet.report("early", List.of());
        fleet.createProfileOffering("unserved", "gke");

        fleet.awaitEvent("unserved", "NoAccessProvider");

        assertEquals(List.of(), fleet.events("new", "NoAccessProvider"));
        assertEquals(List.of(), fleet.events("early", "NoAccessProvider"));
        assertTrue(fleet.profile("new").get().getMetadata().getFinalizers().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {235, 253})
    void refusesANameTooLongForTheSecret(int length) {
        String name = "n".repeat(length);
        fleet.createProfileFrom("source", name);

        fleet.awaitEvent(name, "InvalidName");

        assertTrue(fleet.profile(name).get().getMetadata().getFinalizers().isEmpty());
    }

    @Test
    void servesTheLongestPossibleName() {
        String name = "n".repeat(234);
        fleet.createProfileAndSource(name);

        fleet.awaitServed(name);

        assertEquals(kubeconfig(name), fleet.copied(name));
        fleet.awaitEvent(name, "Synced");
    }

    @Test
    void reportsAnAccessProviderWithoutAKey() {
        fleet.createProfile("spoke");
        fleet.report("spoke", List.of(secretReader(Map.of("name", "source"))));

        fleet.awaitEvent("spoke", "InvalidAccessProvider");
    }

    @Test
    void copiesAKubeconfigThatRunsAProgramAndWarns() {
        String unsafe = kubeconfig("spoke").replace("{token: ", "{exec: {command: aws}, token: ");
        fleet.createSource("source", unsafe);
        fleet.createProfileFrom("source", "spoke");

        fleet.awaitEvent("spoke", "UnsafeKubeconfig");

        assertEquals(unsafe, fleet.copied("spoke"));
    }

    @Test
    void reportsAWarningOnce() {
        fleet.createProfileFrom("missing", "spoke");
        fleet.awaitEvent("spoke", "SourceSecretNotFound");

        for (int change = 0; change < 5; change++) {
            fleet.label(fleet.profile("spoke"), "change", "" + change);
        }
        fleet.createProfileFrom("missing", "later");

        fleet.awaitEvent("later", "SourceSecretNotFound");
        assertEquals(1, fleet.events("spoke", "SourceSecretNotFound").size());
    }

    @Test
    void keepsSecretsOutOfEvents() {
        fleet.createSource("source", "just-a-token-and-no-kubeconfig");
        fleet.createProfileFrom("source", "spoke");
        fleet.awaitEvent("spoke", "UnsafeKubeconfig");

        String note = fleet.events("spoke", "UnsafeKubeconfig").get(0).getNote();

        assertFalse(note.contains("just-a-token"), note);
        assertFalse(
                note.contains(Base64.getEncoder().encodeToString("just-a-token".getBytes(StandardCharsets.UTF_8))),
                note);
    }
}
