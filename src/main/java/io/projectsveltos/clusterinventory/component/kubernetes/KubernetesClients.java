package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.NamedExtension;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the clients for the management cluster. */
public final class KubernetesClients {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesClients.class);
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    /**
     * Longer than the 10 s that the API server gives an admission webhook by default: its answer names the webhook, while
     * no answer would count as an outage of the API server and stop the work for all namespaces.
     */
    private static final int REQUEST_TIMEOUT_MILLIS = 12_000;

    private static final int WATCH_RECONNECT_MILLIS = 250;
    private static final long PING_MILLIS = 15_000;

    private KubernetesClients() {}

    /**
     * Creates a client, which connects with its first request.
     *
     * @param kubeconfig the path of a kubeconfig; empty for KUBECONFIG, the service account of the pod or
     *     {@code ~/.kube/config}, in this order, as in {@code config.GetConfig} of controller-runtime
     * @param fence called before each write; a write that it refuses fails without being sent
     * @return the client; the caller closes it
     * @throws IllegalArgumentException if the file cannot be read
     */
    public static KubernetesClient create(String kubeconfig, WriteFence fence) {
        return create(kubeconfig, fence, Map.of());
    }

    /**
     * Like {@link #create(String, WriteFence)}, with context attributes.
     *
     * @param attributes context attributes for the deserializers of resource classes
     */
    public static KubernetesClient create(String kubeconfig, WriteFence fence, Map<?, ?> attributes) {
        return create(config(kubeconfig), fence, attributes);
    }

    static KubernetesClient create(Config config, WriteFence fence, Map<?, ?> attributes) {
        return builder(withDefaults(config), attributes)
                .withHttpClientFactory(new ReloadingHttpClientFactory(new FencedHttpClientFactory(fence)))
                .build();
    }

    /**
     * Connects a client before it is needed, so that the first real request does not wait for keys, certificates and class
     * loading. A failure is only logged at debug level: the first real request will report it.
     *
     * @param client the client, which requests {@code /version}: every user may read it
     */
    public static void warmUp(KubernetesClient client) {
        try {
            client.raw("/version");
        } catch (RuntimeException e) {
            LOG.debug("No connection yet", e);
        }
    }

    /**
     * Creates a client with its own timeout, and without a fence.
     *
     * @param kubeconfig as in {@link #create(String, WriteFence)}
     * @param timeoutMillis timeout of a request including the connection, in milliseconds
     * @return the client; the caller closes it
     */
    public static KubernetesClient createWithTimeout(String kubeconfig, int timeoutMillis) {
        Config config = withDefaults(config(kubeconfig));
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
        return kubeconfig.isEmpty() ? defaultConfig(InClusterConfig.THIS_POD) : read(new File(kubeconfig));
    }

    static Config defaultConfig(InClusterConfig pod) {
        return Optional.of(pod)
                .filter(inCluster ->
                        inCluster.environment().getOrDefault("KUBECONFIG", "").isEmpty())
                .flatMap(InClusterConfig::find)
                .orElseGet(() -> {
                    keepExtensionsUntyped();
                    return Config.autoConfigure(null);
                });
    }

    private static Config read(File kubeconfig) {
        if (!kubeconfig.canRead()) {
            throw new IllegalArgumentException("Cannot read kubeconfig " + kubeconfig);
        }
        keepExtensionsUntyped();
        return Config.fromKubeconfig(kubeconfig);
    }

    /** To read extensions of a kubeconfig as Kubernetes objects, fabric8 would load its 500 classes of them. */
    @SuppressWarnings("deprecation") // nothing else leads to the mapper that reads kubeconfigs
    private static void keepExtensionsUntyped() {
        Serialization.jsonMapper().addMixIn(NamedExtension.class, UntypedExtension.class);
    }

    private interface UntypedExtension {
        @JsonDeserialize(using = JsonDeserializer.None.class)
        void setExtension(Object extension);
    }

    private static Config withDefaults(Config config) {
        // the work queue and the informers retry with backoff, and log it; retries in the client would only hide
        // failures
        config.setRequestRetryBackoffLimit(0);
        config.setRequestTimeout(REQUEST_TIMEOUT_MILLIS);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
        // doubles up to 32 times this value: the longest time until a watch reconnects to a restarted API server
        config.setWatchReconnectInterval(WATCH_RECONNECT_MILLIS);
        // detects a connection that broke silently
        config.setWebsocketPingInterval(PING_MILLIS);
        config.setHttp2Disable(true);
        TokenFile.of(config).ifPresent(config::setOauthTokenProvider);
        return config;
    }
}
