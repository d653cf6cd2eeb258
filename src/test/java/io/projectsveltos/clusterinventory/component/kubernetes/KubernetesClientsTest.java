package io.projectsveltos.clusterinventory.component.kubernetes;

import static java.util.Collections.nCopies;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against an API server that answers each request with the Authorization header that came with it. */
@Timeout(60)
class KubernetesClientsTest {

    @TempDir
    private Path directory;

    private final HeldCertificate former = authority();
    private final HeldCertificate later = authority();
    private final Set<Integer> clientPorts = ConcurrentHashMap.newKeySet();
    private final ExecutorService serverThreads = Executors.newCachedThreadPool();
    private volatile String cipherSuite;
    private volatile CyclicBarrier simultaneous = new CyclicBarrier(1);
    private HttpsServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = serve(former, "127.0.0.1", 0);
        Files.writeString(directory.resolve("ca.crt"), former.certificatePem());
        Files.writeString(directory.resolve("token"), "first\n");
        client = client("tokenFile: token");
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
        serverThreads.shutdownNow();
    }

    @Test
    void waitsLongerThanTheApiServerWaitsForAnAdmissionWebhook() {
        int webhookDefault = 10_000;

        assertTrue(client.getConfiguration().getRequestTimeout() > webhookDefault);
    }

    @Test
    void readsTheTokenFileForEachRequest() throws IOException {
        assertEquals("Bearer first", client.raw("/whoami"));

        Files.writeString(directory.resolve("token"), "second\n");
        assertEquals("Bearer second", client.raw("/whoami"));

        Files.delete(directory.resolve("token"));
        assertEquals("Bearer second", client.raw("/whoami"));
    }

    @Test
    void prefersTheCipherThatIsFastWithoutTheOptimizingCompiler() {
        client.raw("/whoami");

        assertEquals("TLS_CHACHA20_POLY1305_SHA256", cipherSuite);
    }

    @Test
    void prefersTheTokenFileToTheToken() throws IOException {
        try (KubernetesClient both = client("token: static, tokenFile: token")) {
            assertEquals("Bearer first", both.raw("/whoami"));
        }
        try (KubernetesClient one = client("token: static")) {
            assertEquals("Bearer static", one.raw("/whoami"));
        }
    }

    @Test
    void trustsReplacedAuthoritiesWithoutARestart() throws IOException {
        assertEquals("Bearer first", client.raw("/whoami"));

        reissue(later, "127.0.0.1");
        assertThrows(RuntimeException.class, () -> client.raw("/whoami"));
        Files.writeString(directory.resolve("ca.crt"), later.certificatePem());

        assertEquals("Bearer first", client.raw("/whoami"));
    }

    @Test
    void keepsTheAuthoritiesWhileTheirFileCannotBeRead() throws IOException {
        Files.writeString(directory.resolve("ca.crt"), "-----BEGIN CERTIFICATE-----\nMII");
        assertEquals("Bearer first", client.raw("/whoami"));

        Files.delete(directory.resolve("ca.crt"));
        reissue(former, "127.0.0.1");
        assertEquals("Bearer first", client.raw("/whoami"));
    }

    @Test
    void verifiesTheHostName() throws IOException {
        reissue(former, "another.example");

        assertThrows(RuntimeException.class, () -> client.raw("/whoami"));
    }

    @Test
    void connectsOncePerWorker() throws Exception {
        int workers = 20;
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            for (int round = 0; round < 10; round++) {
                // the server answers none of them before it has received all
                simultaneous = new CyclicBarrier(workers);
                Callable<String> request = () -> client.raw("/whoami");
                for (Future<String> response : pool.invokeAll(nCopies(workers, request))) {
                    assertEquals("Bearer first", response.get());
                }
            }
        } finally {
            pool.shutdownNow();
        }

        assertEquals(workers, clientPorts.size());
    }

    @Test
    void prefersTheServiceAccountToTheKubeconfigInTheHomeDirectory() throws IOException {
        Files.writeString(directory.resolve("namespace"), "fleet");
        Map<String, String> pod = Map.of(
                "KUBERNETES_SERVICE_HOST",
                "127.0.0.1",
                "KUBERNETES_SERVICE_PORT",
                String.valueOf(server.getAddress().getPort()));

        Config config = KubernetesClients.defaultConfig(new InClusterConfig(pod, directory));

        assertEquals("fleet", config.getNamespace());
        try (KubernetesClient inCluster = KubernetesClients.create(config, () -> true, Map.of())) {
            assertEquals("Bearer first", inCluster.raw("/whoami"));
            Files.writeString(directory.resolve("token"), "second\n");
            assertEquals("Bearer second", inCluster.raw("/whoami"));
        }
    }

    @ParameterizedTest
    @CsvSource({"KUBECONFIG, /any", "KUBERNETES_SERVICE_HOST, ''", "KUBERNETES_SERVICE_PORT, ''"})
    void doesNotUseTheServiceAccountWithKubeconfigOrOutsideAPod(String variable, String value) {
        Map<String, String> environment =
                new HashMap<>(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "443"));
        environment.put(variable, value);

        Config config = KubernetesClients.defaultConfig(new InClusterConfig(environment, directory));

        assertFalse(config.getMasterUrl().contains("10.0.0.1"), config.getMasterUrl());
    }

    private KubernetesClient client(String user) throws IOException {
        Path kubeconfig = Files.createTempFile(directory, "kubeconfig", "");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: a, cluster: {server: "https://127.0.0.1:%d", certificate-authority: ca.crt}}]
                users: [{name: a, user: {%s}}]
                contexts: [{name: a, context: {cluster: a, user: a}}]
                current-context: a
                """.formatted(server.getAddress().getPort(), user));
        return KubernetesClients.create(kubeconfig.toString(), () -> true);
    }

    private void reissue(HeldCertificate authority, String host) throws IOException {
        int port = server.getAddress().getPort();
        server.stop(0);
        server = serve(authority, host, port);
    }

    private HttpsServer serve(HeldCertificate authority, String host, int port) throws IOException {
        HeldCertificate own = new HeldCertificate.Builder()
                .addSubjectAlternativeName(host)
                .signedBy(authority)
                .build();
        SSLContext tls =
                new HandshakeCertificates.Builder().heldCertificate(own).build().sslContext();
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters asTheClientPrefers = tls.getDefaultSSLParameters();
                asTheClientPrefers.setUseCipherSuitesOrder(false);
                parameters.setSSLParameters(asTheClientPrefers);
            }
        });
        server.setExecutor(serverThreads);
        server.createContext("/", exchange -> {
            clientPorts.add(exchange.getRemoteAddress().getPort());
            cipherSuite = ((HttpsExchange) exchange).getSSLSession().getCipherSuite();
            await(simultaneous);
            byte[] body = exchange.getRequestHeaders().getFirst("Authorization").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HeldCertificate authority() {
        return new HeldCertificate.Builder().certificateAuthority(0).build();
    }
}
