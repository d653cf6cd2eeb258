package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.logging.DebuggingConfiguration;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class WatchRoutesTest extends RouteTest {

    @ParameterizedTest
    @EnumSource(names = {"ADDED", "MODIFIED", "DELETED"})
    void queuesEachProfileThatChanges(Action action) {
        profileEvent(action, profile().build());

        assertEquals(Fixtures.KEY, edges.sentBy("queue-clusterprofile").body());
    }

    @Test
    void queuesAllProfilesThatReadASecretThatChanges() {
        profileEvent(Action.ADDED, profile().build());
        profileEvent(Action.ADDED, profile().named("other").build());
        profileEvent(
                Action.ADDED,
                profile().named("bystander").inNamespace("elsewhere").build());
        edges.forget();

        sourceEvent(Fixtures.SOURCE_NAME);

        assertEquals(List.of(Fixtures.KEY, "fleet/other"), queuedBy("queue-dependent"));
    }

    @Test
    void indexesTheSourceBeforeItQueuesTheProfile() {
        edges.answer("queue-clusterprofile", new IllegalStateException("the step after it is not reached"));

        profileEvent(Action.ADDED, profile().build());
        sourceEvent(Fixtures.SOURCE_NAME);

        assertEquals(List.of(Fixtures.KEY), queuedBy("queue-dependent"));
    }

    @Test
    void ignoresSecretsThatNoProfileReads() {
        profileEvent(Action.ADDED, profile().build());
        edges.forget();

        sourceEvent("another");

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void forgetsTheSourceOfAProfileThatIsGone() {
        profileEvent(Action.ADDED, profile().build());
        profileEvent(Action.DELETED, profile().build());
        edges.forget();

        sourceEvent(Fixtures.SOURCE_NAME);

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void forgetsTheFormerSourceOfAProfile() {
        profileEvent(Action.ADDED, profile().build());
        profileEvent(
                Action.MODIFIED,
                profile().reading(Map.of("name", "another", "key", "value")).build());
        edges.forget();

        sourceEvent(Fixtures.SOURCE_NAME);
        sourceEvent("another");

        assertEquals(List.of(Fixtures.KEY), queuedBy("queue-dependent"));
    }

    @ParameterizedTest
    @CsvSource({
        "direct:watch-managed-secrets, member-sveltos-kubeconfig, fleet/member",
        "direct:watch-sveltosclusters, member, fleet/member",
        "direct:watch-sveltosclusters, member-sveltos-kubeconfig, fleet/member-sveltos-kubeconfig"
    })
    void queuesTheProfileOfAnOutputThatChanges(String route, String output, String profile) {
        send(route, Fixtures.metadata(Fixtures.NAMESPACE, output).ours().build(), Map.of());

        assertEquals(profile, edges.sentBy("queue-owner").body());
    }

    @Test
    void ignoresASecretWithoutTheNameOfAnOutput() {
        send(
                "direct:watch-managed-secrets",
                Fixtures.metadata(Fixtures.NAMESPACE, "member").ours().build(),
                Map.of());

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void setsTheLogLevelFromTheDebuggingConfiguration() {
        DebuggingConfiguration verbose = Serialization.unmarshal("""
                apiVersion: lib.projectsveltos.io/v1beta1
                kind: DebuggingConfiguration
                metadata: {name: default}
                spec: {configuration: [{component: ClusterInventory, logLevel: LogLevelVerbose}]}
                """, DebuggingConfiguration.class);
        Logger ours = (Logger) LoggerFactory.getLogger("routes.reconcile-clusterprofile");
        Level usual = ours.getEffectiveLevel();

        debuggingEvent(Action.ADDED, verbose);
        assertEquals(Level.TRACE, ours.getEffectiveLevel());

        debuggingEvent(Action.DELETED, verbose);
        assertEquals(usual, ours.getEffectiveLevel());
    }

    private void debuggingEvent(Action action, DebuggingConfiguration configuration) {
        send(
                "direct:watch-debugging-configuration",
                configuration,
                Map.of(KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION, action));
    }

    private void profileEvent(Action action, ClusterProfile profile) {
        send("direct:watch-clusterprofiles", profile, Map.of(KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION, action));
    }

    private void sourceEvent(String name) {
        send("direct:watch-source-secrets", PartialObjectMetadata.of(Fixtures.NAMESPACE, name, "6"), Map.of());
    }

    private List<Object> queuedBy(String step) {
        return edges.allSentBy(step).stream().map(Edges.Sent::body).toList();
    }
}
