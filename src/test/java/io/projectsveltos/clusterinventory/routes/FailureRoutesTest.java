package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is reported about a profile that cannot be served, and whether the queue retries. */
class FailureRoutesTest extends RouteTest {

    static Stream<Arguments> unusableSources() {
        return Stream.of(
                Arguments.of(Named.of("no Secret", null), Reason.SourceSecretNotFound),
                Arguments.of(
                        Named.of("no such key", Fixtures.sourceSecret("6", "other-key", new byte[] {1})),
                        Reason.SourceSecretNotFound),
                Arguments.of(
                        Named.of("empty value", Fixtures.sourceSecret("6", Fixtures.SOURCE_KEY, new byte[0])),
                        Reason.SourceSecretInvalid),
                Arguments.of(
                        Named.of(
                                "value over 1 MiB",
                                Fixtures.sourceSecret("6", Fixtures.SOURCE_KEY, new byte[1024 * 1024 + 1])),
                        Reason.SourceSecretInvalid));
    }

    @Test
    void reportsThatNoOfferedAccessProviderIsConfigured() {
        given(profile().accessProviders(Map.of("name", "vault")).build());

        Exchange exchange = reconcile();

        assertEquals(List.of("queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.NoAccessProvider), reportedReasons());
        assertNull(exchange.getException(), "no retry until the profile changes");
    }

    @Test
    void reportsANameThatIsTooLong() {
        String name = "n".repeat(235);
        given(profile().named(name).build());

        Exchange exchange = send("direct:reconcile-clusterprofile", "fleet/" + name, Map.of());

        assertEquals(List.of(Reason.InvalidName), reportedReasons());
        assertNull(exchange.getException(), "no retry until the profile changes");
    }

    @ParameterizedTest
    @MethodSource(
            "io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReaderTest#invalidExtensions")
    void reportsAnEntryThatNamesNoKeyOfASecret(Map<String, Object> extension) {
        given(profile().reading(extension).build());

        Exchange exchange = reconcile();

        assertEquals(List.of("queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.InvalidAccessProvider), reportedReasons());
        assertNull(exchange.getException(), "no retry until the profile changes");
    }

    @Test
    void addsNoFinalizerToAProfileThatItCannotServe() {
        given(profile().withoutFinalizers().reading(Map.of()).build());

        reconcile();

        assertEquals(List.of("queue-warning-event"), edges.steps());
    }

    @ParameterizedTest
    @MethodSource("unusableSources")
    void keepsTheLastGoodCopyWhenTheSourceIsUnusable(Secret source, Reason reason) {
        givenOutputs();
        Informers.remove(sourceSecretVersions, Fixtures.NAMESPACE + "/" + Fixtures.SOURCE_NAME);
        edges.answer("get-source-secret", source);

        Exchange exchange = reconcile();

        assertEquals(List.of("get-source-secret", "queue-warning-event"), edges.steps());
        assertEquals(List.of(reason), reportedReasons());
        assertNull(exchange.getException(), "no retry until the source changes");
    }

    @Test
    void keepsTheOutputsWhenNoOfferedAccessProviderIsConfigured() {
        givenOutputs();
        given(profile().accessProviders(Map.of("name", "vault")).build());

        reconcile();

        assertEquals(List.of("queue-warning-event"), edges.steps());
    }

    @Test
    void copiesLabelsEvenWhenNoKubeconfigCanBeObtained() {
        givenOutputs();
        given(profile()
                .labelled("tier", "gold")
                .accessProviders(Map.of("name", "vault"))
                .build());

        reconcile();

        assertEquals(List.of("apply-sveltoscluster", "queue-warning-event"), edges.steps());
    }

    /** By validation, a quota, an admission policy or a missing permission: none of our watches shows when that ends. */
    @ParameterizedTest
    @ValueSource(ints = {400, 403, 422})
    void reportsARefusedOutputAndRetries(int code) {
        givenAProfileWithASource();
        KubernetesApiException refusal = Refusals.of(code, "exceeded quota: few-secrets");
        edges.answer("apply-sveltoscluster", refusal);

        Exchange exchange = reconcile();

        assertEquals(List.of(Reason.ApplyRefused), reportedReasons());
        assertEquals("exceeded quota: few-secrets", reportedEvents().get(0).message());
        assertSame(refusal, exchange.getException());
    }

    @Test
    void waitsForAsLongAsTheApiServerAsks() {
        givenAProfileWithASource();
        edges.answer("apply-secret", Refusals.tooManyRequests(Duration.ofSeconds(7)));

        Exchange exchange = reconcile();

        assertEquals(Duration.ofSeconds(7), exchange.getProperty(WorkqueueConstants.RETRY_AFTER));
        assertTrue(exchange.isFailed());
    }

    @Test
    void doesNotRetryInATerminatingNamespace() {
        givenAProfileWithASource();
        edges.answer("apply-secret", Refusals.namespaceTerminating());

        Exchange exchange = reconcile();

        assertNull(exchange.getException());
        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps());
    }

    @Test
    void reportsASecretThatIsNotOursAndRetries() {
        givenAProfileWithASource();
        edges.answer("get-managed-secret", managedSecret().build());

        Exchange exchange = reconcile(1);

        assertEquals(List.of("get-source-secret", "get-managed-secret", "queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.NotOwned), reportedReasons());
        assertFalse(exchange.getException() == null, "goes back to the queue");
    }

    @Test
    void reportsASveltosClusterThatIsNotOursAndRetries() {
        givenAProfileWithASource();
        edges.answer("get-sveltoscluster", sveltosCluster().build());

        Exchange exchange = reconcile(1);

        assertEquals(
                List.of(
                        "get-source-secret",
                        "get-managed-secret",
                        "apply-secret",
                        "get-sveltoscluster",
                        "queue-warning-event"),
                edges.steps());
        assertEquals(List.of(Reason.NotOwned), reportedReasons());
        assertFalse(exchange.getException() == null, "goes back to the queue");
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 409, 401, 429, 500, 503})
    void leavesExpectedErrorsToTheQueue(int code) {
        KubernetesApiException refusal = Refusals.of(code, "not now");
        givenAProfileWithASource();
        edges.answer("apply-secret", refusal);

        Exchange exchange = reconcile();

        assertSame(refusal, exchange.getException());
        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps(), "nothing after it, no Event");
    }

    @Test
    void writesNoOutputWithoutTheFinalizer() {
        given(profile().withoutFinalizers().build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
        edges.answer("add-finalizer-patch", Refusals.of(409, "the object has been modified"));

        reconcile();

        assertEquals(List.of("add-finalizer-patch"), edges.steps());
    }

    @Test
    void reportsTheSameProblemOnce() {
        given(profile().accessProviders(Map.of("name", "vault")).build());

        reconcile();
        record(Reason.Type.Warning, 0);
        reconcile();

        assertEquals(List.of("queue-warning-event", "send-event-request"), edges.steps());
    }

    @Nested
    @CamelMainTest(properties = "secretreader.unsafe-kubeconfig=refuse")
    class WhenUnsafeKubeconfigsAreRefused {

        @ParameterizedTest
        @MethodSource(
                "io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigValidatorTest#doubtfulKubeconfigs")
        void refusesADoubtfulKubeconfig(String kubeconfig) {
            given(profile().build());
            givenSource(Fixtures.sourceSecret("5", kubeconfig));

            reconcile();

            assertEquals(List.of("get-source-secret", "queue-warning-event"), edges.steps());
            assertEquals(List.of(Reason.SourceSecretInvalid), reportedReasons());
            assertFalse(reportedEvents().get(0).message().contains("s3cr3t"), "without the value");
        }

        @Test
        void copiesAGoodKubeconfig() {
            givenAProfileWithASource();

            reconcile();

            assertEquals(List.of(Reason.Synced), reportedReasons());
        }
    }

    @Nested
    @CamelMainTest(properties = "secretreader.namespaces=same")
    class WhenOnlyTheOwnNamespaceIsAllowed {

        private final Map<String, String> elsewhere = Map.of("name", "admin", "key", "value", "namespace", "vault");

        @Test
        void reportsASecretOfAnotherNamespace() {
            given(profile().reading(elsewhere).build());

            reconcile();

            assertEquals(List.of("queue-warning-event"), edges.steps());
            assertEquals(List.of(Reason.InvalidAccessProvider), reportedReasons());
        }

        @Test
        void ignoresChangesOfASecretOfAnotherNamespace() {
            send(
                    "direct:watch-clusterprofiles",
                    profile().reading(elsewhere).build(),
                    Map.of(KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION, Action.ADDED));
            edges.forget();

            send(
                    "direct:watch-source-secrets",
                    Fixtures.metadata("vault", "admin").build(),
                    Map.of());

            assertEquals(List.of(), edges.steps());
        }
    }
}
