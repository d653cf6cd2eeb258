package io.projectsveltos.clusterinventory.reliability;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.AuthInfoBuilder;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * Stands between a client and the API server, and does to requests and connections what networks and overloaded servers do.
 * It ends TLS and speaks HTTP/1.1, with watches as WebSockets and as chunks. Bearer tokens are passed on, so that the audit
 * log knows the users. Without a fault it changes nothing.
 */
final class FaultProxy implements AutoCloseable {

    private static final int MAX_THREADS = 1000;
    private static final int BACKLOG = 200;
    private static final long SEED = 1;

    private final HeldCertificate certificate = new HeldCertificate.Builder()
            .commonName("fault-proxy")
            .addSubjectAlternativeName("127.0.0.1")
            .build();
    private final URI apiServer;
    private final SSLSocketFactory clientTls;
    private final SSLSocketFactory serverTls;
    private final ServerSocket listener;
    private final Path directory;
    private final ExecutorService threads =
            new ThreadPoolExecutor(0, MAX_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), FaultProxy::daemon);
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Gate gate = new Gate();
    private final Random random = new Random(SEED);
    private final AtomicInteger injected = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;
    private volatile boolean isRefusing;

    private FaultProxy(URI apiServer, X509Certificate authority) throws IOException {
        this.apiServer = apiServer;
        clientTls = new HandshakeCertificates.Builder()
                .addTrustedCertificate(authority)
                .build()
                .sslSocketFactory();
        serverTls = new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslSocketFactory();
        listener = new ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"));
        directory = Files.createTempDirectory("fault-proxy");
        threads.execute(this::accept);
    }

    static FaultProxy start(AuditedApiServer server) {
        Cluster cluster = server.portableKubeconfig().getClusters().get(0).getCluster();
        byte[] authority = Base64.getDecoder().decode(cluster.getCertificateAuthorityData());
        return start(
                URI.create(cluster.getServer()),
                Certificates.decodeCertificatePem(new String(authority, StandardCharsets.US_ASCII)));
    }

    /**
     * Starts a proxy.
     *
     * @param apiServer an address with https
     * @param authority what the certificate of the API server is checked with
     */
    static FaultProxy start(URI apiServer, X509Certificate authority) {
        try {
            return new FaultProxy(apiServer, authority);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "https://127.0.0.1:" + listener.getLocalPort();
    }

    /** What clients check this proxy's certificate with. */
    X509Certificate certificate() {
        return certificate.certificate();
    }

    /** A kubeconfig of a user of {@link AuditedApiServer} whose server is this proxy. */
    Path kubeconfigOf(String user) {
        return write(user, new AuthInfoBuilder().withToken("token-of-" + user).build());
    }

    /** A kubeconfig whose server is this proxy, and whose token is in a file. */
    Path kubeconfigWith(Path tokenFile) {
        return write(
                "token-file",
                new AuthInfoBuilder().withTokenFile(tokenFile.toString()).build());
    }

    // faults of requests

    /** Has a fault choose from now on, in place of the last one. */
    void inject(Fault next) {
        fault = next;
    }

    /** Passes all requests on from now on. What is being slowed down or garbled continues as it should be. */
    void stopInjecting() {
        fault = Fault.NONE;
    }

    /** How many requests and connections have been hit so far. */
    int injected() {
        return injected.get();
    }

    int connections() {
        return connections.size();
    }

    /** How many watches there are. */
    int watches() {
        return (int) connections.stream().filter(ProxiedConnection::isWatching).count();
    }

    // faults of connections

    /** Resets new connections from now on. What exists continues. */
    void refuseConnections() {
        isRefusing = true;
    }

    void acceptConnections() {
        isRefusing = false;
    }

    /** Resets all connections of this moment; returns how many. */
    int resetConnections() {
        Set<ProxiedConnection> hit = Set.copyOf(connections);
        hit.forEach(ProxiedConnection::reset);
        injected.addAndGet(hit.size());
        return hit.size();
    }

    /**
     * Makes the watches of this moment half-open: they stay silent until the client gives up, without data, answers to pings
     * or an end. All other requests work, new watches too. Returns how many there are.
     */
    int silenceWatches() {
        int hit = (int)
                connections.stream().filter(ProxiedConnection::silenceWatch).count();
        injected.addAndGet(hit);
        return hit;
    }

    /** Lets nothing through from now on, in either direction; new connections get no answer either. */
    void partition() {
        gate.shut();
        injected.incrementAndGet();
    }

    /** Ends a partition. What was held is delivered, as by TCP, even if its sender has given up in the meantime. */
    void heal() {
        gate.open();
    }

    @Override
    public void close() {
        closed.countDown();
        try (Stream<Path> files = Files.walk(directory)) {
            listener.close();
            connections.forEach(ProxiedConnection::close);
            threads.shutdownNow();
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // for connections

    URI apiServer() {
        return apiServer;
    }

    SSLSocketFactory clientTls() {
        return clientTls;
    }

    SSLSocketFactory serverTls() {
        return serverTls;
    }

    ExecutorService threads() {
        return threads;
    }

    Gate gate() {
        return gate;
    }

    CountDownLatch closed() {
        return closed;
    }

    Fault fault() {
        return fault;
    }

    Random random() {
        return random;
    }

    Effect effectOf(Fault chooser, MessageHead request) {
        Optional<Effect> effect = chooser.choose(request, random);
        effect.ifPresent(chosen -> injected.incrementAndGet());
        return effect.orElse(Effect.passOn());
    }

    void forget(ProxiedConnection connection) {
        connections.remove(connection);
    }

    private void accept() {
        try {
            while (true) {
                serve(new ProxiedConnection(this, listener.accept()));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(ProxiedConnection connection) {
        connections.add(connection);
        if (isRefusing) {
            injected.incrementAndGet();
            connection.reset();
            return;
        }
        try {
            threads.execute(connection);
        } catch (RejectedExecutionException e) {
            // too many connections, or closed
            connection.reset();
        }
    }

    private Path write(String name, AuthInfo credential) {
        String authority =
                Base64.getEncoder().encodeToString(certificate.certificatePem().getBytes(StandardCharsets.US_ASCII));
        Config kubeconfig = new ConfigBuilder()
                .withCurrentContext("proxy")
                .addNewContext()
                .withName("proxy")
                .withNewContext()
                .withCluster("proxy")
                .withUser(name)
                .endContext()
                .endContext()
                .addNewCluster()
                .withName("proxy")
                .withNewCluster()
                .withServer(url())
                .withCertificateAuthorityData(authority)
                .endCluster()
                .endCluster()
                .addNewUser()
                .withName(name)
                .withUser(credential)
                .endUser()
                .build();
        try {
            return Files.writeString(directory.resolve(name + ".kubeconfig"), Serialization.asYaml(kubeconfig));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    }
}
