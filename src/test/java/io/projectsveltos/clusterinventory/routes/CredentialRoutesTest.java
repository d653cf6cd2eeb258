package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.credential.Renewal;
import io.projectsveltos.clusterinventory.credential.exec.PluginInvocation;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.AllLogs;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A credential on its way through both queues: requested, fetched from a plugin or a custom provider route, written. */
class CredentialRoutesTest extends RouteTest {

    /** Loggers that the log configuration always switches off. */
    private static final String[] LOGGERS_OF_BODIES = {
        "org.apache.camel.component.bean.BeanInfo",
        "org.apache.camel.component.bean.MethodInfo",
        "org.apache.camel.processor.Pipeline"
    };

    private static final String TOKEN = """
            {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "one"}}
            """;

    private static final Map<String, Object> WHOLE_PROFILE =
            Map.of("status", Map.of("version", Map.of("kubernetes", "v1")));

    /** The real queue, without workers. */
    private WorkQueue queue;

    private Map<String, Object> applied;
    private Message toPlugin;
    private Object fromPlugin = TOKEN.getBytes(StandardCharsets.UTF_8);
    private Message toCustomRoute;
    private Object fromCustomRoute = Fixtures.KUBECONFIG;

    @BeforeEach
    void mockTheQueueAndTheProviders() {
        queue = context.getComponent("workqueue", WorkqueueComponent.class).queue("credentials");
        mock("workqueue:credentials").whenAnyExchangeReceived(exchange -> {
            edges.process(exchange);
            queue.add(exchange.getMessage().getBody(String.class));
        });
        edges.answer("get-whole-clusterprofile", WHOLE_PROFILE);
        mock("exec:plugin").whenAnyExchangeReceived(exchange -> {
            toPlugin = exchange.getMessage().copy();
            answer(exchange, fromPlugin);
        });
        mock("custom-provider").whenAnyExchangeReceived(exchange -> {
            toCustomRoute = exchange.getMessage().copy();
            answer(exchange, fromCustomRoute);
        });
    }

    // requesting and writing a credential

    @Test
    void requestsACredentialAndWritesNothing() {
        given(offering("plugin").build());

        reconcile();

        assertEquals(List.of("queue-credential"), edges.steps());
        assertEquals(Fixtures.KEY, edges.sentBy("queue-credential").body());
        assertNull(toPlugin);
    }

    static Stream<Named<Fixtures.Profile>> profilesWithoutAConfiguredProvider() {
        return Stream.of(
                Named.of("no status", offering("plugin").withoutStatus()),
                Named.of("no configured provider", offering("unknown")));
    }

    @ParameterizedTest
    @MethodSource("profilesWithoutAConfiguredProvider")
    void requestsAgainAfterNoConfiguredProviderWasOffered(Fixtures.Profile inBetween) {
        givenRequested("plugin");
        given(inBetween.build());
        fetch();
        edges.forget();
        given(offering("plugin").build());

        reconcile();

        assertEquals(List.of("queue-credential"), edges.steps());
    }

    @Test
    void addsTheFinalizerBeforeItRequests() {
        given(offering("plugin").withoutFinalizers().build());

        reconcile();

        assertEquals(List.of("add-finalizer-patch", "queue-credential"), edges.steps());
    }

    @Test
    void requestsOnce() {
        given(offering("plugin").build());

        reconcile();
        reconcile();

        assertEquals(List.of("queue-credential"), edges.steps());
    }

    @Test
    void requestsAgainWhenTheProfileOffersAnotherEntry() {
        given(offering("plugin").build());
        reconcile();

        given(offering("custom").build());
        reconcile();

        assertEquals(List.of("queue-credential", "queue-credential"), edges.steps());
    }

    @Test
    void writesAFetchedCredential() {
        givenFetched("plugin");

        reconcile();

        assertEquals(List.of("apply-secret", "apply-sveltoscluster", "queue-normal-event"), edges.steps());
        assertTrue(written().matches("(?s).*token: \"?one\"?\n.*"), this::written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plugin", "custom"})
    void writesNothingWhileTheOutputsAreUpToDate(String provider) {
        givenServed(provider);

        reconcile();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void requestsAgainWhenTheSecretIsGone() {
        givenServed("plugin");
        Informers.remove(managedSecrets, Fixtures.NAMESPACE + "/" + Fixtures.MANAGED_SECRET);

        reconcile();

        assertEquals("queue-credential", edges.steps().get(0));
    }

    @Test
    void keepsACredentialUntilItIsWritten() {
        givenFetched("plugin");
        edges.refuseOnce("apply-secret", new IllegalStateException("no API server"));
        reconcile();
        edges.forget();

        reconcile();

        assertEquals("apply-secret", edges.steps().get(0));
    }

    // fetching it

    @Test
    void runsThePluginAndQueuesTheProfile() {
        givenRequested("plugin");

        fetch();

        assertEquals("/no/plugin", toPlugin.getBody(PluginInvocation.class).command());
        assertEquals(List.of("queue-reconcile"), edges.steps());
        assertEquals(Fixtures.KEY, edges.sentBy("queue-reconcile").body());
    }

    @Test
    void removesHeadersThatWouldChangeTheCommandOrTheQueueing() {
        givenRequested("plugin");

        fetch(Map.of(
                "CamelExecCommandExecutable",
                "sh",
                "CamelExecCommandArgs",
                List.of("-c", "id"),
                "CamelExecCommandWorkingDir",
                "/",
                "CamelExecCommandTimeout",
                1));

        assertNoHeader("CamelExec", toPlugin.getHeaders());
        assertNoHeader("CamelWorkqueue", edges.sentBy("queue-reconcile").headers());
    }

    private static void assertNoHeader(String prefix, Map<String, Object> headers) {
        assertEquals(
                List.of(),
                headers.keySet().stream()
                        .filter(name -> name.startsWith(prefix))
                        .toList());
    }

    @Test
    void givesACustomProviderRouteTheEntryAndTheKey() {
        givenRequested("custom");

        fetch();

        assertEquals("custom", toCustomRoute.getBody(Map.class).get("name"));
        assertEquals(Map.of(), toCustomRoute.getHeaders());
        Exchange exchange = toCustomRoute.getExchange();
        assertEquals(Fixtures.NAMESPACE, exchange.getVariable("clusterProfileNamespace"));
        assertEquals(Fixtures.NAME, exchange.getVariable("clusterProfileName"));
        assertEquals(WHOLE_PROFILE, exchange.getVariable("clusterProfile"));
        assertEquals(List.of("get-whole-clusterprofile", "queue-reconcile"), edges.steps());
        assertNull(toPlugin);
    }

    @Test
    void callsNoCustomProviderRouteForAProfileThatIsGoneByThen() {
        givenRequested("custom");
        edges.answer("get-whole-clusterprofile", null);

        fetch();

        assertEquals(List.of("get-whole-clusterprofile"), edges.steps());
        assertNull(toCustomRoute);
    }

    @Test
    void fetchesNothingForAProfileThatIsGone() {
        fetch();

        assertNothingDone();
    }

    @Test
    void runsNoPluginWithoutARequest() {
        given(offering("plugin").build());

        fetch();

        assertNothingDone();
    }

    @Test
    void runsNoPluginForAFulfilledRequest() {
        givenFetched("plugin");
        toPlugin = null;

        fetch();

        assertNothingDone();
    }

    @Test
    void reconcilesInsteadWhenTheProfileOffersAnotherEntryByThen() {
        givenRequested("plugin");
        given(offering("custom").build());

        fetch();

        assertEquals(List.of("queue-reconcile"), edges.steps());
        assertNull(toPlugin);
        assertNull(toCustomRoute);
    }

    @Test
    void fetchesWhileADeletionWaits() {
        givenRequested("plugin");
        given(offering("plugin").deletedAt("2026-01-01T00:00:00Z").build());

        fetch();

        assertEquals(List.of("queue-reconcile"), edges.steps());
    }

    /** The profile offers one entry, another and the first again while the plugin runs. */
    @Test
    void servesAStatusThatFlapsWhileThePluginRuns() {
        givenRequested("plugin");
        whilePluginRuns(() -> {
            given(offering("custom").build());
            reconcile();
            given(offering("plugin").build());
            reconcile();
        });
        fetch();
        reconcile();
        edges.forget();

        reconcile();

        assertEquals(List.of(), edges.steps());
        assertTrue(managedSecrets.get(Fixtures.NAMESPACE + "/" + Fixtures.MANAGED_SECRET) != null);
    }

    @Test
    void requestsAgainForARecreatedProfile() {
        givenRequested("plugin");
        Informers.remove(clusterProfiles, Fixtures.KEY);
        fetch();
        edges.forget();

        given(offering("plugin").build());
        reconcile();

        assertEquals(List.of("queue-credential"), edges.steps());
    }

    // failures

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"ExecPluginFailed", "ExecPluginTimeout", "InvalidExecCredential"})
    void retriesAPluginThatFails(Reason reason) {
        givenRequested("plugin");
        fromPlugin = new ReconcileFailure(reason, "why");

        Exchange exchange = fetch();

        assertTrue(exchange.getException() instanceof ReconcileFailure);
        assertEquals(List.of(reason), reportedReasons());
    }

    @Test
    void doesNotRetryWhatOnlyTheClusterManagerCanFix() {
        givenRequested("plugin");
        fromPlugin = new ReconcileFailure(Reason.InvalidAccessProvider, "why");

        Exchange exchange = fetch();

        assertFalse(exchange.isFailed());
        assertEquals(List.of(Reason.InvalidAccessProvider), reportedReasons());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "{}", "{\"kind\": \"ExecCredential\"}"})
    void reportsInvalidOutputOfAPlugin(String output) {
        givenRequested("plugin");
        fromPlugin = output.getBytes(StandardCharsets.UTF_8);

        fetch();

        assertEquals(List.of(Reason.InvalidExecCredential), reportedReasons());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{server: 'https://member.example', certificate-authority: /var/run/ca.crt}",
                "{server: 'https://member.example', insecure-skip-tls-verify: 'true'}",
                "{server: 'https://member.example', proxy-url: 'ftp://proxy'}",
                "{server: ''}"
            })
    void runsNoPluginForAnEntryThatIsNotUsable(String cluster) {
        given(profile()
                .accessProviders(Map.of("name", "plugin", "cluster", RouteFile.parse("the test", cluster)))
                .build());
        reconcile();

        Exchange exchange = fetch();

        assertNull(toPlugin);
        assertFalse(exchange.isFailed(), "not retried before something changes");
        assertEquals(List.of(Reason.InvalidAccessProvider), reportedReasons());
    }

    @Test
    void acceptsAnExecCredentialInYaml() {
        fromPlugin = """
                # as client-go reads it
                apiVersion: client.authentication.k8s.io/v1
                kind: ExecCredential
                status:
                  token: one
                """.getBytes(StandardCharsets.UTF_8);
        givenFetched("plugin");

        reconcile();

        assertTrue(written().matches("(?s).*token: \"?one\"?\n.*"), this::written);
    }

    @ParameterizedTest
    @MethodSource
    void buildsAKubeconfigFromEveryFormOfAnExecCredential(Object body) {
        Exchange built = template.to("direct:build-kubeconfig")
                .withBody(body)
                .withVariable("accessProvider", new AccessProvider("any", Map.of("server", "https://one")))
                .send();

        assertNull(built.getException());
        assertTrue(built.getMessage().getBody() instanceof Kubeconfig);
    }

    static Stream<Object> buildsAKubeconfigFromEveryFormOfAnExecCredential() {
        return Stream.of(
                TOKEN,
                TOKEN.getBytes(StandardCharsets.UTF_8),
                new ByteArrayInputStream(TOKEN.getBytes(StandardCharsets.UTF_8)),
                Map.of("kind", "ExecCredential", "status", Map.of("token", "one")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cr3t",
                "{\"status\": s3cr3t}",
                "{\"status\": \"s3cr3t\"}",
                "{\"kind\": \"ExecCredential\", \"status\": {\"token\": [\"s3cr3t\"]}}",
                "{\"kind\": \"ExecCredential\", \"status\": {\"token\": \"t\", \"expirationTimestamp\": \"s3cr3t\"}} s3cr3t",
                "kind: ExecCredential\nstatus: {token: t, expirationTimestamp: s3cr3t}",
                "kind: [s3cr3t"
            })
    void logsNothingOfAnOutputThatCannotBeUnmarshalled(String output) {
        givenRequested("plugin");
        fromPlugin = output.getBytes(StandardCharsets.UTF_8);

        try (AllLogs logs = AllLogs.started(LOGGERS_OF_BODIES)) {
            Exchange exchange = fetch();

            assertEquals(List.of(Reason.InvalidExecCredential), reportedReasons());
            assertNull(exchange.getException().getCause());
            logs.lines().forEach(line -> assertFalse(line.contains("s3cr3t"), line));
        }
    }

    @Test
    void reportsACustomProviderRouteThatFailedWithoutItsMessageAndRetries() {
        givenRequested("custom");
        fromCustomRoute = new IllegalStateException("no service at https://tokens?token=s3cr3t");

        Exchange exchange = fetch();

        assertTrue(exchange.isFailed());
        assertEquals(List.of(Reason.ExecPluginFailed), reportedReasons());
        String message = reportedEvents().get(0).message();
        assertTrue(
                message.contains(
                        "custom failed in step to mock ask-custom-provider (custom-provider.camel.yaml, line 7) with"
                                + " IllegalStateException"),
                message);
        assertFalse(message.contains("s3cr3t"), message);
    }

    @Test
    void reportsACustomProviderRouteThatEndsWithoutAKubeconfig() {
        givenRequested("custom");
        fromCustomRoute = Map.of("token", "s3cr3t");

        fetch();

        assertEquals(List.of(Reason.InvalidExecCredential), reportedReasons());
    }

    // the annotation renew

    @ParameterizedTest
    @ValueSource(strings = {"plugin", "custom"})
    void renewsOncePerValueOfTheAnnotation(String provider) {
        givenServed(provider);
        given(renewed(offering(provider), "1"));

        reconcile();
        assertEquals(List.of("queue-credential"), edges.steps());
        fetch();
        reconcile();
        assertTrue(edges.steps().contains("apply-secret"), edges.steps()::toString);
        edges.forget();

        reconcile();
        assertEquals(List.of(), edges.steps());
        given(offering(provider).build());
        reconcile();
        assertEquals(List.of(), edges.steps(), "the annotation is removed");
        given(renewed(offering(provider), "2"));
        reconcile();
        assertEquals(List.of("queue-credential"), edges.steps());
    }

    @Test
    void aRenewalDoesNotWaitForTheBackoff() {
        givenRequested("custom");
        fromCustomRoute = new IllegalStateException("down");
        fetch();
        edges.forget();
        reconcile();
        assertEquals(List.of(), edges.steps(), "the retry waits");
        fromCustomRoute = Fixtures.KUBECONFIG;
        given(renewed(offering("custom"), "1"));

        reconcile();
        assertEquals(List.of("queue-credential"), edges.steps());
        fetch();
        reconcile();

        assertTrue(edges.steps().contains("apply-secret"), edges.steps()::toString);
    }

    private static ClusterProfile renewed(Fixtures.Profile profile, String value) {
        return profile.metadata("annotations", Map.of(Renewal.ANNOTATION, value))
                .build();
    }

    // credentials that the cluster rejects

    @ParameterizedTest
    @ValueSource(strings = {"plugin", "custom"})
    void keepsARejectedCredentialOfLessThanTheMinimumAge(String provider) {
        givenServed(provider);
        givenRejected();

        reconcile();

        assertEquals(List.of("queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.SveltosCannotConnect), reportedReasons());
    }

    @Nested
    @CamelMainTest(properties = "refresh.min-interval=1")
    class WhenRejectedCredentialsAreOldEnough {

        @ParameterizedTest
        @ValueSource(strings = {"plugin", "custom"})
        void replacesARejectedCredential(String provider) {
            givenServed(provider);
            givenRejected();

            await().untilAsserted(() -> {
                reconcile();
                assertEquals(
                        List.of("queue-credential"),
                        edges.steps().stream()
                                .filter(step -> step.startsWith("queue-c"))
                                .toList());
            });
        }

        @Test
        void replacesItWhileADeletionWaits() {
            givenServed("plugin");
            givenRejected();
            given(offering("plugin").deletedAt("2026-01-01T00:00:00Z").build());
            edges.answer("delete-sveltoscluster", sveltosCluster().ours().build());

            await().untilAsserted(() -> {
                reconcile();
                assertTrue(edges.steps().contains("queue-credential"), () -> edges.steps()
                        .toString());
            });
            assertTrue(reportedReasons().contains(Reason.SveltosCannotConnect));
        }
    }

    private void givenRejected() {
        givenSveltosCluster(Fixtures.applied(applied).reporting(Fixtures.REJECTED));
    }

    private void givenServed(String provider) {
        givenFetched(provider);
        reconcile();
        applied = edges.sentBy("apply-sveltoscluster").object();
        edges.forget();
    }

    private void givenFetched(String provider) {
        givenRequested(provider);
        fetch();
        edges.forget();
    }

    private void givenRequested(String provider) {
        given(offering(provider).build());
        reconcile();
        assertEquals(List.of("queue-credential"), edges.steps());
        edges.forget();
    }

    private void whilePluginRuns(Runnable change) {
        mock("exec:plugin").whenAnyExchangeReceived(exchange -> {
            change.run();
            answer(exchange, fromPlugin);
        });
    }

    private static Fixtures.Profile offering(String provider) {
        return profile()
                .accessProviders(Map.of("name", provider, "cluster", Map.of("server", "https://member.example")));
    }

    private Exchange fetch() {
        return fetch(Map.of());
    }

    /** As a worker of the queue: takes the key, and adds it again if the route fails. */
    private Exchange fetch(Map<String, Object> more) {
        if (queue.depth() > 0) {
            take();
        }
        Map<String, Object> headers =
                new HashMap<>(Map.of(WorkqueueConstants.KEY, Fixtures.KEY, WorkqueueConstants.REQUEUES, 0));
        headers.putAll(more);
        Exchange exchange = send("direct:fetch-credential", Fixtures.KEY, headers);
        if (exchange.isFailed()) {
            queue.addRateLimited(Fixtures.KEY);
        }
        queue.done(Fixtures.KEY);
        return exchange;
    }

    private void take() {
        try {
            queue.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private MockEndpoint mock(String uri) {
        return context.getEndpoint("mock:" + uri, MockEndpoint.class);
    }

    private static void answer(Exchange exchange, Object answer) throws Exception {
        if (answer instanceof Exception failure) {
            throw failure;
        }
        exchange.getMessage().setBody(answer);
    }

    private String written() {
        return new String(edges.sentBy("apply-secret").kubeconfig(), StandardCharsets.UTF_8);
    }

    private void assertNothingDone() {
        assertEquals(List.of(), edges.steps());
        assertNull(toPlugin);
        assertNull(toCustomRoute);
    }
}
