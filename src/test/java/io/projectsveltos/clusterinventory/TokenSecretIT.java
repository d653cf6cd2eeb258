package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.accessProvider;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.tokenProvider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Access providers whose token is in a Secret, with the objects that OCM's controllers write. */
class TokenSecretIT {

    private static final String OCM = "open-cluster-management";
    private static final String EDGE = "edge";
    private static final String CA_OF_THE_PROXY =
            Base64.getEncoder().encodeToString(ClientCertificates.AUTHORITY.getBytes(StandardCharsets.US_ASCII));

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @TempDir
    private Path directory;

    @Test
    void aNewProfileOfOcmCostsThreeWritesAndOneRead() {
        env.start(FIRST, Map.of("sync-period", "10h"));
        createProfileOfOcm(EDGE);
        fleet.createTokenCopy(EDGE, "sveltos", "token-1");

        fleet.awaitToken(EDGE, "token-1");

        steadily(() -> assertEquals(
                List.of(
                        "patch clusterprofiles edge",
                        "get secrets edge-sveltos",
                        "patch secrets edge-sveltos-kubeconfig",
                        "patch sveltosclusters edge"),
                requests(FIRST)));
        Cluster cluster = fleet.copiedConfig(EDGE).getClusters().get(0).getCluster();
        assertEquals("https://cluster-proxy-addon-user.open-cluster-management-addon:9092/edge", cluster.getServer());
        assertEquals(CA_OF_THE_PROXY, cluster.getCertificateAuthorityData());
    }

    @Test
    void aRotatedTokenCostsOneReadAndOneWrite() {
        env.start(FIRST, Map.of("sync-period", "10h"));
        createProfileOfOcm(EDGE);
        fleet.createTokenCopy(EDGE, "sveltos", "token-1");
        fleet.awaitToken(EDGE, "token-1");
        steadily(() -> assertEquals(4, requests(FIRST).size()));

        fleet.editData(fleet.secret("edge-sveltos"), "token", "token-2");
        fleet.awaitToken(EDGE, "token-2");

        steadily(() -> assertEquals(
                List.of("get secrets edge-sveltos", "patch secrets edge-sveltos-kubeconfig"),
                requests(FIRST).subList(4, requests(FIRST).size())));
    }

    @Test
    void anUnchangedSecretIsNotReadAgain() {
        createProfileOfOcm(EDGE);
        fleet.createTokenCopy(EDGE, "sveltos", "token-1");
        env.start(FIRST, Map.of());
        fleet.awaitToken(EDGE, "token-1");
        env.stop();

        env.start(SECOND, Map.of("sync-period", "1s"));
        fleet.createProfileFrom("missing", "canary");
        server.awaitMore(4, SECOND, fleet.namespace(), "get secrets missing");

        assertTrue(requests(SECOND).stream().noneMatch(request -> request.contains(EDGE)), requests(SECOND)::toString);
    }

    @Test
    void theKubeconfigReachesTheClusterWithATokenOfAServiceAccount() {
        server.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(fleet.namespace())
                        .withName("sveltos")
                        .endMetadata()
                        .build())
                .create();
        Cluster cluster =
                server.portableKubeconfigOf(FIRST).getClusters().get(0).getCluster();
        fleet.createProfile(EDGE);
        fleet.createTokenCopy(EDGE, "sveltos", server.tokenOf(fleet.namespace(), "sveltos"));
        fleet.report(EDGE, List.of(at(cluster, tokenProvider(OCM, EDGE))));
        env.start(Map.of());
        fleet.awaitServed(EDGE);

        try (KubernetesClient member = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(fleet.copied(EDGE)))
                .build()) {
            SelfSubjectReview me = member.resource(new SelfSubjectReview()).create();
            assertEquals(
                    "system:serviceaccount:" + fleet.namespace() + ":sveltos",
                    me.getStatus().getUserInfo().getUsername());
        }
    }

    @Test
    void servesTheSecretReaderWithTheCaInTheSecret() {
        env.start(Map.of());
        fleet.createProfileOffering("spoke", List.of(tokenProvider("secretreader", EDGE)));
        fleet.awaitEvent("spoke", "SourceSecretNotFound");

        fleet.createSecret(EDGE, Map.of(), "unused");
        fleet.editData(fleet.secret(EDGE), "ca.crt", ClientCertificates.AUTHORITY);
        fleet.editData(fleet.secret(EDGE), "token", "token-1\n");

        fleet.awaitToken("spoke", "token-1");
        assertEquals(
                ClientCertificates.AUTHORITY,
                new String(ClusterFixtures.decoded(fleet.copiedConfig("spoke")
                        .getClusters()
                        .get(0)
                        .getCluster()
                        .getCertificateAuthorityData())));
    }

    @Test
    void readsAnotherNamespaceOnlyIfTheSettingAllowsIt() {
        ClusterFixtures vault = ClusterFixtures.inNewNamespaceOf(server);
        vault.createSecret(EDGE, Map.of(), "unused");
        vault.editData(vault.secret(EDGE), "token", "token-1");
        Map<String, Object> entry = accessProvider(
                "secretreader",
                List.of(Map.of(
                        "name",
                        "client.authentication.k8s.io/exec",
                        "extension",
                        Map.of("clusterName", EDGE, "namespace", vault.namespace()))));
        fleet.createProfileOffering(EDGE, List.of(entry));
        env.start(Map.of("secretreader.namespaces", "same"));
        fleet.awaitEvent(EDGE, "InvalidAccessProvider");
        fleet.assertGone(fleet.managedSecret(EDGE));
        env.stop();

        env.start(Map.of("secretreader.namespaces", "same," + vault.namespace(), "secretreader.watch-namespaces", ""));

        fleet.awaitToken(EDGE, "token-1");
    }

    @Test
    void keepsTheCopyWhileThereAreTwoAndRecoversWhenOneGoes() {
        env.start(Map.of("sync-period", "10h"));
        createProfileOfOcm(EDGE);
        fleet.createTokenCopy(EDGE, "sveltos", "token-1");
        fleet.awaitToken(EDGE, "token-1");

        fleet.createTokenCopy(EDGE, "admin", "token-2");
        fleet.awaitEvent(EDGE, "InvalidAccessProvider");
        assertEquals("token-1", fleet.token(EDGE));

        fleet.secret("edge-sveltos").delete();
        fleet.awaitToken(EDGE, "token-2");
    }

    @Test
    void takesTheAccountOfTheSetting() {
        createProfileOfOcm(EDGE);
        fleet.createTokenCopy(EDGE, "admin", "token-1");
        fleet.createTokenCopy(EDGE, "sveltos", "token-2");

        env.start(Map.of("ocm.managed-serviceaccount", "sveltos"));

        fleet.awaitToken(EDGE, "token-2");
    }

    @Test
    void doesNotMixUpClustersWhoseNamesBeginAlike() {
        env.start(Map.of());
        for (String name : List.of(EDGE, "edge-1")) {
            createProfileOfOcm(name);
            fleet.createTokenCopy(name, "sveltos", "token-of-" + name);
        }

        fleet.awaitToken(EDGE, "token-of-edge");
        fleet.awaitToken("edge-1", "token-of-edge-1");
    }

    @Test
    void theProviderFileWins() {
        Plugins plugins = new Plugins(directory).add(OCM, Plugins.returns("\"token\":\"of-the-plugin\""));
        createProfileOfOcm(EDGE);
        fleet.createTokenCopy(EDGE, "sveltos", "token-1");

        env.start(FIRST, Map.of("clusterprofile-provider-file", plugins.file().toString()));

        fleet.awaitToken(EDGE, "of-the-plugin");
        assertTrue(requests(FIRST).stream().noneMatch("get secrets edge-sveltos"::equals), requests(FIRST)::toString);
    }

    @Test
    void aCustomProviderRouteOfTheSameNameWins() throws IOException {
        Path route = Files.writeString(directory.resolve("own.camel.yaml"), """
                - route:
                    id: own-route
                    from:
                      uri: direct:access-provider-open-cluster-management
                      steps:
                        - setBody: { expression: { constant: { expression: "{\\"status\\": {\\"token\\": \\"own\\"}}" } } }
                        - to: { uri: "direct:build-kubeconfig" }
                """);
        createProfileOfOcm(EDGE);
        fleet.createTokenCopy(EDGE, "sveltos", "token-1");

        env.start(Map.of("camel.main.routes-include-pattern", "classpath:routes/*.yaml,file:" + route));

        fleet.awaitToken(EDGE, "own");
    }

    @Test
    void aProfileThatIsServedInAnotherWayStaysAsItIs() {
        fleet.createSource(EDGE, ClusterFixtures.kubeconfig(EDGE));
        fleet.createProfileOffering(
                EDGE,
                List.of(tokenProvider(OCM, EDGE), ClusterFixtures.secretReader(Map.of("name", EDGE, "key", "value"))));
        fleet.createTokenCopy(EDGE, "sveltos", "token-1");

        env.start(Map.of());

        fleet.awaitServed(EDGE);
        assertEquals(ClusterFixtures.kubeconfig(EDGE), fleet.copied(EDGE));
        assertEquals(
                "kubeconfig-secretreader",
                annotations(fleet.managedSecret(EDGE).get()).get("clusterinventory.projectsveltos.io/access-provider"));
    }

    @Test
    void theCommandsInTheDocumentationWork() throws IOException {
        List<String> scripts = Pattern.compile("(?s)```sh\n(.*?)```")
                .matcher(Files.readString(Path.of("docs/ocm.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertEquals(2, scripts.size());
        env.start(Map.of("watch-namespaces", "fleet"));
        ClusterFixtures documented = ClusterFixtures.in(server, "fleet", "v1alpha1");

        Kubectl.find().runScript(scripts.get(0), server.server().kubeconfigFile());
        documented.awaitToken("cluster1", "token-1");

        Kubectl.find().runScript(scripts.get(1), server.server().kubeconfigFile());
        documented.awaitToken("cluster1", "token-2");
    }

    /** As cluster-proxy writes it, with its own CA. */
    private void createProfileOfOcm(String name) {
        Cluster proxy = new Cluster();
        proxy.setServer("https://cluster-proxy-addon-user.open-cluster-management-addon:9092/" + name);
        proxy.setCertificateAuthorityData(CA_OF_THE_PROXY);
        fleet.createProfileOffering(name, List.of(at(proxy, tokenProvider(OCM, name))));
    }

    private static Map<String, Object> at(Cluster cluster, Map<String, Object> entry) {
        Map<String, Object> fields = new HashMap<>();
        ((Map<?, ?>) entry.get("cluster")).forEach((name, value) -> fields.put((String) name, value));
        fields.put("server", cluster.getServer());
        fields.put("certificate-authority-data", cluster.getCertificateAuthorityData());
        return Map.of("name", entry.get("name"), "cluster", fields);
    }

    private List<String> requests(String user) {
        return server.requests(user, fleet.namespace()).stream()
                .filter(request -> !request.verb().equals("list"))
                .map(AuditedApiServer.Request::toString)
                .toList();
    }
}
