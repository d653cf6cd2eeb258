package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.WorkQueue;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.credential.exec.PluginInvocation;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.events.ProfileEvent;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.AllLogs;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.BeanInject;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.Message;
import org.apache.camel.Produce;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a credential through both queues: requested, fetched from a plugin or a custom provider route, written. */
@CamelMainTest(
        configurationClasses = ControllerConfiguration.class,
        properties = {
            "kubeconfig=src/test/resources/kubeconfig-of-no-server.yaml",
            "clusterprofile-provider-file=src/test/resources/providers.json",
            "camel.main.routes-include-pattern=classpath:routes/*.yaml,file:src/test/resources/custom-provider.camel.yaml"
        },
        replaceRouteFromWith = {
            "watch-clusterprofiles=direct:watch-clusterprofiles",
            "watch-source-secrets=direct:watch-source-secrets",
            "watch-managed-secrets=direct:watch-managed-secrets",
            "watch-sveltosclusters=direct:watch-sveltosclusters",
            "reconcile-clusterprofile=direct:reconcile-clusterprofile",
            "fetch-credential=direct:fetch-credential",
            "resync=direct:resync",
            "refresh-credentials=direct:refresh-credentials",
            "clean-up-orphans=direct:clean-up-orphans",
            "record-warning-events=direct:record-warning-events",
            "record-normal-events=direct:record-normal-events"
        },
        mockEndpointsAndSkip = "(kubernetes-|workqueue:|exec:).*")
class CredentialRoutesTest {

    /** Off for good in the configuration of the log. */
    private static final String[] LOGGERS_OF_BODIES = {
        "org.apache.camel.component.bean.BeanInfo",
        "org.apache.camel.component.bean.MethodInfo",
        "org.apache.camel.processor.Pipeline"
    };

    private static final String TOKEN = """
            {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "one"}}
            """;

    @BeanInject
    CamelContext context;

    @Produce
    FluentProducerTemplate template;

    @BeanInject("clusterProfiles")
    InformerStore<ClusterProfile, ClusterProfile> clusterProfiles;

    @BeanInject("managedSecretStore")
    InformerStore<PartialObjectMetadata, PartialObjectMetadata> managedSecrets;

    @BeanInject("sveltosClusterStore")
    InformerStore<PartialObjectMetadata, PartialObjectMetadata> sveltosClusters;

    private Edges edges;

    /** The real one, though no worker takes keys from it. */
    private WorkQueue queue;

    private Message toPlugin;
    private Object fromPlugin = TOKEN.getBytes(StandardCharsets.UTF_8);
    private Message toDropIn;
    private Object fromDropIn = Fixtures.KUBECONFIG;

    @BeforeEach
    void standAtTheEdges() {
        edges = new Edges(context);
        Stream.of(clusterProfiles, managedSecrets, sveltosClusters)
                .forEach(store -> Informers.remove(store, Fixtures.KEY));
        edges.whenAnswered("apply-secret", made -> Informers.put(managedSecrets, (PartialObjectMetadata) made));
        edges.whenAnswered(
                "apply-sveltoscluster", made -> Informers.put(sveltosClusters, (PartialObjectMetadata) made));
        queue = context.getComponent("workqueue", WorkqueueComponent.class).queue("credentials");
        mock("workqueue:credentials").whenAnyExchangeReceived(exchange -> {
            edges.process(exchange);
            queue.add(exchange.getMessage().getBody(String.class));
        });
        mock("exec:plugin").whenAnyExchangeReceived(exchange -> {
            toPlugin = exchange.getMessage().copy();
            answer(exchange, fromPlugin);
        });
        mock("custom-provider").whenAnyExchangeReceived(exchange -> {
            toDropIn = exchange.getMessage().copy();
            answer(exchange, fromDropIn);
        });
    }

    // asking for a credential, and writing it

    @Test
    void asksForACredentialAndWritesNothingYet() {
        given(offering("plugin").build());

        reconcile();

        assertEquals(List.of("queue-credential"), edges.steps());
        assertEquals(Fixtures.KEY, edges.sentBy("queue-credential").body());
        assertNull(toPlugin);
    }

    @Test
    void requestsAgainForAProfileWhoseStatusWasAwayForAWhile() {
        given(offering("plugin").build());
        reconcile();
        given(offering("plugin").withoutStatus().build());
        getCredential(Map.of());
        edges.forget();
        given(offering("plugin").build());

        reconcile();

        assertEquals(List.of("queue-credential"), edges.steps());
    }

    @Test
    void requestsAgainForAProfileThatOfferedNothingConfiguredForAWhile() {
        given(offering("plugin").build());
        reconcile();
        given(offering("unknown").build());
        getCredential(Map.of());
        edges.forget();
        given(offering("plugin").build());

        reconcile();

        assertEquals(List.of("queue-credential"), edges.steps());
    }

    @Test
    void putsTheFinalizerOnBeforeItAsks() {
        given(offering("plugin").withoutFinalizers().build());

        reconcile();

        assertEquals(List.of("add-finalizer-patch", "queue-credential"), edges.steps());
    }

    @Test
    void asksOnce() {
        given(offering("plugin").build());

        reconcile();
        reconcile();

        assertEquals(List.of("queue-credential"), edges.steps());
    }

    @Test
    void requestsAgainWhenTheEntryIsAnother() {
        given(offering("plugin").build());
        reconcile();

        given(offering("custom").build());
        reconcile();

        assertEquals(List.of("queue-credential", "queue-credential"), edges.steps());
    }

    @Test
    void writesACredentialThatWasDelivered() {
        given(offering("plugin").build());
        reconcile();
        getCredential(Map.of());
        edges.forget();

        reconcile();

        assertEquals(List.of("apply-secret", "apply-sveltoscluster", "queue-normal-event"), edges.steps());
        assertTrue(written().matches("(?s).*token: \"?one\"?\n.*"), this::written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plugin", "custom"})
    void leavesAloneWhatIsUpToDate(String provider) {
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
    void keepsACredentialThatCouldNotBeWrittenForTheNextAttempt() {
        given(offering("plugin").build());
        reconcile();
        getCredential(Map.of());
        edges.refuseOnce("apply-secret", new IllegalStateException("no API server"));
        reconcile();
        edges.forget();

        reconcile();

        assertEquals("apply-secret", edges.steps().get(0));
    }

    // getting it

    @Test
    void hasThePluginRunAndTheProfileQueued() {
        given(offering("plugin").build());
        reconcile();
        edges.forget();

        getCredential(Map.of());

        assertEquals("/no/plugin", toPlugin.getBody(PluginInvocation.class).command());
        assertEquals(List.of("queue-reconcile"), edges.steps());
        assertEquals(Fixtures.KEY, edges.sentBy("queue-reconcile").body());
    }

    @Test
    void letsNoHeaderChangeTheCommandOrTheQueueing() {
        givenRequested("plugin");

        getCredential(Map.of(
                "CamelExecCommandExecutable",
                "sh",
                "CamelExecCommandArgs",
                List.of("-c", "id"),
                "CamelExecCommandWorkingDir",
                "/",
                "CamelExecCommandTimeout",
                1));

        assertEquals(
                List.of(),
                toPlugin.getHeaders().keySet().stream()
                        .filter(name -> name.startsWith("CamelExec"))
                        .toList());
        assertEquals(
                List.of(),
                edges.sentBy("queue-reconcile").headers().keySet().stream()
                        .filter(name -> name.startsWith("CamelWorkqueue"))
                        .toList());
    }

    @Test
    void givesADroppedInRouteTheEntryAndTheProfilesKey() {
        givenRequested("custom");

        getCredential(Map.of());

        assertEquals("custom", toDropIn.getBody(Map.class).get("name"));
        assertEquals(Fixtures.NAMESPACE, toDropIn.getHeader("ClusterProfileNamespace"));
        assertEquals(Fixtures.NAME, toDropIn.getHeader("ClusterProfileName"));
        assertEquals(List.of("queue-reconcile"), edges.steps());
        assertNull(toPlugin);
    }

    @Test
    void getsNothingForAProfileThatIsGone() {
        getCredential(Map.of());

        assertNothingDone();
    }

    @Test
    void runsNoPluginForWhatNobodyRequests() {
        given(offering("plugin").build());

        getCredential(Map.of());

        assertNothingDone();
    }

    @Test
    void runsNoPluginOnceMoreForARequestThatIsFulfilled() {
        givenRequested("plugin");
        getCredential(Map.of());
        edges.forget();
        toPlugin = null;

        getCredential(Map.of());

        assertNothingDone();
    }

    @Test
    void leavesItToReconcileWhenTheProfileHasComeToOfferSomethingElse() {
        givenRequested("plugin");
        given(offering("custom").build());

        getCredential(Map.of());

        assertEquals(List.of("queue-reconcile"), edges.steps());
        assertNull(toPlugin);
        assertNull(toDropIn);
    }

    @Test
    void fetchesForADeletionThatWaits() {
        givenRequested("plugin");
        given(offering("plugin").deletedAt("2026-01-01T00:00:00Z").build());

        getCredential(Map.of());

        assertEquals(List.of("queue-reconcile"), edges.steps());
    }

    /** Status one, two and one again while the queue is long: what is fetched for two is not what is requested. */
    @Test
    void servesAStatusThatFlapsWhileThePluginRuns() {
        givenRequested("plugin");
        whilePluginRuns(() -> {
            given(offering("custom").build());
            reconcile();
            given(offering("plugin").build());
            reconcile();
        });
        getCredential(Map.of());
        reconcile();
        edges.forget();

        reconcile();

        assertEquals(List.of(), edges.steps());
        assertTrue(managedSecrets.get(Fixtures.NAMESPACE + "/" + Fixtures.MANAGED_SECRET) != null);
    }

    @Test
    void requestsAgainForAProfileThatIsBack() {
        given(offering("plugin").build());
        reconcile();
        Informers.remove(clusterProfiles, Fixtures.KEY);
        getCredential(Map.of());
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
    void triesAgainWhatAPluginMayGiveNextTime(Reason reason) {
        givenRequested("plugin");
        fromPlugin = new ReconcileFailure(reason, "why");

        Exchange exchange = getCredential(Map.of());

        assertTrue(exchange.getException() instanceof ReconcileFailure);
        assertEquals(List.of(reason), reasonsTold());
    }

    @Test
    void triesNotAgainWhatOnlyTheClusterManagerCanMend() {
        givenRequested("plugin");
        fromPlugin = new ReconcileFailure(Reason.InvalidAccessProvider, "why");

        Exchange exchange = getCredential(Map.of());

        assertFalse(exchange.isFailed());
        assertEquals(List.of(Reason.InvalidAccessProvider), reasonsTold());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "{}", "{\"kind\": \"ExecCredential\"}"})
    void tellsWhatIsWrongWithAPluginsOutput(String output) {
        givenRequested("plugin");
        fromPlugin = output.getBytes(StandardCharsets.UTF_8);

        getCredential(Map.of());

        assertEquals(List.of(Reason.InvalidExecCredential), reasonsTold());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "certificate-authority: /var/run/ca.crt",
                "insecure-skip-tls-verify: 'true'",
                "proxy-url: ftp://proxy",
                "server: ''"
            })
    void runsNoPluginForAnEntryThatNoCredentialMakesUsable(String field) {
        Map<String, Object> cluster = new HashMap<>(Map.of("server", "https://member.example"));
        cluster.putAll(map(field));
        given(profile()
                .accessProviders(Map.of("name", "plugin", "cluster", cluster))
                .build());
        reconcile();

        Exchange exchange = getCredential(Map.of());

        assertNull(toPlugin);
        assertFalse(exchange.isFailed(), "not tried again before something changes");
        assertEquals(List.of(Reason.InvalidAccessProvider), reasonsTold());
    }

    @Test
    void takesAnExecCredentialInYaml() {
        fromPlugin = """
                # as client-go reads it
                apiVersion: client.authentication.k8s.io/v1
                kind: ExecCredential
                status:
                  token: one
                """.getBytes(StandardCharsets.UTF_8);
        given(offering("plugin").build());
        reconcile();
        getCredential(Map.of());

        reconcile();

        assertTrue(written().matches("(?s).*token: \"?one\"?\n.*"), this::written);
    }

    @ParameterizedTest
    @MethodSource
    void buildsAKubeconfigFromWhatARouteHas(Object body) {
        Exchange built = template.to("direct:build-kubeconfig")
                .withBody(body)
                .withVariable("accessProvider", new AccessProvider("any", Map.of("server", "https://one")))
                .send();

        assertNull(built.getException());
        assertTrue(built.getMessage().getBody() instanceof Kubeconfig);
    }

    static Stream<Object> buildsAKubeconfigFromWhatARouteHas() {
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
    void noLoggerSeesWhatTheDataFormatStumblesOver(String output) {
        givenRequested("plugin");
        fromPlugin = output.getBytes(StandardCharsets.UTF_8);

        try (AllLogs logs = AllLogs.started(LOGGERS_OF_BODIES)) {
            Exchange exchange = getCredential(Map.of());

            assertEquals(List.of(Reason.InvalidExecCredential), reasonsTold());
            assertNull(exchange.getException().getCause());
            logs.lines().forEach(line -> assertFalse(line.contains("s3cr3t"), line));
        }
    }

    @Test
    void tellsThatADroppedInRouteFailedWithoutItsMessageAndTriesAgain() {
        givenRequested("custom");
        fromDropIn = new IllegalStateException("no service at https://tokens?token=s3cr3t");

        Exchange exchange = getCredential(Map.of());

        assertTrue(exchange.isFailed());
        assertEquals(List.of(Reason.ExecPluginFailed), reasonsTold());
        String message = ((ProfileEvent) edges.sentBy("queue-warning-event").body()).message();
        assertTrue(message.contains("custom failed by IllegalStateException"), message);
        assertFalse(message.contains("s3cr3t"), message);
    }

    @Test
    void tellsThatADroppedInRouteGaveWhatIsNoText() {
        givenRequested("custom");
        fromDropIn = Map.of("token", "s3cr3t");

        getCredential(Map.of());

        assertEquals(List.of(Reason.InvalidExecCredential), reasonsTold());
    }

    private void given(ClusterProfile profile) {
        Informers.put(clusterProfiles, profile);
    }

    private void givenServed(String provider) {
        given(offering(provider).build());
        reconcile();
        getCredential(Map.of());
        reconcile();
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

    private void reconcile() {
        send("direct:reconcile-clusterprofile", Map.of());
    }

    /** As a worker of the queue: the key is taken, and back in it if the route fails. */
    private Exchange getCredential(Map<String, Object> headers) {
        if (queue.depth() > 0) {
            take();
        }
        Exchange exchange = send("direct:fetch-credential", headers);
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

    private Exchange send(String uri, Map<String, Object> more) {
        Map<String, Object> headers =
                new HashMap<>(Map.of(WorkqueueConstants.KEY, Fixtures.KEY, WorkqueueConstants.REQUEUES, 0));
        headers.putAll(more);
        return template.to(uri).withBody(Fixtures.KEY).withHeaders(headers).send();
    }

    private static Map<String, Object> map(String yaml) {
        try {
            return new YAMLMapper().readValue(yaml, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
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
        Map<?, ?> data = (Map<?, ?>) edges.sentBy("apply-secret").object().get("data");
        return new String(Base64.getDecoder().decode((String) data.get("kubeconfig")), StandardCharsets.UTF_8);
    }

    private List<Reason> reasonsTold() {
        return edges.allSentBy("queue-warning-event").stream()
                .map(sent -> ((ProfileEvent) sent.body()).reason())
                .toList();
    }

    private void assertNothingDone() {
        assertEquals(List.of(), edges.steps());
        assertNull(toPlugin);
        assertNull(toDropIn);
    }
}
