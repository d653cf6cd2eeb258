package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.Refusals;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.credential.Renewal;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged access providers whose token is in a Secret. */
class TokenSecretRoutesTest extends RouteTest {

    private static final String COPY = "fleet/member-sveltos";

    @BeforeEach
    void givenAProfileOfOcm() {
        given(offering("open-cluster-management").build());
    }

    @Test
    void buildsAKubeconfigFromTheTokenAndTheClusterOfTheProfile() {
        givenCopy("5", "token-1");

        serve();

        assertEquals(
                List.of("get-token-secret", "queue-reconcile", "apply-secret", "apply-sveltoscluster"),
                edges.steps().subList(0, 4));
        assertEquals(COPY, read());
        assertTrue(written().contains("token: \"token-1\""), written());
        assertTrue(written().contains("server: \"https://member.example:6443\""), written());
        assertTrue(
                written()
                        .contains(Base64.getEncoder()
                                .encodeToString(ClientCertificates.AUTHORITY.getBytes(StandardCharsets.UTF_8))),
                written());
    }

    @Test
    void hasNoTimeOfRefreshSinceTheSecretIsWatched() {
        givenCopy("5", "token-1");

        serve();

        Map<?, ?> annotations =
                (Map<?, ?>) edges.sentBy("apply-secret").metadata().get("annotations");
        assertEquals("open-cluster-management", annotations.get(ManagedMetadata.ACCESS_PROVIDER));
        assertFalse(annotations.containsKey(ManagedMetadata.REFRESH), annotations.toString());
        assertFalse(annotations.containsKey(ManagedMetadata.EXPIRY), annotations.toString());
    }

    @Test
    void readsNothingWhileTheCopyIsUpToDate() {
        givenServed();

        reconcile();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void readsAnUnchangedTokenAgainForANewValueOfTheAnnotation() {
        givenServed();
        given(offering("open-cluster-management")
                .metadata("annotations", Map.of(Renewal.ANNOTATION, "1"))
                .build());

        serve();

        assertTrue(edges.steps().containsAll(List.of("get-token-secret", "apply-secret")), edges.steps()::toString);
    }

    @Test
    void copiesANewToken() {
        givenServed();
        givenCopy("6", "token-2");

        serve();

        assertTrue(written().contains("token-2"), written());
    }

    @Test
    void queuesTheProfileWhenATokenIsRotated() {
        send("direct:watch-clusterprofiles", offering("open-cluster-management").build(), Map.of());
        edges.forget();

        send(
                "direct:watch-source-secrets",
                PartialObjectMetadata.of("fleet", "member-sveltos", "6"),
                Map.of(KubernetesConstants.KUBERNETES_EVENT_ACTION, Action.MODIFIED));

        assertEquals(Fixtures.KEY, edges.sentBy("queue-dependent").body());
    }

    @Test
    void readsTheSecretOfTheSecretReader() {
        given(offering("secretreader").build());
        edges.answer("get-token-secret", Fixtures.tokenCopy("5", Fixtures.NAME, "sveltos", "token-1"));

        serve();

        assertEquals("fleet/member", read());
        assertTrue(written().contains("token-1"), written());
    }

    /** The informer may be late, or not watch the namespace. */
    @Test
    void setsATimeToReadASecretAgainThatTheInformerDoesNotKnow() {
        given(offering("secretreader").build());
        edges.answer("get-token-secret", Fixtures.tokenCopy("5", Fixtures.NAME, "sveltos", "token-1"));
        serve();
        assertTrue(annotations().containsKey(ManagedMetadata.REFRESH));
        edges.forget();

        serve();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void leavesItToTheWatchWhenAKnownSecretIsReadAgain() {
        givenCopy("5", "token-1");

        serve();

        assertFalse(annotations().containsKey(ManagedMetadata.REFRESH));
    }

    @Test
    void reportsASecretThatDoesNotExist() {
        given(offering("secretreader").build());

        reconcile();
        Exchange fetched = fetch();

        assertFalse(fetched.isFailed());
        assertEquals(List.of(Reason.SourceSecretNotFound), reportedReasons());
    }

    @Test
    void reportsThatOcmHasNotCopiedATokenYet() {
        Exchange reconciled = reconcile();

        assertFalse(reconciled.isFailed());
        assertEquals(List.of("queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.SourceSecretNotFound), reportedReasons());
    }

    @Test
    void reportsTwoCopiesAndKeepsTheLastGoodOne() {
        givenServed();
        informer(Fixtures.tokenCopy("7", Fixtures.NAME, "other", "token-2"));

        Exchange reconciled = reconcile();

        assertFalse(reconciled.isFailed());
        assertEquals(List.of("queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.InvalidAccessProvider), reportedReasons());
    }

    @Test
    void reportsThatTheSecretMayNotBeRead() {
        givenCopy("5", "token-1");
        edges.answer("get-token-secret", Refusals.of(403, "cannot get secrets"));

        reconcile();
        Exchange fetched = fetch();

        assertTrue(fetched.isFailed());
        assertEquals(List.of(Reason.ApplyRefused), reportedReasons());
    }

    private void givenServed() {
        givenCopy("5", "token-1");
        serve();
        edges.forget();
    }

    private void givenCopy(String version, String token) {
        Secret copy = Fixtures.tokenCopy(version, Fixtures.NAME, "sveltos", token);
        informer(copy);
        edges.answer("get-token-secret", copy);
    }

    private void informer(Secret secret) {
        Informers.put(sourceSecretVersions, Fixtures.metadataOf(secret));
    }

    /** Through both queues. */
    private void serve() {
        reconcile();
        fetch();
        reconcile();
    }

    private Exchange fetch() {
        return send("direct:fetch-credential", Fixtures.KEY, Map.of());
    }

    private static Fixtures.Profile offering(String provider) {
        return profile().accessProviders(Fixtures.accessProvider(provider, Map.of("clusterName", Fixtures.NAME)));
    }

    private String read() {
        return ObjectKey.of(
                        (PartialObjectMetadata) edges.sentBy("get-token-secret").body())
                .toString();
    }

    private Map<?, ?> annotations() {
        return (Map<?, ?>) ((Map<?, ?>) edges.sentBy("apply-secret").object().get("metadata")).get("annotations");
    }

    private String written() {
        return new String(edges.sentBy("apply-secret").kubeconfig(), StandardCharsets.UTF_8);
    }
}
