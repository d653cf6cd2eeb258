package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.apiserver.RealApiServer;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.credential.kubeconfig.ServiceAccountTokens;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.testing.Manifests;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of the management cluster, with the permissions of the example token-request and no others. */
class TokenRequestIT {

    private static final String ACCOUNT = Manifests.NAMESPACE + "/sveltos-of-the-fleet";
    private static final AccessProvider ENTRY = new AccessProvider("token-request", Map.of());

    private static final ClusterProfile PROFILE = Fixtures.profile().build();

    private static RealApiServer server;
    private static KubernetesClient controller;

    private final ServiceAccountTokens tokens = new ServiceAccountTokens(() -> controller);

    @BeforeAll
    static void applyTheExample() {
        server = RealApiServer.start();
        server.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(Manifests.NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        Kubectl.find()
                .run(
                        Manifests.of("examples/routes/token-request").yaml("ServiceAccount", "Role", "RoleBinding"),
                        "apply",
                        "--kubeconfig=" + server.kubeconfigFile(),
                        "--server-side",
                        "-f",
                        "-");
        server.client()
                .serviceAccounts()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(Manifests.NAMESPACE)
                        .withName("another")
                        .endMetadata()
                        .build())
                .create();
        Config config = new ConfigBuilder(server.client().getConfiguration())
                .withImpersonateUsername("system:serviceaccount:" + Manifests.NAMESPACE + ":" + Manifests.NAME)
                .build();
        controller = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterAll
    static void stop() {
        controller.close();
        server.close();
    }

    @Test
    void returnsATokenOfTheServiceAccount() {
        Map<?, ?> status = (Map<?, ?>)
                tokens.requestHere(PROFILE, ENTRY, Fixtures.KEY, ACCOUNT, 600).get("status");

        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server.client().getMasterUrl().toString())
                .withTrustCerts(true)
                .withOauthToken((String) status.get("token"))
                .build();
        try (KubernetesClient sveltos =
                new KubernetesClientBuilder().withConfig(config).build()) {
            assertEquals(
                    "system:serviceaccount:" + ACCOUNT.replace('/', ':'),
                    sveltos.resource(new SelfSubjectReview())
                            .create()
                            .getStatus()
                            .getUserInfo()
                            .getUsername());
        }
        Duration lifetime = Duration.between(Instant.now(), Instant.parse((String) status.get("expirationTimestamp")));
        assertTrue(lifetime.toMinutes() >= 9 && lifetime.toMinutes() <= 10, lifetime::toString);
    }

    @Test
    void isRefusedForAnotherServiceAccount() {
        String message = assertThrows(
                        ReconcileFailure.class,
                        () -> tokens.requestHere(PROFILE, ENTRY, Fixtures.KEY, Manifests.NAMESPACE + "/another", 600))
                .getMessage();

        assertTrue(message.contains("(HTTP status 403)"), message);
    }
}
