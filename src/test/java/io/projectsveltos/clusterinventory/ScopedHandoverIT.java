package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.accessProvider;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ConnectProxy;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The example route that gives Sveltos a token of a ServiceAccount, with a real API server as the member cluster. */
class ScopedHandoverIT {

    private static final String EXAMPLE = "kubernetes/examples/routes/scoped-handover/scoped-handover.camel.yaml";
    private static final String ACCOUNT = "tenants/sveltos";

    private static AuditedApiServer member;

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    private final ClusterFixtures fleet = env.fleet();

    @BeforeAll
    static void startTheMember() {
        member = AuditedApiServer.start();
        member.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("tenants")
                        .endMetadata()
                        .build())
                .create();
        member.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace("tenants")
                        .withName("sveltos")
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterAll
    static void stopTheMember() {
        member.close();
    }

    @Test
    void handsOverATokenOfTheServiceAccountAndNotTheCredentialOfTheKubeconfig() {
        createProfileWith(kubeconfigOf(AuditedApiServer.FIRST));
        start(ACCOUNT);

        fleet.awaitServed("spoke");

        assertEquals("system:serviceaccount:tenants:sveltos", whoIs(fleet.copied("spoke")));
        assertFalse(fleet.copied("spoke").contains("token-of-first"), "the administrator's token");
        Cluster given = cluster(kubeconfigOf(AuditedApiServer.FIRST));
        Cluster handedOver = cluster(fleet.copied("spoke"));
        assertEquals(given.getServer(), handedOver.getServer());
        assertEquals(given.getCertificateAuthorityData(), handedOver.getCertificateAuthorityData());
        assertEquals(given.getInsecureSkipTlsVerify(), handedOver.getInsecureSkipTlsVerify());
        Duration lifetime = Duration.between(fleet.fetched("spoke"), fleet.expiry("spoke"));
        assertTrue(lifetime.toMinutes() >= 9 && lifetime.toMinutes() <= 10, lifetime::toString);
    }

    @Test
    void givesSveltosNoMoreThanTheServiceAccountMayDo() {
        createProfileWith(kubeconfigOf(AuditedApiServer.FIRST));
        start(ACCOUNT);
        fleet.awaitServed("spoke");

        try (KubernetesClient sveltos = clientOf(fleet.copied("spoke"))) {
            KubernetesClientException refusal = assertThrows(
                    KubernetesClientException.class,
                    () -> sveltos.secrets().inNamespace("tenants").list());
            assertEquals(403, refusal.getCode());
        }
    }

    @Test
    void acceptsAClientCertificateInTheKubeconfig() {
        createProfileWith(Serialization.asYaml(member.portableKubeconfig()));
        start(ACCOUNT);

        fleet.awaitServed("spoke");

        AuthInfo user = config(fleet.copied("spoke")).getUsers().get(0).getUser();
        assertNull(user.getClientCertificateData());
        assertNull(user.getClientKeyData());
        assertEquals("system:serviceaccount:tenants:sveltos", whoIs(fleet.copied("spoke")));
    }

    @Test
    void verifiesAndHandsOverTheServerName() {
        createProfileWith(changed(cluster -> cluster.setTlsServerName("kubernetes.default.svc")));
        start(ACCOUNT);

        fleet.awaitServed("spoke");

        assertEquals("kubernetes.default.svc", cluster(fleet.copied("spoke")).getTlsServerName());
    }

    @Test
    void sendsNothingToAServerWithAnotherName() {
        createProfileWith(changed(cluster -> cluster.setTlsServerName("other.example")));
        start(ACCOUNT);

        fleet.awaitEvent("spoke", "ExecPluginFailed");

        String note = fleet.events("spoke", "ExecPluginFailed").get(0).getNote();
        assertTrue(note.contains("(no usable answer)"), note);
        fleet.assertGone(fleet.managedSecret("spoke"));
    }

    @Test
    void connectsThroughTheProxyAndHandsItOver() {
        try (ConnectProxy proxy = ConnectProxy.start()) {
            createProfileWith(changed(cluster -> cluster.setProxyUrl(proxy.url())));
            start(ACCOUNT);

            fleet.awaitServed("spoke");

            assertEquals(proxy.url(), cluster(fleet.copied("spoke")).getProxyUrl());
            assertTrue(proxy.connections() > 0);
        }
    }

    @Test
    void reportsAServiceAccountThatDoesNotExist() {
        createProfileWith(kubeconfigOf(AuditedApiServer.FIRST));
        start("tenants/missing");

        fleet.awaitEvent("spoke", "ExecPluginFailed");

        String note = fleet.events("spoke", "ExecPluginFailed").get(0).getNote();
        assertTrue(note.contains("tenants/missing (HTTP status 404)"), note);
    }

    @Test
    void reportsAUserThatMayNotRequestTokens() {
        createProfileWith(kubeconfigOf(AuditedApiServer.LIMITED));
        start(ACCOUNT);

        fleet.awaitEvent("spoke", "ExecPluginFailed");

        String note = fleet.events("spoke", "ExecPluginFailed").get(0).getNote();
        assertTrue(note.contains("tenants/sveltos (HTTP status 403)"), note);
        assertFalse(note.contains("token-of-limited"), note);
    }

    @Test
    void runsNoProgramThatTheKubeconfigNames() {
        createProfileWith(kubeconfigOf(AuditedApiServer.FIRST)
                .replaceAll("token: .*", "exec: {command: sh, apiVersion: client.authentication.k8s.io/v1}"));
        start(ACCOUNT);

        fleet.awaitEvent("spoke", "SourceSecretInvalid");

        String note = fleet.events("spoke", "SourceSecretInvalid").get(0).getNote();
        assertTrue(note.contains("'exec' in a user"), note);
    }

    @Test
    void requestsAnotherTokenBeforeTheFirstExpires() {
        createProfileWith(kubeconfigOf(AuditedApiServer.FIRST));
        start(ACCOUNT);
        fleet.awaitServed("spoke");
        String first = fleet.token("spoke");
        Instant expiry = fleet.expiry("spoke");

        // as if 80 % of the lifetime had passed
        fleet.annotate(
                fleet.managedSecret("spoke"),
                "clusterinventory.projectsveltos.io/refresh-at",
                Instant.now().toString());

        eventually(() -> assertFalse(first.equals(fleet.token("spoke"))));
        assertTrue(Instant.now().isBefore(expiry));
    }

    private void start(String account) {
        env.start(Map.of(
                "camel.main.routes-include-pattern",
                "classpath:routes/*.yaml,file:" + EXAMPLE,
                "scoped-handover.serviceaccount",
                account,
                "scoped-handover.token-lifetime",
                "600",
                "refresh.check-interval",
                "200ms"));
    }

    private void createProfileWith(String kubeconfig) {
        fleet.createSource("spoke-admin", kubeconfig);
        Map<String, Object> extension = Map.of("name", "spoke-admin", "key", "value");
        fleet.createProfileOffering(
                "spoke",
                List.of(accessProvider(
                        "scoped-handover",
                        List.of(Map.of("name", "client.authentication.k8s.io/exec", "extension", extension)))));
    }

    private static String kubeconfigOf(String user) {
        return Serialization.asYaml(member.portableKubeconfigOf(user));
    }

    private static String changed(Consumer<Cluster> change) {
        Config config = member.portableKubeconfigOf(AuditedApiServer.FIRST);
        change.accept(config.getClusters().get(0).getCluster());
        return Serialization.asYaml(config);
    }

    private static Config config(String kubeconfig) {
        return Serialization.unmarshal(kubeconfig, Config.class);
    }

    private static Cluster cluster(String kubeconfig) {
        return config(kubeconfig).getClusters().get(0).getCluster();
    }

    private static String whoIs(String kubeconfig) {
        try (KubernetesClient client = clientOf(kubeconfig)) {
            return client.resource(new SelfSubjectReview())
                    .create()
                    .getStatus()
                    .getUserInfo()
                    .getUsername();
        }
    }

    private static KubernetesClient clientOf(String kubeconfig) {
        return new KubernetesClientBuilder()
                .withConfig(io.fabric8.kubernetes.client.Config.fromKubeconfig(kubeconfig))
                .build();
    }
}
