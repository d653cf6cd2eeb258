package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.Certificates;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registrations with workload identity, and the ways to and from a kubeconfig, validated by the API server. */
class WorkloadIdentityIT {

    private static final String AUTHORITY = authority();

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    /**
     * An access provider of the example, and what the SveltosCluster should have.
     *
     * @param name the access provider's name
     * @param identity its part of {@code spec.workloadIdentity}
     */
    private record Cloud(String name, Map<String, Object> identity) {}

    private static final Cloud EKS = new Cloud(
            "eks",
            Map.of(
                    "provider",
                    "AWS",
                    "aws",
                    Map.of(
                            "clusterName", "member-1",
                            "roleARN", "arn:aws:iam::111122223333:role/sveltos",
                            "region", "eu-1")));

    static Stream<Cloud> clouds() {
        return Stream.of(
                EKS,
                new Cloud(
                        "google",
                        Map.of(
                                "provider",
                                "GCP",
                                "gcp",
                                Map.of(
                                        "projectID", "my-project",
                                        "clusterName", "member-1",
                                        "location", "europe-west1"))),
                new Cloud(
                        "azure",
                        Map.of(
                                "provider",
                                "Azure",
                                "azure",
                                Map.of(
                                        "tenantID", "00000000-0000-0000-0000-000000000001",
                                        "clientID", "00000000-0000-0000-0000-000000000002"))));
    }

    @ParameterizedTest
    @MethodSource("clouds")
    void registersAClusterWithoutAKubeconfig(Cloud cloud) {
        start(FIRST);

        createProfile("spoke");
        report("spoke", cloud, AUTHORITY);

        awaitIdentity(cloud, "spoke-sveltos-ca");
        assertEquals(Map.of("ca.crt", AUTHORITY), authoritySecret().get().getData());
        assertEquals(MANAGER, labels(authoritySecret().get()).get(MANAGED_BY));
        fleet.assertGone(fleet.managedSecret("spoke"));
        fleet.awaitEvent("spoke", "Synced");
        steadily(() -> assertEquals(
                List.of("patch clusterprofiles spoke", "patch secrets spoke-sveltos-ca", "patch sveltosclusters spoke"),
                requests(FIRST)));
    }

    @ParameterizedTest
    @MethodSource("clouds")
    void goesFromAKubeconfigToWorkloadIdentityAndBack(Cloud cloud) {
        start(FIRST);
        fleet.createSource("source", kubeconfig("spoke"));
        createProfile("spoke");
        fleet.reportSource("spoke", "source");
        fleet.awaitServed("spoke");
        fleet.label(fleet.cluster("spoke"), "projectsveltos.io/k8s-version", "v1.33.1");
        String uid = fleet.cluster("spoke").get().getMetadata().getUid();
        int before = requests(FIRST).size();

        report("spoke", cloud, AUTHORITY);

        awaitIdentity(cloud, "spoke-sveltos-ca");
        eventually(() -> fleet.assertGone(fleet.managedSecret("spoke")));
        int between = requests(FIRST).size();
        assertEquals(
                List.of(
                        "patch secrets spoke-sveltos-ca",
                        "patch sveltosclusters spoke",
                        "delete secrets spoke-sveltos-kubeconfig"),
                requests(FIRST).subList(before, between));

        fleet.reportSource("spoke", "source");

        eventually(() -> fleet.assertGone(authoritySecret()));
        assertEquals(
                List.of(
                        "get secrets source",
                        "patch secrets spoke-sveltos-kubeconfig",
                        "patch sveltosclusters spoke",
                        "delete secrets spoke-sveltos-ca"),
                requests(FIRST).subList(between, requests(FIRST).size()));
        Map<String, Object> spec = spec(fleet.cluster("spoke").get());
        assertEquals(secretName("spoke"), spec.get("kubeconfigName"));
        assertEquals("kubeconfig", spec.get("kubeconfigKeyName"));
        assertTrue(!spec.containsKey("workloadIdentity"), spec::toString);
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
        assertEquals(uid, fleet.cluster("spoke").get().getMetadata().getUid());
        assertEquals("v1.33.1", labels(fleet.cluster("spoke").get()).get("projectsveltos.io/k8s-version"));
    }

    @Test
    void goesFromOneCloudToAnotherAndDropsTheAuthority() {
        start(FIRST);
        createProfile("spoke");
        report("spoke", EKS, AUTHORITY);
        awaitIdentity(EKS, "spoke-sveltos-ca");

        Cloud google = clouds().skip(1).findFirst().orElseThrow();
        report("spoke", google, null);

        awaitIdentity(google, null);
        eventually(() -> fleet.assertGone(authoritySecret()));
    }

    @Test
    void costsNothingAfterARestart() {
        start(FIRST);
        createProfile("spoke");
        report("spoke", EKS, AUTHORITY);
        awaitIdentity(EKS, "spoke-sveltos-ca");
        env.stop();

        start(SECOND);
        fleet.createServedProfile("later");

        steadily(() -> assertEquals(
                List.of(),
                requests(SECOND).stream()
                        .filter(request -> request.contains("spoke"))
                        .toList()));
    }

    @Test
    void repairsWhatOthersChange() {
        start(FIRST);
        createProfile("spoke");
        report("spoke", EKS, AUTHORITY);
        awaitIdentity(EKS, "spoke-sveltos-ca");

        fleet.editData(authoritySecret(), "ca.crt", "forged");
        eventually(
                () -> assertEquals(AUTHORITY, authoritySecret().get().getData().get("ca.crt")));
        authoritySecret().delete();
        eventually(() -> assertNotNull(authoritySecret().get()));

        Map<String, Object> forged = new HashMap<>(identity());
        forged.put("endpoint", "https://forged.example");
        forged.remove("caSecretRef");
        fleet.editSpec(fleet.cluster("spoke"), Map.of("workloadIdentity", forged));
        awaitIdentity(EKS, "spoke-sveltos-ca");

        fleet.cluster("spoke").delete();
        awaitIdentity(EKS, "spoke-sveltos-ca");
    }

    @Test
    void keepsTheRegistrationWhileTheProfileLacksAField() {
        start(FIRST);
        createProfile("spoke");
        report("spoke", EKS, AUTHORITY);
        awaitIdentity(EKS, "spoke-sveltos-ca");

        fleet.label(fleet.profile("spoke"), "topology.kubernetes.io/region", null);

        fleet.awaitEvent("spoke", "InvalidAccessProvider");
        awaitIdentity(EKS, "spoke-sveltos-ca");
    }

    @Test
    void keepsTheKubeconfigWhileTheApiServerRefusesTheSveltosCluster() {
        start(FIRST);
        fleet.createSource("source", kubeconfig("spoke"));
        createProfile("spoke");
        fleet.reportSource("spoke", "source");
        fleet.awaitServed("spoke");
        // a second owner of the field: our apply alone does not remove it
        fleet.applyAs("other", fleet.cluster("spoke"), Map.of("kubeconfigName", secretName("spoke")));

        report("spoke", EKS, null);

        fleet.awaitEvent("spoke", "ApplyRefused");
        assertEquals(kubeconfig("spoke"), fleet.copied("spoke"));
        assertEquals(secretName("spoke"), spec(fleet.cluster("spoke").get()).get("kubeconfigName"));
    }

    @Test
    void takesOverAClusterOfTheGoController() {
        fleet.createSecret(secretName("spoke"), Map.of(MANAGED_BY, MANAGER), kubeconfig("spoke"));
        fleet.createCluster(
                "spoke",
                Map.of(MANAGED_BY, MANAGER),
                Map.of("kubeconfigName", secretName("spoke"), "kubeconfigKeyName", "kubeconfig"));
        String uid = fleet.cluster("spoke").get().getMetadata().getUid();
        createProfile("spoke");
        report("spoke", EKS, AUTHORITY);

        start(FIRST);

        awaitIdentity(EKS, "spoke-sveltos-ca");
        eventually(() -> fleet.assertGone(fleet.managedSecret("spoke")));
        assertEquals(uid, fleet.cluster("spoke").get().getMetadata().getUid());
    }

    @Test
    void leavesAForeignAuthorityAlone() {
        Secret foreign = fleet.createSecret("spoke-sveltos-ca", Map.of(), "foreign");
        start(FIRST);
        createProfile("spoke");

        report("spoke", EKS, AUTHORITY);

        fleet.awaitEvent("spoke", "NotOwned");
        fleet.profile("spoke").delete();
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
        assertEquals(
                foreign.getMetadata().getResourceVersion(),
                authoritySecret().get().getMetadata().getResourceVersion());
        fleet.assertGone(fleet.cluster("spoke"));
    }

    @Test
    void keepsTheAuthorityUntilSveltosHasCleanedUp() {
        start(FIRST);
        createProfile("spoke");
        report("spoke", EKS, AUTHORITY);
        awaitIdentity(EKS, "spoke-sveltos-ca");
        fleet.setFinalizers(fleet.cluster("spoke"), "example.com/sveltos");

        fleet.profile("spoke").delete();

        eventually(
                () -> assertNotNull(fleet.cluster("spoke").get().getMetadata().getDeletionTimestamp()));
        steadily(() -> assertNotNull(authoritySecret().get()));
        fleet.setFinalizers(fleet.cluster("spoke"));
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
        fleet.assertGone(fleet.cluster("spoke"));
        fleet.assertGone(authoritySecret());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kubernetes/examples/registrations/clouds.yaml"})
    void deletesWhatIsLeftOfAProfileThatIsGone(String file) {
        start(FIRST);
        createProfile("spoke");
        report("spoke", EKS, AUTHORITY);
        awaitIdentity(EKS, "spoke-sveltos-ca");
        env.stop();
        fleet.setFinalizers(fleet.profile("spoke"));
        fleet.profile("spoke").delete();

        // even one that has no registration file any more
        env.start(SECOND, Map.of("sync-period", "1s", "registration-file", file));

        eventually(() -> fleet.assertGone(authoritySecret()));
        fleet.assertGone(fleet.cluster("spoke"));
    }

    private void start(String user) {
        env.start(user, Map.of("registration-file", "kubernetes/examples/registrations/clouds.yaml"));
    }

    private void createProfile(String name) {
        fleet.createProfile(name, Map.of("topology.kubernetes.io/region", "eu-1"), "");
    }

    /** Has a profile offer an access provider of the cloud, and of a Secret too, which is not preferred. */
    private void report(String profile, Cloud cloud, String authority) {
        Map<String, Object> cluster = new HashMap<>(Map.of(
                "server",
                "https://member.example",
                "extensions",
                List.of(Map.of(
                        "name", "client.authentication.k8s.io/exec", "extension", Map.of("clusterName", "member-1")))));
        if (authority != null) {
            cluster.put("certificate-authority-data", authority);
        }
        fleet.reportStatus(
                profile,
                Map.of(
                        "properties",
                        List.of(Map.of("name", "topology.kubernetes.io/region", "value", "europe-west1")),
                        "accessProviders",
                        List.of(
                                secretReader(Map.of("name", "source", "key", "value")),
                                Map.of("name", cloud.name(), "cluster", cluster))));
    }

    private void awaitIdentity(Cloud cloud, String authority) {
        Map<String, Object> expected = new HashMap<>(cloud.identity());
        expected.put("endpoint", "https://member.example");
        if (authority != null) {
            expected.put("caSecretRef", Map.of("name", authority));
        }
        eventually(() -> {
            assertEquals(expected, identity());
            assertTrue(!spec(fleet.cluster("spoke").get()).containsKey("kubeconfigName"));
        });
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> identity() {
        return (Map<String, Object>) spec(fleet.cluster("spoke").get()).get("workloadIdentity");
    }

    private Resource<Secret> authoritySecret() {
        return fleet.secret("spoke-sveltos-ca");
    }

    /** The requests for single objects. */
    private List<String> requests(String user) {
        return new ArrayList<>(server.requests(user, fleet.namespace()).stream()
                .filter(request -> !request.verb().equals("list"))
                .map(AuditedApiServer.Request::toString)
                .toList());
    }

    private static String authority() {
        return Base64.getEncoder()
                .encodeToString(Certificates.until(Instant.parse("2036-01-01T00:00:00Z"))
                        .certificate()
                        .getBytes(StandardCharsets.UTF_8));
    }
}
