package io.projectsveltos.clusterinventory.component.kubernetes;

import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.PROFILES;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.WATCH;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.eventually;
import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.strings;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class InformerConsumerTest {

    private static final String DISCOVERY = "^/apis/multicluster.x-k8s.io/v1alpha1$";
    private static final String LIST = "/clusterprofiles\\?(?!.*watch=true)";
    private static final String WATCHING = "/clusterprofiles\\?.*watch=true";

    @AutoClose
    private final MockApiServer server = MockApiServer.start();

    @AutoClose
    private final LogCapture log = LogCapture.started();

    private final DelayedLists lists = new DelayedLists();
    private final InformerStore<GenericKubernetesResource, ?> store = InformerStore.ofObjects();

    @AutoClose
    private final ComponentContext context = new ComponentContext(lists.client(server.kubeconfigFile()));

    @BeforeEach
    void bindTheStore() {
        context.bind("profiles", store);
    }

    @ParameterizedTest
    @CsvSource({"403, 403 failed on purpose", "500, 500 failed on purpose", "429, 429 failed on purpose"})
    void retriesUntilTheFirstListSucceedsAndLogsOnce(int code, String reason) throws Exception {
        create("spoke");
        server.failNext("GET", LIST, code, 3);

        context.watch(PROFILES + "&store=#profiles");

        context.awaitEvents("ADDED fleet/spoke");
        eventually(() -> store.synced().isDone());
        assertEquals(
                List.of("WARN Cannot watch clusterprofiles.multicluster.x-k8s.io in all namespaces: " + reason
                        + "; trying again until it works"),
                warnings());
    }

    @Test
    void retriesUntilItMayWatch() throws Exception {
        server.failNext("GET", WATCHING, 403, 2);

        context.watch(PROFILES + "&namespaces=fleet&store=#profiles");
        eventually(() -> store.synced().isDone());
        create("spoke");

        context.awaitEvents("ADDED fleet/spoke");
        assertEquals(
                List.of("WARN Cannot watch clusterprofiles.multicluster.x-k8s.io in namespaces [fleet]: 403 Forbidden;"
                        + " trying again until it works"),
                warnings());
    }

    @Test
    void logsAgainWhenTheReasonChanges() throws Exception {
        server.failNext("GET", LIST, 403, 1);
        server.failNext("GET", LIST, 500, 1);

        context.watch(PROFILES + "&store=#profiles");
        eventually(() -> store.synced().isDone());

        assertEquals(2, warnings().size(), warnings()::toString);
    }

    @Test
    void isNotSyncedBeforeEveryNamespaceIsSynced() throws Exception {
        server.failNext("GET", "/namespaces/edge" + LIST, 403, 1_000_000);

        context.watch(PROFILES + "&namespaces=fleet,edge&store=#profiles");
        create("spoke");
        context.awaitEvents("ADDED fleet/spoke");
        eventually(() -> !warnings().isEmpty());

        assertFalse(store.synced().isDone());
    }

    @Test
    void listsAgainSilentlyAfterA410() throws Exception {
        server.failNext("GET", WATCHING, 410, 1);

        context.watch(PROFILES);
        eventually(() -> requests("watch=true").size() == 2);
        create("spoke");

        context.awaitEvents("ADDED fleet/spoke");
        assertEquals(List.of("ADDED fleet/spoke"), strings(context.events()));
        assertEquals(2, requests("limit=").size());
        assertEquals(List.of(), warnings());
    }

    @Test
    void restartsOnceIfTheTypeIsGoneInEachNamespace() throws Exception {
        server.failNext("GET", LIST, 404, 3);

        context.watch(PROFILES + "&namespaces=fleet,edge,more&store=#profiles");
        eventually(() -> store.synced().isDone());

        // otherwise each failure would lead to a restart, after 1, 2 and 4 s
        await().during(Duration.ofSeconds(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> requests("limit=").size() == 6);
    }

    @Test
    void waitsForTheTypeToBeInstalled() throws Exception {
        create("spoke");
        server.failNext("GET", DISCOVERY, 404, 2);

        context.watch(PROFILES + "&store=#profiles");

        context.awaitEvents("ADDED fleet/spoke");
        assertEquals(
                List.of("WARN Cannot watch clusterprofiles.multicluster.x-k8s.io in all namespaces: the API server does"
                        + " not serve clusterprofiles.multicluster.x-k8s.io in [v1alpha1]: install its"
                        + " CustomResourceDefinition; trying again until it works"),
                warnings());
    }

    @Test
    void retriesAFailedDiscovery() throws Exception {
        create("spoke");
        server.failNext("GET", DISCOVERY, 500, 1);

        context.watch(PROFILES);

        context.awaitEvents("ADDED fleet/spoke");
        assertEquals(1, warnings().size(), warnings()::toString);
    }

    @Test
    void discoversTheTypeAgainWhenItIsGone() throws Exception {
        server.failNext("GET", WATCHING, 404, 1);

        context.watch(PROFILES + "&store=#profiles");
        eventually(() -> requests("/v1alpha1$").size() == 2);
        create("spoke");

        context.awaitEvents("ADDED fleet/spoke");
        assertEquals(List.of("ADDED fleet/spoke"), strings(context.events()));
    }

    @Test
    void watchesTheServedVersion() throws Exception {
        context.watch(PROFILES.replace("v1alpha1", "v1alpha2, v1alpha1"));
        create("spoke");

        context.awaitEvents("ADDED fleet/spoke");
        assertEquals(List.of(), warnings());
    }

    @Test
    void continuesAfterTheRouteFailed() throws Exception {
        context.watch(PROFILES, exchange -> {
            if (exchange.getMessage()
                    .getBody(GenericKubernetesResource.class)
                    .getMetadata()
                    .getName()
                    .equals("bad")) {
                throw new IllegalStateException("broken on purpose");
            }
        });

        create("bad");
        create("good");

        context.awaitEvents("ADDED fleet/good");
        assertEquals(List.of("ADDED fleet/good"), strings(context.events()));
        assertTrue(log.lines().stream().anyMatch(line -> line.contains("Failed to process ADDED event of fleet/bad")));
    }

    @Test
    void sendsTheChangesOfAnObjectInOrder() throws Exception {
        context.watch(PROFILES);
        GenericKubernetesResource spoke = create("spoke");
        // a first list that comes later would have the first changes in one
        context.awaitEvents("ADDED fleet/spoke");
        for (int i = 0; i < 20; i++) {
            String turn = "" + i;
            spoke = server.client().resource(spoke).edit(object -> {
                object.getMetadata().setLabels(Map.of("turn", turn));
                return object;
            });
        }
        server.client().resource(spoke).delete();
        context.awaitEvents("DELETED fleet/spoke");

        List<Long> versions = context.events().stream()
                .map(event -> Long.valueOf(event.object().getMetadata().getResourceVersion()))
                .toList();
        assertEquals(versions.stream().sorted().toList(), versions);
        assertEquals(22, versions.size());
    }

    @Test
    void sendsNothingWhileStoppedAndWatchesOnceAfterTheRestart() throws Exception {
        context.watch(PROFILES + "&store=#profiles");
        GenericKubernetesResource gone = create("gone");
        context.awaitEvents("ADDED fleet/gone");

        context.stopWatching();
        server.client().resource(gone).delete();
        create("during-stop");
        context.watchAgain();
        context.awaitEvents("ADDED fleet/during-stop", "DELETED fleet/gone");
        context.stopWatching();
        context.watchAgain();
        eventually(() -> requests("watch=true").size() == 3);
        context.events().clear();
        create("one");
        create("two");

        context.awaitEvents("ADDED fleet/two");
        assertEquals(
                List.of("ADDED fleet/one", "ADDED fleet/two"),
                strings(context.events()).stream()
                        .filter(event -> !event.contains("during-stop"))
                        .toList());
        assertEquals(Set.of("fleet/during-stop", "fleet/one", "fleet/two"), Set.copyOf(store.keys()));
    }

    @Test
    void stopsDiscoveryWithTheRoute() throws Exception {
        server.failNext("GET", DISCOVERY, 404, 1_000_000);
        context.watch(PROFILES);
        eventually(() -> !warnings().isEmpty());

        context.stopWatching();

        assertEquals(ServiceStatus.Stopped, context.camel().getRouteController().getRouteStatus(WATCH));
        eventually(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains("informer-supervisor")));
    }

    @Test
    void sendsOnlyTheChangesBetweenStopAndStart() throws Exception {
        GenericKubernetesResource changed = create("changed");
        GenericKubernetesResource gone = create("gone");
        create("same");
        context.watch(PROFILES + "&store=#profiles");
        context.awaitEvents("ADDED fleet/changed", "ADDED fleet/gone", "ADDED fleet/same");
        context.stopWatching();
        server.client().resource(changed).edit(object -> {
            object.getMetadata().setLabels(Map.of("team", "red"));
            return object;
        });
        server.client().resource(gone).delete();
        context.events().clear();
        DelayedLists.Held list = lists.holdNext();

        context.watchAgain();
        list.awaitRead();
        create("added");
        assertEquals(Set.of("fleet/changed", "fleet/gone", "fleet/same"), Set.copyOf(store.keys()));
        list.release();

        context.awaitEvents("ADDED fleet/added");
        assertEquals(
                List.of("MODIFIED fleet/changed", "DELETED fleet/gone", "ADDED fleet/added"),
                strings(context.events()));
        assertEquals(Set.of("fleet/changed", "fleet/same", "fleet/added"), Set.copyOf(store.keys()));
    }

    @Test
    void ignoresAListThatArrivesAfterTheStop() throws Exception {
        create("kept");
        GenericKubernetesResource gone = create("gone");
        context.watch(PROFILES + "&store=#profiles");
        context.awaitEvents("ADDED fleet/kept", "ADDED fleet/gone");
        context.stopWatching();
        DelayedLists.Held late = lists.holdNext();
        context.watchAgain();
        late.awaitRead();

        context.stopWatching();
        server.client().resource(gone).delete();
        create("between");
        context.watchAgain();
        context.awaitEvents("DELETED fleet/gone", "ADDED fleet/between");
        context.events().clear();
        late.release();

        await().during(Duration.ofSeconds(1))
                .until(() -> Set.copyOf(store.keys()).equals(Set.of("fleet/kept", "fleet/between")));
        assertEquals(List.of(), strings(context.events()));
    }

    @Test
    void sendsAChangeAgainThatTheStopInterrupted() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        context.camel().getShutdownStrategy().setTimeout(1);
        context.watch(PROFILES + "&store=#profiles", exchange -> {
            blocked.countDown();
            release.await();
        });
        create("first");
        blocked.await();
        create("second");
        eventually(() -> store.keys().size() == 2);

        context.stopWatching();
        release.countDown();
        context.watchAgain();

        context.awaitEvents("ADDED fleet/first", "ADDED fleet/second");
    }

    @Test
    void leavesNoWatchBehindIfStoppedDuringTheStart() throws Exception {
        context.watch(PROFILES + "&store=#profiles");
        eventually(() -> store.synced().isDone());
        context.stopWatching();
        int before = requests("watch=true").size();
        DelayedLists.Held list = lists.holdNext();

        context.watchAgain();
        list.awaitRead();
        context.stopWatching();
        list.release();

        await().during(Duration.ofSeconds(1)).until(() -> requests("watch=true").size() == before);
    }

    @Test
    void logsOnceThatItMayListButNotWatch() throws Exception {
        server.failNext("GET", WATCHING, 403, 4);
        context.watch(PROFILES + "&store=#profiles");

        for (int i = 0; i < 4; i++) {
            create("spoke-" + i);
            context.awaitEvents("ADDED fleet/spoke-" + i);
        }
        eventually(() -> store.synced().isDone());

        assertEquals(1, warnings().size(), warnings()::toString);
    }

    private List<String> warnings() {
        return log.lines().stream()
                .filter(line -> line.startsWith("WARN Cannot watch"))
                .toList();
    }

    private List<String> requests(String regex) {
        return server.requests().stream()
                .filter(request -> Pattern.compile(regex).matcher(request).find())
                .toList();
    }

    private GenericKubernetesResource create(String name) {
        return server.client()
                .resource(Serialization.unmarshal("""
                        apiVersion: multicluster.x-k8s.io/v1alpha1
                        kind: ClusterProfile
                        metadata: {namespace: fleet, name: %s}
                        spec: {displayName: Spoke}
                        """.formatted(name), GenericKubernetesResource.class))
                .create();
    }
}
