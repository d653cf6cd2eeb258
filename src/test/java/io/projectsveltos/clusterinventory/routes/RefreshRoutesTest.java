package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    void queuesNothingWhenThereAreNoProfiles() {
        send("direct:resync", null, Map.of());

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void suspectsNothingTheFirstTime() {
        givenSynced();
        givenManagedSecret(orphan());

        cleanUp();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void asksTheApiServerAboutWhatIsStillWithoutAProfile() throws Exception {
        givenSynced();
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
    void clearsASuspectThatHasAProfileInAnotherShard() {
        givenSynced();
        givenManagedSecret(orphan());
        edges.answer(
                "list-clusterprofiles",
                List.of(Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build()));

        cleanUp();
        cleanUp();

        assertEquals(List.of("list-clusterprofiles"), edges.steps());
    }

    @Test
    void suspectsNothingWhileTheInformersAreNotThereYet() {
        givenManagedSecret(orphan());

        cleanUp();
        cleanUp();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void listsTheWholeClusterWhateverIsWatched() throws Exception {
        givenSynced();
        givenManagedSecret(orphan());
        edges.answer("list-clusterprofiles", List.of());

        cleanUp();
        cleanUp();

        assertNull(edges.sentBy("list-clusterprofiles").options().get("namespaces"));
    }

    @Nested
    @CamelMainTest(properties = "watch-namespaces=fleet")
    class WhereNamespacesAreWatched {

        @Test
        void listsThoseAloneWhereItMayNotListTheCluster() throws Exception {
            givenSynced();
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
        void queuesADeletionThatNobodyFinishes() {
            givenSynced();
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
    void survivesAnApiServerThatDoesNotAnswer() {
        givenSynced();
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

    private void givenSynced() {
        Stream.of(clusterProfiles, managedSecrets, sveltosClusters)
                .map(InformerStore::synced)
                .forEach(synced -> synced.complete(null));
    }

    private static PartialObjectMetadata orphan() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                .ours()
                .build();
    }

    private Set<Object> queuedBy(String step) {
        return edges.allSentBy(step).stream().map(Edges.Sent::body).collect(Collectors.toSet());
    }
}
