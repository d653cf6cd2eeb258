package io.projectsveltos.clusterinventory.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class RealApiServerIT extends ApiServerBehaviour {

    @AutoClose
    private static RealApiServer server;

    @BeforeAll
    static void start() {
        server = RealApiServer.start();
    }

    @Override
    KubernetesClient client() {
        return server.client();
    }

    @Override
    String createNamespace() {
        return server.createNamespace("behaviour");
    }

    @Test
    void givesEveryCallerANamespaceOfItsOwn() {
        String one = server.createNamespace("team");
        String other = server.createNamespace("team");

        assertTrue(one.startsWith("team-"));
        assertNotEquals(one, other);
    }

    @Test
    void storesAnyObjectAsAnExtensionOfAnAccessProviderButNoList() {
        GenericKubernetesResource profile = server.client()
                .resource(load("""
                        apiVersion: multicluster.x-k8s.io/v1alpha1
                        kind: ClusterProfile
                        metadata: {name: spoke, namespace: %s}
                        spec: {displayName: Spoke, clusterManager: {name: ocm}}
                        """.formatted(server.createNamespace("profiles"))))
                .create();

        GenericKubernetesResource stored = updateStatus(profile, """
                accessProviders:
                  - name: new
                    cluster: {server: https://new, extensions: [{name: a, extension: {any: {thing: 1}}}]}
                credentialProviders:
                  - name: old
                    cluster: {server: https://old}
                """);
        assertEquals(
                Map.of("any", Map.of("thing", 1)),
                stored.get("status", "accessProviders", 0, "cluster", "extensions", 0, "extension"));
        assertEquals("https://old", stored.get("status", "credentialProviders", 0, "cluster", "server"));

        KubernetesClientException refusal =
                assertThrows(KubernetesClientException.class, () -> updateStatus(stored, """
                        accessProviders:
                          - name: new
                            cluster: {server: https://new, extensions: [{name: a, extension: [thing]}]}
                        """));

        assertEquals(422, refusal.getCode());
    }

    @Test
    void refusesAKubeconfigNameTogetherWithAWorkloadIdentity() {
        GenericKubernetesResource cluster = load("""
                apiVersion: lib.projectsveltos.io/v1beta1
                kind: SveltosCluster
                metadata: {name: spoke, namespace: %s}
                spec:
                  kubeconfigName: spoke-sveltos-kubeconfig
                  kubeconfigKeyName: kubeconfig
                  tokenRequestRenewalOption: {renewTokenRequestInterval: 1h}
                """.formatted(server.createNamespace("clusters")));
        server.client().resource(cluster).create();

        GenericKubernetesResource both = server.client().resource(cluster).get();
        both.<Map<String, Object>>get("spec")
                .put("workloadIdentity", Map.of("provider", "AWS", "endpoint", "https://spoke"));
        KubernetesClientException refusal = assertThrows(
                KubernetesClientException.class,
                () -> server.client().resource(both).update());

        assertEquals(422, refusal.getCode());
        assertTrue(refusal.getMessage().contains("workloadIdentity and kubeconfigName exclude each other"));
    }

    @Test
    void givesAnotherProcessAKubeconfig() throws Exception {
        String namespace = server.createNamespace("kubectl");

        Process kubectl = new ProcessBuilder(
                        ApiServerBinaries.find(null, "").binaries().getKubectl().getPath(),
                        "--kubeconfig=" + server.kubeconfigFile(),
                        "get",
                        "namespace",
                        namespace,
                        "--output=name")
                .redirectErrorStream(true)
                .start();

        assertEquals(
                "namespace/" + namespace,
                new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim());
    }

    @Test
    void comesBackAtTheSameAddressWithItsDataAfterAKill() {
        String namespace = server.createNamespace("kill");
        server.client().resource(configMap(namespace, "before")).create();
        ConfigBuilder noRetries = new ConfigBuilder(server.client().getConfiguration()).withRequestRetryBackoffLimit(0);

        server.kill();
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(noRetries.build()).build()) {
            assertThrows(
                    KubernetesClientException.class,
                    () -> client.configMaps().inNamespace(namespace).list());
        }
        server.restart();

        assertEquals(
                "before",
                server.client()
                        .configMaps()
                        .inNamespace(namespace)
                        .withName("settings")
                        .get()
                        .getData()
                        .get("value"));
    }

    @Test
    void answersAWatchFromBeforeTheCompactionWith410OnceItWasRestarted() {
        String namespace = server.createNamespace("gone");
        ConfigMap old = server.client().resource(configMap(namespace, "1")).create();
        server.client().resource(configMap(namespace, "2")).update();
        assertTrue(watch(server, old).contains("\"type\":\"MODIFIED\""));

        server.compact();
        server.kill();
        server.restart();

        assertGone(watch(server, old));
    }

    @Test
    void needsNoRestartForThe410WithoutWatchCacheAndLeavesNoProcessBehind() {
        List<ProcessHandle> before = children();
        List<ProcessHandle> started;
        try (RealApiServer uncached = RealApiServer.start("--watch-cache=false")) {
            started = children().stream().filter(c -> !before.contains(c)).toList();
            String namespace = uncached.createNamespace("gone");
            ConfigMap old =
                    uncached.client().resource(configMap(namespace, "1")).create();
            uncached.client().resource(configMap(namespace, "2")).update();

            uncached.compact();

            assertGone(watch(uncached, old));
        }

        assertEquals(2, started.size());
        assertFalse(started.stream().anyMatch(ProcessHandle::isAlive));
    }

    @Test
    void skipsTheTestWhenTheBinariesAreMissing(@TempDir Path empty) {
        TestAbortedException skip =
                assertThrows(TestAbortedException.class, () -> ApiServerBinaries.find(empty, "${apiserver}"));

        assertTrue(skip.getMessage().contains("put etcd, kube-apiserver and kubectl"));
        assertEquals(1, skip.getMessage().lines().count());
    }

    @Test
    void failsTheTestWhenTheBinariesAreMissingButRequired(@TempDir Path empty) {
        assertThrows(IllegalStateException.class, () -> ApiServerBinaries.find(empty, "required"));
    }

    private static void assertGone(String watch) {
        assertTrue(watch.contains("\"type\":\"ERROR\""), watch);
        assertTrue(watch.contains("\"code\":410"), watch);
    }

    private static String watch(RealApiServer server, ConfigMap from) {
        return server.client()
                .raw("/api/v1/namespaces/" + from.getMetadata().getNamespace()
                        + "/configmaps?watch=true&timeoutSeconds=1&resourceVersion="
                        + from.getMetadata().getResourceVersion());
    }

    private static GenericKubernetesResource updateStatus(GenericKubernetesResource profile, String status) {
        profile.setAdditionalProperty("status", Serialization.unmarshal(status, Map.class));
        return server.client().resource(profile).updateStatus();
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().toList();
    }

    private static ConfigMap configMap(String namespace, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(namespace)
                .endMetadata()
                .addToData("value", value)
                .build();
    }

    private static GenericKubernetesResource load(String yaml) {
        return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    }
}
