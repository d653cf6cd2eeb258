package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RefreshRoutesTest extends RouteTest {

    @Test
    void queuesAllProfiles() {
        given(profile().build());
        given(profile().named("other").inNamespace("elsewhere").build());

        send("direct:resync", null, Map.of());

        assertEquals(Set.of(Fixtures.KEY, "elsewhere/other"), queuedBy("queue-resync"));
    }

    @Test
    void queuesNothingWithoutProfiles() {
        send("direct:resync", null, Map.of());

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void queuesAProfileWhoseCredentialIsDue() {
        Map<String, String> annotations = Map.of(
                ManagedMetadata.OBTAINED, "2020-01-01T00:00:00Z", ManagedMetadata.REFRESH, "2020-01-01T01:00:00Z");
        givenManagedSecret(managedSecret()
                .ours()
                .with(Map.of("metadata", Map.of("annotations", annotations)))
                .build());

        send("direct:refresh-credentials", null, Map.of());

        assertEquals(Set.of(Fixtures.KEY), queuedBy("queue-due"));
    }

    @Test
    void queuesNoOrphanOnTheFirstScan() {
        givenSyncedStores();
        givenManagedSecret(orphan());

        cleanUp();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void queuesAnOrphanOnceTheApiServerConfirmsIt() throws Exception {
        givenSyncedStores();
        givenManagedSecret(orphan());
        edges.answer("list-clusterprofiles", List.of());

        cleanUp();
        cleanUp();

        assertEquals(List.of("list-clusterprofiles", "queue-orphan"), edges.steps());
        assertEquals(Set.of(Fixtures.KEY), queuedBy("queue-orphan"));
        assertEquals(
                "listCustomResources",
                edges.sentBy("list-clusterprofiles").options().get("operation"));
    }

    @Test
    void queuesNothingThatHasAProfileInAnotherShard() {
        givenSyncedStores();
        givenManagedSecret(orphan());
        edges.answer(
                "list-clusterprofiles",
                List.of(Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build()));

        cleanUp();
        cleanUp();

        assertEquals(List.of("list-clusterprofiles"), edges.steps());
    }

    @Test
    void scansNothingBeforeTheStoresAreSynced() {
        givenManagedSecret(orphan());

        cleanUp();
        cleanUp();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void listsTheWholeCluster() throws Exception {
        givenSyncedStores();
        givenManagedSecret(orphan());
        edges.answer("list-clusterprofiles", List.of());

        cleanUp();
        cleanUp();

        assertNull(edges.sentBy("list-clusterprofiles").options().get("namespaces"));
    }

    @Nested
    @CamelMainTest(properties = "watch-namespaces=fleet")
    class WhenOnlySomeNamespacesAreWatched {

        @Test
        void listsTheseNamespacesIfItMayNotListTheCluster() throws Exception {
            givenSyncedStores();
            edges.answer("list-clusterprofiles", Refusals.of(403, "clusterprofiles is forbidden"));
            edges.answer("list-watched-clusterprofiles", List.of());

            Exchange exchange = cleanUp();

            assertNull(exchange.getException());
            assertEquals(List.of("list-clusterprofiles", "list-watched-clusterprofiles"), edges.steps());
            assertEquals(
                    "fleet",
                    edges.sentBy("list-watched-clusterprofiles").options().get("namespaces"));
        }

        @Test
        void queuesADeletionThatNoReplicaFinishes() {
            givenSyncedStores();
            edges.answer(
                    "list-clusterprofiles",
                    List.of(Fixtures.metadata("left", "member")
                            .finalizers(ClusterProfile.FINALIZER)
                            .deletedAt("2026-01-01T00:00:00Z")
                            .build()));

            cleanUp();
            cleanUp();

            assertEquals(Set.of("left/member"), queuedBy("queue-orphan"));
        }
    }

    @Test
    void survivesAnUnreachableApiServer() {
        givenSyncedStores();
        givenManagedSecret(orphan());
        edges.answer("list-clusterprofiles", new IllegalStateException("connection refused"));

        cleanUp();
        Exchange exchange = cleanUp();

        assertNull(exchange.getException());
        assertEquals(List.of("list-clusterprofiles"), edges.steps());
    }

    private Exchange cleanUp() {
        return send("direct:clean-up-orphans", null, Map.of());
    }

    private static PartialObjectMetadata orphan() {
        return managedSecret().ours().build();
    }

    private Set<Object> queuedBy(String step) {
        return edges.allSentBy(step).stream().map(Edges.Sent::body).collect(Collectors.toSet());
    }
}
