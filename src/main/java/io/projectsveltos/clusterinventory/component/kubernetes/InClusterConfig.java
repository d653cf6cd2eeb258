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
 * What a pod has from its service account ({@code InClusterConfig} of client-go's rest package). Not by fabric8's own
 * configuration, which prefers {@code ~/.kube/config}, and reads it again for each new token: whatever writes that file, a
 * plugin for example, would choose the API server and the identity of this process.
 *
 * @param environment the environment of this process
 * @param serviceAccount the folder in which a pod has its token
 */
record InClusterConfig(Map<String, String> environment, Path serviceAccount) {

    static final InClusterConfig OF_THIS_POD =
            new InClusterConfig(System.getenv(), Path.of("/var/run/secrets/kubernetes.io/serviceaccount"));

    /** Empty outside of a pod, and in one without a service account's token. */
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
        // proxies
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
