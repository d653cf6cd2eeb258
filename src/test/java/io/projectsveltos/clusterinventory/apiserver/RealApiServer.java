package io.projectsveltos.clusterinventory.apiserver;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubeapitest.Utils;
import io.fabric8.kubeapitest.binary.BinaryManager;
import io.fabric8.kubeapitest.cert.CertManager;
import io.fabric8.kubeapitest.kubeconfig.KubeConfig;
import io.fabric8.kubeapitest.process.EtcdProcess;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * A real kube-apiserver on a real etcd, with this project's custom resource definitions installed.
 *
 * <p>It is put together from the parts of kube-api-test: that library's own KubeAPIServer stops etcd and deletes its data
 * when the API server process ends, as in {@link #kill()}. There is no controller-manager: nothing collects garbage, and a
 * deleted namespace stays.
 */
public final class RealApiServer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Each definition's file name, and a path that answers once the definition is served. */
    private static final Map<String, String> CRDS = Map.of(
            "clusterprofiles.multicluster.x-k8s.io", "/apis/multicluster.x-k8s.io/v1alpha1/clusterprofiles",
            "sveltosclusters.lib.projectsveltos.io", "/apis/lib.projectsveltos.io/v1beta1/sveltosclusters",
            "debuggingconfigurations.lib.projectsveltos.io",
                    "/apis/lib.projectsveltos.io/v1beta1/debuggingconfigurations");

    private final Path directory;
    private final EtcdProcess etcd;
    private final URI etcdUrl;
    private final List<String> command;
    private final Path kubeconfigFile;
    private final KubernetesClient client;
    private Process apiServer;
    private boolean closed;

    private RealApiServer(BinaryManager binaries, String... apiServerFlags) throws IOException {
        directory = Files.createTempDirectory("apiserver");
        CertManager certificates = new CertManager(directory.toString());
        certificates.createCertificatesIfNeeded();

        // nothing to do when etcd ends: only close() ends it
        etcd = new EtcdProcess(binaries, ended -> {}, true, (int) TIMEOUT.toMillis());
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        etcdUrl = URI.create("http://127.0.0.1:" + etcd.startEtcd());

        int port = Utils.findFreePort();
        String key = certificates.getAPIServerKeyPath();
        command = new ArrayList<>(List.of(binaries.binaries().getApiServer().getPath()));
        command.addAll(List.of("--bind-address", "127.0.0.1", "--secure-port", "" + port));
        command.addAll(
                List.of("--cert-dir", directory.toString(), "--client-ca-file", certificates.getClientCertPath()));
        command.addAll(List.of("--etcd-servers", etcdUrl.toString(), "--service-cluster-ip-range", "10.0.0.0/24"));
        command.addAll(List.of("--service-account-issuer", "https://kubernetes.default.svc"));
        command.addAll(List.of("--service-account-key-file", key, "--service-account-signing-key-file", key));
        command.addAll(List.of("--authorization-mode", "RBAC", "--disable-admission-plugins", "ServiceAccount"));
        command.addAll(List.of(apiServerFlags));

        String kubeconfig = new KubeConfig(certificates, binaries).generateKubeConfigYaml(port);
        kubeconfigFile = Files.writeString(directory.resolve("kubeconfig"), kubeconfig);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build();
    }

    /**
     * Starts a server and waits until it serves everything. If the binaries are missing, the calling test is skipped; if
     * the system property apiserver is "required", it fails.
     *
     * @param apiServerFlags more flags of kube-apiserver, such as --watch-cache=false
     */
    public static RealApiServer start(String... apiServerFlags) {
        try {
            BinaryManager binaries = ApiServerBinaries.find(null, System.getProperty("apiserver"));
            RealApiServer server = new RealApiServer(binaries, apiServerFlags);
            try {
                server.startApiServer();
                CRDS.keySet().forEach(server::install);
                server.awaitCrds();
                return server;
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
        } catch (TestAbortedException e) {
            // the test report does not say why a whole class was skipped
            System.err.println(e.getMessage());
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates namespaces whose pods have to be as restricted as the pod security standard of this name. */
    public void createRestrictedNamespaces(String... names) {
        for (String name : names) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                            .addToLabels("pod-security.kubernetes.io/warn", "restricted")
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    /** A client with all permissions. */
    public KubernetesClient client() {
        return client;
    }

    /** A kubeconfig with all permissions, for another process. */
    public Path kubeconfigFile() {
        return kubeconfigFile;
    }

    /** Creates a namespace that no other test uses; returns its name, which begins with the prefix. */
    public String createNamespace(String prefix) {
        return client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName(prefix + "-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
    }

    /** Ends the API server as a crash would. etcd continues, with all data. */
    public void kill() {
        apiServer.destroyForcibly().onExit().join();
    }

    /** Starts the API server again after {@link #kill()}, at the same address, and waits until it serves everything. */
    public void restart() {
        startApiServer();
        awaitCrds();
    }

    /** Stops the API server, which keeps its connections, until {@link #thaw()}. */
    public void freeze() {
        Signals.send(apiServer, "STOP");
    }

    public void thaw() {
        Signals.send(apiServer, "CONT");
    }

    /**
     * Drops all history from etcd. The API server's watch cache still knows what it has seen: only after a restart, or
     * with the flag --watch-cache=false, does a watch from an older resourceVersion get a 410.
     */
    public void compact() {
        // etcd still serves a watch that begins right at the compacted revision: our own write, outside everything that
        // the API server reads, moves that revision past the last change of an object
        String key = Base64.getEncoder().encodeToString("compacted".getBytes(StandardCharsets.UTF_8));
        String revision =
                etcd("/v3/kv/put", Map.of("key", key)).at("/header/revision").asText();
        etcd("/v3/kv/compaction", Map.of("revision", revision, "physical", true));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (client != null) {
            client.close();
        }
        if (apiServer != null) {
            kill();
        }
        etcd.stopEtcd();
        try {
            etcd.cleanEtcdData();
            Utils.deleteDirectory(directory.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startApiServer() {
        Path log = directory.resolve("kube-apiserver.log");
        try {
            apiServer = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // the client for tests retries by itself, with growing pauses; this one should notice immediately that the
        // server is up
        Config impatient = new ConfigBuilder(client.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        try (KubernetesClient probe =
                new KubernetesClientBuilder().withConfig(impatient).build()) {
            await().atMost(TIMEOUT)
                    .failFast(() -> failIfEnded(log))
                    .ignoreExceptions()
                    .until(() -> "ok".equals(probe.raw("/readyz")));
        }
    }

    private void failIfEnded(Path log) throws IOException {
        if (!apiServer.isAlive()) {
            throw new IllegalStateException("kube-apiserver ended:\n" + Files.readString(log));
        }
    }

    private void install(String crd) {
        try (InputStream yaml = RealApiServer.class.getResourceAsStream("/crds/" + crd + ".yaml")) {
            client.load(yaml).create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitCrds() {
        CRDS.values().forEach(path -> await().atMost(TIMEOUT).until(() -> client.raw(path) != null));
    }

    private JsonNode etcd(String path, Map<String, ?> body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(etcdUrl.resolve(path))
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build();
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("etcd refused " + path + ": " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
