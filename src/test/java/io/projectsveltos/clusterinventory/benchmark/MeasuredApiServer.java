package io.projectsveltos.clusterinventory.benchmark;

import io.fabric8.kubernetes.api.model.AuthInfoBuilder;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.RealApiServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A new etcd and kube-apiserver, with a user for the one controller that is measured on it. */
final class MeasuredApiServer implements AutoCloseable {

    /** With all rights, so that authorization is as cheap for one controller as for the next. */
    private static final String USER = "controller";

    private static final String TOKEN = "token-of-the-controller";

    /** An idle kube-apiserver and its etcd each use a few hundredths of a core. */
    private static final double IDLE_SHARE = 0.15;

    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(1);

    private final RealApiServer server;
    private final Path kubeconfig;
    private final AuditLog auditLog;
    private final MeasuredProcess apiServer = child("kube-apiserver");
    private final MeasuredProcess etcd = child("etcd");

    private MeasuredApiServer(RealApiServer server, Path kubeconfig, AuditLog auditLog) {
        this.server = server;
        this.kubeconfig = kubeconfig;
        this.auditLog = auditLog;
    }

    /**
     * Starts both.
     *
     * @param folder an empty one for what the server reads and writes
     */
    static MeasuredApiServer start(Path folder) throws IOException {
        Path tokens =
                Files.writeString(folder.resolve("tokens.csv"), TOKEN + "," + USER + "," + USER + ",system:masters\n");
        Path policy = Files.writeString(folder.resolve("audit-policy.yaml"), """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules:
                  - {level: Metadata, users: [%s]}
                  - {level: None}
                """.formatted(USER));
        AuditLog log = new AuditLog(folder.resolve("audit.log"), USER);
        RealApiServer server = RealApiServer.start(
                "--token-auth-file=" + tokens,
                "--audit-policy-file=" + policy,
                "--audit-log-path=" + log.file(),
                // in MB: at this size the log would go on in another file
                "--audit-log-maxsize=100000");
        return new MeasuredApiServer(server, kubeconfig(server, folder), log);
    }

    /** For this process, whose requests are not in the audit log. */
    KubernetesClient client() {
        return server.client();
    }

    /** For the controller. */
    Path kubeconfig() {
        return kubeconfig;
    }

    AuditLog auditLog() {
        return auditLog;
    }

    double apiServerCpuSeconds() {
        return apiServer.cpuSeconds();
    }

    double etcdCpuSeconds() {
        return etcd.cpuSeconds();
    }

    /** Waits until it is done with what it was given to do, and with its own start. */
    void settle() {
        apiServer.settle(IDLE_SHARE, SETTLE_LIMIT);
    }

    /** Counts connections from now on; not those of this process, nor the API server's to itself. */
    ConnectionCounter countConnections() {
        int port = URI.create(client().getConfiguration().getMasterUrl()).getPort();
        return new ConnectionCounter(
                port, List.of(ProcessHandle.current().pid(), apiServer.root().pid()));
    }

    @Override
    public void close() {
        server.close();
    }

    private static Path kubeconfig(RealApiServer server, Path folder) throws IOException {
        Config config = Serialization.unmarshal(Files.readString(server.kubeconfigFile()), Config.class);
        config.getUsers()
                .forEach(user ->
                        user.setUser(new AuthInfoBuilder().withToken(TOKEN).build()));
        return Files.writeString(folder.resolve("kubeconfig"), Serialization.asYaml(config));
    }

    private static MeasuredProcess child(String program) {
        return ProcessHandle.current()
                .children()
                .filter(process -> process.info().command().orElse("").endsWith("/" + program))
                .findFirst()
                .map(process -> new MeasuredProcess(program, process))
                .orElseThrow(() -> new IllegalStateException(program + " does not run"));
    }
}
