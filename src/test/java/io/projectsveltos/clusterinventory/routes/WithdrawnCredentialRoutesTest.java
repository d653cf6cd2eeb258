package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.projectsveltos.clusterinventory.ControllerConfiguration;
import io.projectsveltos.clusterinventory.Fixtures;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.operations.ProfileEvent;
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

/** The way of a credential through both queues: asked for, had from a plugin or a dropped-in route, written. */
@CamelMainTest(
        configurationClasses = ControllerConfiguration.class,
        properties = {
            "kubeconfig=src/test/resources/kubeconfig-of-no-server.yaml",
            "clusterprofile-provider-file=src/test/resources/providers.json",
            "camel.main.routes-include-pattern=classpath:routes/*.yaml,file:src/test/resources/drop-in.yaml"
        },
        replaceRouteFromWith = {
            "watch-clusterprofiles=direct:watch-clusterprofiles",
            "watch-source-secrets=direct:watch-source-secrets",
            "watch-managed-secrets=direct:watch-managed-secrets",
            "watch-sveltosclusters=direct:watch-sveltosclusters",
            "reconcile-clusterprofile=direct:reconcile-clusterprofile",
            "get-credential=direct:get-credential",
            "refresh=direct:refresh",
            "refresh-credentials=direct:refresh-credentials",
            "clean-up-orphans=direct:clean-up-orphans",
            "record-warnings=direct:record-warnings",
            "record-notices=direct:record-notices"
        },
        mockEndpointsAndSkip = "(kubernetes-|workqueue:|seda:|exec:).*")
class WithdrawnCredentialRoutesTest {

    private static final String TOKEN = """
            {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "one"}}
            """;

    @BeanInject
    CamelContext context;

    @Produce
    FluentProducerTemplate template;

    @BeanInject("clusterProfiles")
    InformerStore<ClusterProfile, ClusterProfile> clusterProfiles;

    @BeanInject("managedSecrets")
    InformerStore<PartialObjectMetadata, PartialObjectMetadata> managedSecrets;

    @BeanInject("sveltosClusters")
    InformerStore<PartialObjectMetadata, PartialObjectMetadata> sveltosClusters;

    private Edges edges;
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
        mock("workqueue:credentials").whenAnyExchangeReceived(edges);
        mock("exec:plugin").whenAnyExchangeReceived(exchange -> {
            toPlugin = exchange.getMessage().copy();
            answer(exchange, fromPlugin);
        });
        mock("drop-in").whenAnyExchangeReceived(exchange -> {
            toDropIn = exchange.getMessage().copy();
            answer(exchange, fromDropIn);
        });
    }

    @Test
    void settlesAProfileWhoseStatusIsGone() {
        given(offering("plugin").build());
        reconcile();
        given(offering("plugin").withoutStatus().build());
        Exchange exchange = getCredential(Map.of());
        System.err.println("MEASURED " + exchange.getException());
        edges.forget();
        given(offering("plugin").build());
        reconcile();
        assertEquals(List.of("queue-credential"), edges.steps());
    }

    @Test
    void settlesAProfileThatOffersNothingConfigured() {
        given(offering("plugin").build());
        reconcile();
        given(offering("unknown").build());
        Exchange exchange = getCredential(Map.of());
        System.err.println("MEASURED " + exchange.getException());
        edges.forget();
        given(offering("plugin").build());
        reconcile();
        assertEquals(List.of("queue-credential"), edges.steps());
    }

    @Test
    void writesNoCredentialThatHasExpiredMeanwhile() {
        fromPlugin = TOKEN.replace(
                        "\"one\"",
                        "\"one\", \"expirationTimestamp\": \""
                                + java.time.Instant.now()
                                        .plusSeconds(2)
                                        .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                + "\"")
                .getBytes(StandardCharsets.UTF_8);
        given(offering("plugin").build());
        reconcile();
        getCredential(Map.of());
        given(profile().build());
        reconcile();
        org.awaitility.Awaitility.await()
                .pollDelay(java.time.Duration.ofSeconds(3))
                .until(() -> true);
        edges.forget();
        given(offering("plugin").build());
        reconcile();
        assertFalse(edges.steps().contains("apply-secret"), "expired");
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

    private static Fixtures.Profile offering(String provider) {
        return profile()
                .accessProviders(Map.of("name", provider, "cluster", Map.of("server", "https://member.example")));
    }

    private void reconcile() {
        send("direct:reconcile-clusterprofile", Map.of());
    }

    private Exchange getCredential(Map<String, Object> headers) {
        return send("direct:get-credential", headers);
    }

    private Exchange send(String uri, Map<String, Object> more) {
        Map<String, Object> headers =
                new HashMap<>(Map.of(WorkqueueConstants.KEY, Fixtures.KEY, WorkqueueConstants.REQUEUES, 0));
        headers.putAll(more);
        return template.to(uri).withBody(Fixtures.KEY).withHeaders(headers).send();
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
        return edges.allSentBy("queue-warning").stream()
                .map(sent -> ((ProfileEvent) sent.body()).reason())
                .toList();
    }

    private void assertNothingDone() {
        assertEquals(List.of(), edges.steps());
        assertNull(toPlugin);
        assertNull(toDropIn);
    }
}
