package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.File;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the client of the management cluster. */
public final class KubernetesClients {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesClients.class);
    private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
    private static final int WATCH_RECONNECT_MILLIS = 250;
    private static final long PING_MILLIS = 15_000;

    private KubernetesClients() {}

    /**
     * Makes a client. It connects with its first request, not here. What the fence refuses fails as if the API server were
     * away.
     *
     * @param kubeconfig the path of a kubeconfig; empty for KUBECONFIG, the service account of the pod or
     *     {@code ~/.kube/config}, in this order, as {@code GetConfig} of controller-runtime has it
     * @param fence asked before each write
     * @return the client; the caller closes it
     * @throws IllegalArgumentException when there is no such file
     */
    public static KubernetesClient create(String kubeconfig, WriteFence fence) {
        return create(kubeconfig, fence, Map.of());
    }

    /**
     * As {@link #create(String, WriteFence)}.
     *
     * @param attributes what the deserializers of resource classes may ask their context for
     */
    public static KubernetesClient create(String kubeconfig, WriteFence fence, Map<?, ?> attributes) {
        return create(config(kubeconfig), fence, attributes);
    }

    static KubernetesClient create(Config config, WriteFence fence, Map<?, ?> attributes) {
        return builder(tuned(config), attributes)
                .withHttpClientFactory(new ReloadingHttpClientFactory(new FencedHttpClientFactory(fence)))
                .build();
    }

    /**
     * Has a client connect before it is needed. What that takes the first time (keys, certificates, classes) is then not in
     * the way of those who need it. Whether it works will be found out, and told, by them.
     *
     * @param client makes a request that changes nothing and that everybody may make
     */
    public static void warmUp(KubernetesClient client) {
        try {
            client.raw("/version");
        } catch (RuntimeException e) {
            LOG.debug("No connection yet", e);
        }
    }

    /**
     * Makes a client for requests that are of no use when they take long.
     *
     * @param kubeconfig as above
     * @param timeoutMillis how long a request may take, connecting included
     * @return the client; the caller closes it
     */
    public static KubernetesClient createWithTimeout(String kubeconfig, int timeoutMillis) {
        Config config = tuned(config(kubeconfig));
        config.setRequestTimeout(timeoutMillis);
        config.setConnectionTimeout(timeoutMillis);
        return builder(config, Map.of())
                .withHttpClientFactory(new ReloadingHttpClientFactory(new OkHttpClientFactory()))
                .build();
    }

    private static KubernetesClientBuilder builder(Config config, Map<?, ?> attributes) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(ObjectSerialization.byKind(attributes));
    }

    private static Config config(String kubeconfig) {
        return kubeconfig.isEmpty() ? usualConfig(InClusterConfig.OF_THIS_POD) : read(new File(kubeconfig));
    }

    static Config usualConfig(InClusterConfig pod) {
        return Optional.of(pod)
                .filter(inCluster ->
                        inCluster.environment().getOrDefault("KUBECONFIG", "").isEmpty())
                .flatMap(InClusterConfig::find)
                .orElseGet(() -> Config.autoConfigure(null));
    }

    private static Config read(File kubeconfig) {
        if (!kubeconfig.canRead()) {
            throw new IllegalArgumentException("Cannot read the kubeconfig " + kubeconfig);
        }
        return Config.fromKubeconfig(kubeconfig);
    }

    private static Config tuned(Config config) {
        // The queue and the informers retry, with backoff and in sight; below them it would only hide what is wrong.
        config.setRequestRetryBackoffLimit(0);
        config.setRequestTimeout(REQUEST_TIMEOUT_MILLIS);
        config.setConnectionTimeout(REQUEST_TIMEOUT_MILLIS);
        // doubles up to 32 times this: how long a watch may lag behind an API server that is back
        config.setWatchReconnectInterval(WATCH_RECONNECT_MILLIS);
        // notices a watch whose other end is gone without a word
        config.setWebsocketPingInterval(PING_MILLIS);
        config.setHttp2Disable(true);
        TokenFile.of(config).ifPresent(config::setOauthTokenProvider);
        return config;
    }
}
