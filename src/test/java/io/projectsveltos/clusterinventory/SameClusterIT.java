package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.projectsveltos.clusterinventory.apiserver.ResourceTypes;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.RunningController;
import io.projectsveltos.clusterinventory.testing.Scrape;
import io.projectsveltos.clusterinventory.testing.Scraper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several profiles of one cluster, each called edge in a namespace of its own, and one SveltosCluster for all of them. */
class SameClusterIT {

    private static final String MEMBER_ID = "multicluster.x-k8s.io/inventory-member-id";
    private static final String NAME = "edge";
    private static final String SVELTOS_FINALIZER = "sveltoscluster.finalizer.projectsveltos.io";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final AuditedApiServer server = env.server();
    private final List<ClusterFixtures> fleets = IntStream.range(0, 5)
            .mapToObj(i -> ClusterFixtures.inNewNamespaceOf(server))
            .sorted(Comparator.comparing(ClusterFixtures::namespace))
            .toList();
    private final String memberId = fleets.get(0).namespace();

    @Test
    void registersTheOldestOnly() {
        RunningController controller =
                start(FIRST, Map.of("diagnostics-address", "127.0.0.1:0", "insecure-diagnostics", "true"));

        createAll();

        awaitOneRegistration();
        steadily(() -> assertEquals(List.of(oldest()), registered()));
        for (ClusterFixtures suppressed : others()) {
            assertEquals(
                    List.of(),
                    suppressed.profile(NAME).get().getMetadata().getFinalizers(),
                    "a profile that is not registered can be deleted by anyone");
            eventually(() -> assertEquals(
                    List.of("Not registered: ClusterProfile " + oldest().namespace()
                            + "/edge is older and of the same cluster"),
                    suppressed.events(NAME, "SameCluster").stream()
                            .map(event -> event.getNote())
                            .distinct()
                            .toList()));
        }
        Scrape metrics = Scrape.of(Scraper.get(controller, "/metrics").body());
        assertEquals(OptionalDouble.of(1), metrics.value("projectsveltos_clusterinventory_same_cluster_groups"));
        assertEquals(OptionalDouble.of(4), metrics.value("projectsveltos_clusterinventory_same_cluster_suppressed"));
    }

    @Test
    void keepsOneRegistrationUnderChurn() {
        start(FIRST, Map.of());
        try (Registrations registrations = new Registrations()) {
            create(fleets.get(0));
            awaitOneRegistration();
            Churn churn = new Churn(new Random(7));

            churn.run(30);
            env.stop();
            start(SECOND, Map.of());
            churn.run(30);
            churn.settle();

            awaitOneRegistration();
            eventually(() -> assertEquals(
                    List.of(oldest()),
                    fleets.stream()
                            .filter(fleet -> fleet.managedSecret(NAME).get() != null)
                            .toList()));
            registrations.assertNoGap();
            assertTrue(registrations.takeovers() > 5, registrations.history.toString());
        }
    }

    @Test
    void withdrawsAfterTheSettingHasChanged() {
        start(FIRST, Map.of("same-cluster", "each"));
        createAll();
        eventually(() -> assertEquals(fleets, registered()));
        env.stop();

        start(SECOND, Map.of());

        awaitOneRegistration();
        assertEquals(List.of(), writes(SECOND, oldest()), "the oldest one is registered already");
        for (ClusterFixtures fleet : others()) {
            eventually(() -> assertEquals(
                    List.of(
                            "delete sveltosclusters edge",
                            "delete secrets edge-sveltos-kubeconfig",
                            "patch clusterprofiles edge"),
                    writes(SECOND, fleet)));
        }
    }

    @Test
    void aTakeoverCostsOneReadMoreThanADeletionAndANewProfile() {
        start(FIRST, Map.of());
        createAll();
        awaitOneRegistration();
        ClusterFixtures before = oldest();
        steadily(() -> assertEquals(4, requests(before).size()));

        before.profile(NAME).delete();
        eventually(() -> before.assertGone(before.profile(NAME)));

        ClusterFixtures after = oldest();
        eventually(() -> assertEquals(
                List.of(
                        "delete sveltosclusters edge",
                        "delete secrets edge-sveltos-kubeconfig",
                        "patch clusterprofiles edge"),
                requests(before).subList(4, requests(before).size())));
        steadily(() -> assertEquals(
                List.of(
                        "patch clusterprofiles edge",
                        "get secrets source",
                        "patch secrets edge-sveltos-kubeconfig",
                        "patch sveltosclusters edge",
                        "get sveltosclusters edge"),
                requests(after)));
        fleets.stream()
                .filter(fleet -> fleet != before && fleet != after)
                .forEach(suppressed -> assertEquals(List.of(), requests(suppressed)));
    }

    @Test
    void holdsTheDeletionUntilTheNextOneCanBeRegistered() {
        start(FIRST, Map.of());
        create(fleets.get(0));
        eventually(() -> assertEquals(List.of(fleets.get(0)), registered()));
        fleets.get(1).createProfile(NAME, Map.of(MEMBER_ID, memberId), "");
        fleets.get(1).reportSource(NAME, "source");
        fleets.get(0).profile(NAME).delete();

        steadily(() -> assertEquals(List.of(fleets.get(0)), registered()));
        fleets.get(1).createSource("source", kubeconfig(NAME));
        eventually(() -> assertEquals(List.of(fleets.get(1)), registered()));
        eventually(() -> fleets.get(0).assertGone(fleets.get(0).profile(NAME)));
    }

    @Test
    void doesNotHoldTheDeletionForLongerThanTheTimeout() {
        start(FIRST, Map.of("same-cluster.takeover-timeout", "3s"));
        create(fleets.get(0));
        eventually(() -> assertEquals(List.of(fleets.get(0)), registered()));
        steadily(() -> assertNotNull(fleets.get(0).cluster(NAME).get()));
        fleets.get(1).createProfile(NAME, Map.of(MEMBER_ID, memberId), "");
        fleets.get(1).reportSource(NAME, "missing");
        fleets.get(1).awaitEvent(NAME, "SameCluster");

        fleets.get(0).profile(NAME).delete();

        fleets.get(1).awaitEvent(NAME, "SourceSecretNotFound");
        assertEquals(List.of(fleets.get(0)), registered());
        eventually(() -> fleets.get(0).assertGone(fleets.get(0).profile(NAME)));
        assertEquals(List.of(), registered());
    }

    @Test
    void finishesTheDeletionOfAllProfiles() {
        start(FIRST, Map.of());
        createAll();
        awaitOneRegistration();

        fleets.forEach(fleet -> fleet.profile(NAME).delete());

        eventually(() -> fleets.forEach(fleet -> fleet.assertGone(fleet.profile(NAME))));
        assertEquals(List.of(), registered());
    }

    @Test
    void registersAProfileWhoseLabelNamesAnotherCluster() {
        start(FIRST, Map.of());
        createAll();
        awaitOneRegistration();
        ClusterFixtures leaving = oldest();

        leaving.label(leaving.profile(NAME), MEMBER_ID, "another");

        eventually(() -> assertEquals(Set.of(leaving, oldest()), Set.copyOf(registered())));
        leaving.label(leaving.profile(NAME), MEMBER_ID, memberId);
        eventually(() -> assertEquals(List.of(leaving), registered()));
    }

    private RunningController start(String user, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "same-cluster",
                "oldest",
                "watch-namespaces",
                fleets.stream().map(ClusterFixtures::namespace).collect(Collectors.joining(","))));
        all.putAll(settings);
        return env.start(user, all);
    }

    private void createAll() {
        fleets.forEach(this::create);
    }

    private void create(ClusterFixtures fleet) {
        if (fleet.secret("source").get() == null) {
            fleet.createSource("source", kubeconfig(NAME));
        }
        fleet.createProfile(NAME, Map.of(MEMBER_ID, memberId), "");
        fleet.reportSource(NAME, "source");
    }

    private void awaitOneRegistration() {
        eventually(() -> assertEquals(List.of(oldest()), registered()));
    }

    private List<ClusterFixtures> registered() {
        return fleets.stream()
                .filter(fleet -> fleet.cluster(NAME).get() != null)
                .toList();
    }

    /** The namespace of the oldest profile of the cluster, by the API server's times. */
    private ClusterFixtures oldest() {
        return fleets.stream()
                .filter(SameClusterIT::isMember)
                .min(Comparator.<ClusterFixtures, String>comparing(
                                fleet -> fleet.profile(NAME).get().getMetadata().getCreationTimestamp())
                        .thenComparing(ClusterFixtures::namespace))
                .orElseThrow();
    }

    private static boolean isMember(ClusterFixtures fleet) {
        GenericKubernetesResource profile = fleet.profile(NAME).get();
        return profile != null
                && profile.getMetadata().getDeletionTimestamp() == null
                && !"another".equals(ClusterFixtures.labels(profile).get(MEMBER_ID));
    }

    private List<ClusterFixtures> others() {
        ClusterFixtures oldest = oldest();
        return fleets.stream().filter(fleet -> fleet != oldest).toList();
    }

    private List<String> writes(String user, ClusterFixtures fleet) {
        return server.writes(user, fleet.namespace());
    }

    private List<String> requests(ClusterFixtures fleet) {
        return server.requests(FIRST, fleet.namespace()).stream()
                .filter(request -> !request.verb().equals("list"))
                .map(AuditedApiServer.Request::toString)
                .toList();
    }

    /** Creates and deletes profiles, and is Sveltos, which removes its finalizer later. The last profile stays. */
    private final class Churn {

        private final Random random;

        Churn(Random random) {
            this.random = random;
        }

        void run(int steps) {
            for (int i = 1; i <= steps; i++) {
                step(fleets.get(random.nextInt(fleets.size())));
                if (i % 4 == 0) {
                    // otherwise most steps would come before the controller has seen any of them
                    eventually(() -> {
                        fleets.forEach(this::releaseWithdrawn);
                        assertTrue(registered().contains(oldest()));
                    });
                }
            }
        }

        private void step(ClusterFixtures fleet) {
            GenericKubernetesResource profile = fleet.profile(NAME).get();
            if (profile == null) {
                create(fleet);
            } else if (profile.getMetadata().getDeletionTimestamp() != null) {
                setFinalizers(fleet);
            } else if (random.nextInt(3) == 0) {
                setFinalizers(fleet, SVELTOS_FINALIZER);
            } else if (isMemberElsewhere(fleet)) {
                fleet.profile(NAME).delete();
            }
        }

        /** Lets every deletion finish, and creates what is missing. */
        void settle() {
            eventually(() -> {
                fleets.forEach(this::releaseWithdrawn);
                assertTrue(fleets.stream().allMatch(fleet -> fleet.profile(NAME).get() == null || isMember(fleet)));
            });
            fleets.stream().filter(fleet -> !isMember(fleet)).forEach(SameClusterIT.this::create);
            eventually(() -> {
                fleets.forEach(this::releaseWithdrawn);
                assertEquals(1, registered().size());
            });
        }

        private boolean isMemberElsewhere(ClusterFixtures fleet) {
            return fleets.stream().anyMatch(other -> other != fleet && isMember(other));
        }

        private void releaseWithdrawn(ClusterFixtures fleet) {
            GenericKubernetesResource cluster = fleet.cluster(NAME).get();
            if (cluster != null && cluster.getMetadata().getDeletionTimestamp() != null) {
                setFinalizers(fleet);
            }
        }

        /** The controller may write or delete the SveltosCluster in the meantime. */
        private void setFinalizers(ClusterFixtures fleet, String... finalizers) {
            GenericKubernetesResource cluster = fleet.cluster(NAME).get();
            if (cluster == null) {
                return;
            }
            cluster.getMetadata().setFinalizers(new ArrayList<>(List.of(finalizers)));
            try {
                server.client().resource(cluster).update();
            } catch (KubernetesClientException e) {
                assertTrue(Set.of(404, 409, 422).contains(e.getCode()), e::getMessage);
            }
        }
    }

    /** The SveltosClusters that are not being deleted, at each moment. One watch reports all namespaces in etcd's order. */
    private final class Registrations implements AutoCloseable {

        private final Set<String> namespaces =
                fleets.stream().map(ClusterFixtures::namespace).collect(Collectors.toSet());
        private final List<Set<String>> history = Collections.synchronizedList(new ArrayList<>());
        private final Set<String> present = new TreeSet<>();
        private final Watch watch = server.client()
                .genericKubernetesResources(ResourceTypes.SVELTOS_CLUSTERS)
                .inAnyNamespace()
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, GenericKubernetesResource cluster) {
                        observe(action, cluster);
                    }

                    @Override
                    public void onClose(WatcherException cause) {}
                });

        private void observe(Watcher.Action action, GenericKubernetesResource cluster) {
            String namespace = cluster.getMetadata().getNamespace();
            if (!namespaces.contains(namespace)) {
                return;
            }
            boolean isGone =
                    action == Watcher.Action.DELETED || cluster.getMetadata().getDeletionTimestamp() != null;
            if (isGone ? present.remove(namespace) : present.add(namespace)) {
                history.add(Set.copyOf(present));
            }
        }

        void assertNoGap() {
            List<Set<String>> seen = List.copyOf(history);
            assertTrue(seen.stream().noneMatch(Set::isEmpty), seen::toString);
            assertEquals(
                    Set.of(oldest().namespace()), seen.get(seen.size() - 1), "the watch has seen all of it: " + seen);
        }

        /** How often a namespace has gone. */
        long takeovers() {
            List<Set<String>> seen = List.copyOf(history);
            return IntStream.range(1, seen.size())
                    .filter(i -> seen.get(i).size() < seen.get(i - 1).size())
                    .count();
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
