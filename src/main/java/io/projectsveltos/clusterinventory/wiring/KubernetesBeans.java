package io.projectsveltos.clusterinventory.wiring;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ProfileInputs;
import io.projectsveltos.clusterinventory.component.kubernetes.ApiServerListener;
import io.projectsveltos.clusterinventory.component.kubernetes.CustomResourcesComponent;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import io.projectsveltos.clusterinventory.component.kubernetes.SecretsComponent;
import io.projectsveltos.clusterinventory.component.workqueue.CircuitBreaker;
import io.projectsveltos.clusterinventory.leaderelection.Leadership;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;

/** The client of the management cluster and the components that use it. */
final class KubernetesBeans {

    private CompletableFuture<KubernetesClient> connecting;

    // volatile: the client is built before the settings are known, on a thread of its own
    private volatile int maxStatusBytes;
    private volatile Supplier<ProfileInputs> inputs = () -> ProfileInputs.NONE;
    private volatile Leadership leadership = Leadership.always();

    /** Without {@link #connect}, {@link #bind} builds the client. */
    KubernetesBeans() {}

    /** With a client that exists. */
    KubernetesBeans(KubernetesClient client) {
        connecting = CompletableFuture.completedFuture(client);
    }

    /** Starts to connect, in parallel with the start of Camel, which takes as long. */
    void connect(String kubeconfig) {
        connecting = CompletableFuture.supplyAsync(() -> create(kubeconfig));
        // on another thread: a join of a future that is complete would run it on the thread that joins
        connecting.thenAcceptAsync(KubernetesClients::warmUp);
    }

    void bind(
            CamelContext context,
            Settings settings,
            Supplier<ProfileInputs> profileInputs,
            Leadership elected,
            LongSupplier nanoClock) {
        inputs = profileInputs;
        maxStatusBytes = settings.number(ClusterProfile.MAX_STATUS_BYTES);
        leadership = elected;
        if (connecting == null) {
            connecting = CompletableFuture.completedFuture(create(settings.text("kubeconfig")));
        }
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopped(CamelContext stopped) {
                connecting.thenAccept(KubernetesClient::close);
            }
        });
        Registry registry = context.getRegistry();
        // a supplier: the client may not be built until the first route is
        registry.bind("kubernetesClient", KubernetesClient.class, this::client);
        CircuitBreaker breaker = new CircuitBreaker("API server", nanoClock);
        registry.bind("apiServerBreaker", breaker);
        bindComponents(registry, reportingTo(breaker), settings.text("field-manager"));
    }

    /** Under the names of Camel's own components, which they replace. */
    private static void bindComponents(Registry registry, ApiServerListener listener, String fieldManager) {
        CustomResourcesComponent customResources = new CustomResourcesComponent();
        customResources.setApiServerListener(listener);
        customResources.setFieldManager(fieldManager);
        registry.bind("kubernetes-custom-resources", customResources);
        SecretsComponent secrets = new SecretsComponent();
        secrets.setApiServerListener(listener);
        secrets.setFieldManager(fieldManager);
        registry.bind("kubernetes-secrets", secrets);
    }

    /** Waits until the client is built; it need not be connected. */
    KubernetesClient client() {
        return connecting.join();
    }

    private KubernetesClient create(String kubeconfig) {
        IntSupplier limit = () -> maxStatusBytes;
        Supplier<ProfileInputs> kept = () -> inputs.get();
        return KubernetesClients.create(
                kubeconfig,
                () -> leadership.mayWrite(),
                Map.of(ClusterProfile.MAX_STATUS_BYTES, limit, ProfileInputs.ATTRIBUTE, kept));
    }

    private static ApiServerListener reportingTo(CircuitBreaker breaker) {
        return new ApiServerListener() {
            @Override
            public void onAvailable() {
                breaker.succeeded();
            }

            @Override
            public void onUnavailable(String reason, Duration retryAfter) {
                breaker.failed(reason, retryAfter);
            }
        };
    }
}
