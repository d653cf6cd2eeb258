package io.projectsveltos.clusterinventory.benchmark;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.projectsveltos.clusterinventory.apiserver.ResourceTypes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Watches the outputs in the namespace of a fleet: managed Secrets and SveltosClusters. */
final class OutputWatch implements AutoCloseable {

    private static final String SECRET_SUFFIX = "-sveltos-kubeconfig";
    private static final long LIVENESS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, GenericKubernetesResource> clusters = new HashMap<>();
    private final Map<String, Secret> secrets = new HashMap<>();
    private final Watch clusterWatch;
    private final Watch secretWatch;
    private int complete;
    private long firstCompleteNanos;
    private WatcherException failure;

    /** Begins to watch; what exists already is not seen. */
    OutputWatch(KubernetesClient client) {
        clusterWatch = watch(
                client.genericKubernetesResources(ResourceTypes.SVELTOS_CLUSTERS)
                        .inNamespace(Fleet.NAMESPACE),
                this::clusterWritten);
        secretWatch = watch(client.secrets().inNamespace(Fleet.NAMESPACE), this::secretWritten);
    }

    /**
     * Waits until so many profiles have both outputs.
     *
     * @return {@link System#nanoTime()} when the first one had both
     */
    long awaitComplete(int profiles, MeasuredProcess controller, Duration timeout) {
        await(() -> complete == profiles, controller, timeout);
        return firstCompleteNanos;
    }

    /** Waits until a SveltosCluster has the label that the fleet changes. */
    void awaitLabel(String name, String value, MeasuredProcess controller, Duration timeout) {
        await(() -> value.equals(clusters.get(name).getMetadata().getLabels().get(Fleet.LABEL)), controller, timeout);
    }

    /** Waits until the managed Secret of a profile has a kubeconfig, given in base64. */
    void awaitKubeconfig(String name, String kubeconfig, MeasuredProcess controller, Duration timeout) {
        await(() -> secrets.get(name).getData().containsValue(kubeconfig), controller, timeout);
    }

    @Override
    public void close() {
        clusterWatch.close();
        secretWatch.close();
    }

    private synchronized void await(BooleanSupplier condition, MeasuredProcess controller, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                controller.requireAlive();
                long left = deadline - System.nanoTime();
                if (left <= 0 || failure != null) {
                    throw new IllegalStateException(
                            "%s: %d profiles have both outputs, and what was awaited did not come within %d s"
                                    .formatted(controller.name(), complete, timeout.toSeconds()),
                            failure);
                }
                TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LIVENESS_NANOS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void clusterWritten(GenericKubernetesResource cluster) {
        String name = cluster.getMetadata().getName();
        if (clusters.put(name, cluster) == null && secrets.containsKey(name)) {
            completed();
        }
    }

    private void secretWritten(Secret secret) {
        String secretName = secret.getMetadata().getName();
        if (secretName.endsWith(SECRET_SUFFIX)) {
            String name = secretName.substring(0, secretName.length() - SECRET_SUFFIX.length());
            if (secrets.put(name, secret) == null && clusters.containsKey(name)) {
                completed();
            }
        }
    }

    private void completed() {
        if (complete++ == 0) {
            firstCompleteNanos = System.nanoTime();
        }
    }

    private synchronized void written(Runnable change) {
        change.run();
        notifyAll();
    }

    private synchronized void closed(WatcherException cause) {
        failure = cause;
        notifyAll();
    }

    private <T extends HasMetadata> Watch watch(
            NonNamespaceOperation<T, ? extends KubernetesResourceList<T>, ?> resources, Consumer<T> written) {
        // one object is enough to learn the version of the list
        String version = resources
                .list(new ListOptionsBuilder().withLimit(1L).build())
                .getMetadata()
                .getResourceVersion();
        return resources.watch(
                new ListOptionsBuilder().withResourceVersion(version).build(), new Watcher<T>() {
                    @Override
                    public void eventReceived(Action action, T object) {
                        if (action == Action.ADDED || action == Action.MODIFIED) {
                            OutputWatch.this.written(() -> written.accept(object));
                        }
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        closed(cause);
                    }
                });
    }
}
