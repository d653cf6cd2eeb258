package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The client configuration from a pod's service account, like {@code rest.InClusterConfig} of client-go. fabric8's own
 * configuration is not used: it prefers {@code ~/.kube/config} and reads that file again for each new token, so anything that
 * writes the file, such as a plugin, would choose the API server and the identity of this process.
 *
 * @param environment the environment variables of this process
 * @param serviceAccount the directory in which the token is mounted
 */
record InClusterConfig(Map<String, String> environment, Path serviceAccount) {

    static final InClusterConfig THIS_POD =
            new InClusterConfig(System.getenv(), Path.of("/var/run/secrets/kubernetes.io/serviceaccount"));

    /** Empty outside a pod, and in a pod without a service account token. */
    Optional<Config> find() {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        Path token = serviceAccount.resolve("token");
        if (host.isEmpty() || port.isEmpty() || !Files.isReadable(token)) {
            return Optional.empty();
        }
        Path authorities = serviceAccount.resolve("ca.crt");
        Config config = new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port)
                .withCaCertFile(Files.isReadable(authorities) ? authorities.toString() : null)
                .withNamespace(namespace())
                .withOauthTokenProvider(new TokenFile(token))
                .build();
        // the proxy settings
        Config.configFromSysPropsOrEnvVars(config);
        return Optional.of(config);
    }

    private String namespace() {
        try {
            Path file = serviceAccount.resolve("namespace");
            return Files.exists(file) ? Files.readString(file).strip() : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
