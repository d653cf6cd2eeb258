package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

/** The rules of the registration file. */
@CamelMainTest(
        configurationClasses = ControllerConfiguration.class,
        properties = {
            "kubeconfig=src/test/resources/kubeconfig-of-no-server.yaml",
            "registration-file=src/test/resources/rules.yaml"
        },
        replaceRouteFromWith = {
            "watch-clusterprofiles=direct:watch-clusterprofiles",
            "watch-source-secrets=direct:watch-source-secrets",
            "watch-managed-secrets=direct:watch-managed-secrets",
            "watch-sveltosclusters=direct:watch-sveltosclusters",
            "watch-debugging-configuration=direct:watch-debugging-configuration",
            "reconcile-clusterprofile=direct:reconcile-clusterprofile"
        },
        mockEndpointsAndSkip = "(kubernetes-|workqueue:).*")
class RuleRoutesTest extends RouteTest {

    @Test
    void addLabelsDataAndTheShardWithTheFirstApply() {
        givenInRegion("West Europe");

        Exchange exchange = reconcile();

        Edges.Sent cluster = edges.sentBy("apply-sveltoscluster");
        assertEquals(
                Map.of("shard", "a", "region", "West_Europe", ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                cluster.metadata().get("labels"));
        assertEquals("a", ((Map<?, ?>) cluster.metadata().get("annotations")).get("sharding.projectsveltos.io/key"));
        assertEquals(
                Map.of("region", "West Europe"), ((Map<?, ?>) cluster.object().get("spec")).get("data"));
        assertNull(exchange.getProperty(WorkqueueConstants.REQUEUE_AFTER));
    }

    @Test
    void writeNothingIfTheOutputsAreAsDesired() {
        givenInRegion("eu");
        reconcile();
        edges.forget();

        reconcile();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void keepALabelThatChangesAndLookAgainInAMinute() {
        givenInRegion("eu");
        reconcile();
        edges.forget();
        givenInRegion("us");

        Duration delay = reconcile().getProperty(WorkqueueConstants.REQUEUE_AFTER, Duration.class);

        assertTrue(delay.toSeconds() > 50 && delay.compareTo(Duration.ofMinutes(1)) <= 0, delay::toString);
        Edges.Sent cluster = edges.sentBy("apply-sveltoscluster");
        assertEquals("eu", ((Map<?, ?>) cluster.metadata().get("labels")).get("region"));
        assertEquals(Map.of("region", "us"), ((Map<?, ?>) cluster.object().get("spec")).get("data"));
    }

    @Test
    void registerNoClusterWhoseShardIsUnknown() {
        given(profile().build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));

        reconcile();

        assertEquals(List.of("queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.ShardUnknown), reportedReasons());
    }

    private void givenInRegion(String region) {
        given(profile()
                .labelled("shard", "a")
                .status("properties", List.of(Map.of("name", "region", "value", region)))
                .build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
    }
}
