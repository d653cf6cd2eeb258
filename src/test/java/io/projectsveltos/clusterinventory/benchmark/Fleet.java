package io.projectsveltos.clusterinventory.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.projectsveltos.clusterinventory.apiserver.ResourceTypes;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import okhttp3.tls.HeldCertificate;

/**
 * ClusterProfiles of the built-in access provider, and the Secrets that they name, as a cluster manager writes them.
 *
 * @param size how many there are
 */
record Fleet(KubernetesClient client, int size) {

    static final String NAMESPACE = "fleet";

    /** The label that changes. */
    static final String LABEL = "benchmark";

    private static final int PARALLEL_REQUESTS = 8;

    /** What controllers check is valid, so that none of them reports a fault. */
    private static final String CA = Base64.getEncoder()
            .encodeToString(new HeldCertificate.Builder()
                    .commonName("ca")
                    .build()
                    .certificatePem()
                    .getBytes(UTF_8));

    /** The name of a profile, and of its SveltosCluster. */
    static String name(int index) {
        return "cluster-%05d".formatted(index);
    }

    /** Creates the namespace and everything in it. */
    void create() {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        inParallel(index -> {
            client.resource(new SecretBuilder()
                            .withNewMetadata()
                            .withNamespace(NAMESPACE)
                            .withName(sourceName(name(index)))
                            .endMetadata()
                            .addToData("kubeconfig", kubeconfig(name(index), "token-0"))
                            .build())
                    .create();
            GenericKubernetesResource profile = profile(name(index));
            client.resource(profile).create();
            // the status is a subresource
            client.resource(profile).updateStatus();
        });
    }

    /** Changes the label of a profile. */
    void label(String name, String value) {
        profiles()
                .inNamespace(NAMESPACE)
                .withName(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"labels\":{\"%s\":\"%s\"}}}".formatted(LABEL, value));
    }

    /**
     * Changes the token in the source Secret of a profile.
     *
     * @return the new kubeconfig in base64, which the managed Secret has to contain
     */
    String rotate(String name, String token) {
        String kubeconfig = kubeconfig(name, token);
        client.secrets()
                .inNamespace(NAMESPACE)
                .withName(sourceName(name))
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"data\":{\"kubeconfig\":\"%s\"}}".formatted(kubeconfig));
        return kubeconfig;
    }

    /**
     * Deletes all profiles and waits until they are gone.
     *
     * @return seconds from the first request on
     */
    double delete(Duration timeout) {
        CountDownLatch left = new CountDownLatch(size);
        Watch watch = profiles().inNamespace(NAMESPACE).watch(new Deletions(left));
        try {
            Stopwatch stopwatch = Stopwatch.start();
            inParallel(index ->
                    profiles().inNamespace(NAMESPACE).withName(name(index)).delete());
            if (!left.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException(
                        left.getCount() + " profiles still exist after " + timeout.toSeconds() + " s");
            }
            return stopwatch.seconds();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            watch.close();
        }
    }

    private record Deletions(CountDownLatch left) implements Watcher<GenericKubernetesResource> {

        @Override
        public void eventReceived(Action action, GenericKubernetesResource profile) {
            if (action == Action.DELETED) {
                left.countDown();
            }
        }

        @Override
        public void onClose(WatcherException cause) {
            System.err.println("The watch of the profiles has ended: " + cause);
        }
    }

    private MixedOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> profiles() {
        return client.genericKubernetesResources(ResourceTypes.CLUSTER_PROFILES);
    }

    private static String sourceName(String profile) {
        return profile + "-source";
    }

    private static GenericKubernetesResource profile(String name) {
        GenericKubernetesResource profile = new GenericKubernetesResource();
        profile.setApiVersion("multicluster.x-k8s.io/v1alpha1");
        profile.setKind("ClusterProfile");
        profile.setMetadata(new ObjectMetaBuilder()
                .withNamespace(NAMESPACE)
                .withName(name)
                .addToLabels("x-k8s.io/cluster-manager", "benchmark")
                .addToLabels("env", "production")
                .build());
        profile.setAdditionalProperty(
                "spec", Map.of("displayName", name, "clusterManager", Map.of("name", "benchmark")));
        Map<String, ?> source = Map.of("name", sourceName(name), "key", "kubeconfig");
        Map<String, ?> cluster = Map.of(
                "server",
                server(name),
                "certificate-authority-data",
                CA,
                "extensions",
                List.of(Map.of("name", "client.authentication.k8s.io/exec", "extension", source)));
        profile.setAdditionalProperty(
                "status",
                Map.of("accessProviders", List.of(Map.of("name", "kubeconfig-secretreader", "cluster", cluster))));
        return profile;
    }

    private static String kubeconfig(String name, String token) {
        String kubeconfig = """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: u, user: {token: %s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(server(name), CA, token);
        return Base64.getEncoder().encodeToString(kubeconfig.getBytes(UTF_8));
    }

    private static String server(String name) {
        return "https://" + name + ".example:6443";
    }

    private void inParallel(IntConsumer action) {
        ExecutorService executor = Executors.newFixedThreadPool(PARALLEL_REQUESTS);
        try {
            List<Callable<Object>> actions = IntStream.range(0, size)
                    .mapToObj(index -> Executors.callable(() -> action.accept(index)))
                    .toList();
            for (Future<Object> result : executor.invokeAll(actions)) {
                result.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }
}
