package io.projectsveltos.clusterinventory.routes;

import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.events.ProfileEvent;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.BeanInject;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.Produce;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.BeforeEach;

/**
 * The real route files with the real beans. Only the edges are not real: the test sends what the API server, the queues and
 * the timers would send, and messages to them, and to plugins, end in {@link Edges}.
 */
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
            "watch-debugging-configuration=direct:watch-debugging-configuration",
            "reconcile-clusterprofile=direct:reconcile-clusterprofile",
            "fetch-credential=direct:fetch-credential",
            "resync=direct:resync",
            "refresh-credentials=direct:refresh-credentials",
            "clean-up-orphans=direct:clean-up-orphans",
            "record-warning-events=direct:record-warning-events",
            "record-normal-events=direct:record-normal-events",
            "notify-hooks=direct:notify-hooks"
        },
        mockEndpointsAndSkip = "(kubernetes-|workqueue:|exec:).*")
abstract class RouteTest {

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

    @BeanInject("sourceSecretVersions")
    InformerStore<PartialObjectMetadata, String> sourceSecretVersions;

    Edges edges;

    @BeforeEach
    void mockTheEdges() {
        edges = new Edges(context);
        // a store has a partition for the whole cluster once its informer writes to it
        stores().forEach(store -> Informers.remove(store, Fixtures.KEY));
        // the writes of these steps are visible in the stores that they name
        edges.whenAnswered("apply-secret", written -> givenManagedSecret((PartialObjectMetadata) written));
        edges.whenAnswered("apply-authority-secret", written -> givenManagedSecret((PartialObjectMetadata) written));
        edges.whenAnswered("apply-sveltoscluster", written -> givenSveltosCluster((PartialObjectMetadata) written));
        edges.whenAnswered("patch-managed-fields", written -> givenSveltosCluster((PartialObjectMetadata) written));
    }

    private Stream<InformerStore<?, ?>> stores() {
        return Stream.of(clusterProfiles, managedSecrets, sveltosClusters, sourceSecretVersions);
    }

    void givenSyncedStores() {
        stores().map(InformerStore::synced).forEach(synced -> synced.complete(null));
    }

    void given(ClusterProfile profile) {
        Informers.put(clusterProfiles, profile);
    }

    void givenManagedSecret(PartialObjectMetadata secret) {
        Informers.put(managedSecrets, secret);
    }

    void givenSveltosCluster(PartialObjectMetadata cluster) {
        Informers.put(sveltosClusters, cluster);
    }

    /** A profile whose source Secret has a good kubeconfig. */
    void givenAProfileWithASource() {
        given(Fixtures.profile().build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
    }

    /** A profile whose outputs are up to date. */
    void givenOutputs() {
        givenAProfileWithASource();
        reconcile();
        edges.forget();
    }

    /** The managed Secret of the profile, still without our label. */
    static Fixtures.Metadata managedSecret() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET);
    }

    /** The SveltosCluster of the profile, still without our label. */
    static Fixtures.Metadata sveltosCluster() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME);
    }

    /** A source Secret that both the watch and the API server know. */
    void givenSource(Secret secret) {
        ObjectKey key = ObjectKey.of(secret);
        Informers.put(
                sourceSecretVersions,
                PartialObjectMetadata.of(
                        key.namespace(), key.name(), secret.getMetadata().getResourceVersion()));
        edges.answer("get-source-secret", secret);
    }

    Exchange reconcile() {
        return reconcile(0);
    }

    /** Reconciles the profile of the fixtures as the queue does, after so many failures in a row. */
    Exchange reconcile(int failuresBefore) {
        return send(
                "direct:reconcile-clusterprofile",
                Fixtures.KEY,
                Map.of(WorkqueueConstants.KEY, Fixtures.KEY, WorkqueueConstants.REQUEUES, failuresBefore));
    }

    Exchange send(String uri, Object body, Map<String, Object> headers) {
        return template.to(uri).withBody(body).withHeaders(headers).send();
    }

    /** Writes an Event as the queue of its type does, after so many failures in a row. */
    Exchange record(Reason.Type type, int failuresBefore) {
        return send(
                type == Reason.Type.Warning ? "direct:record-warning-events" : "direct:record-normal-events",
                Fixtures.KEY,
                Map.of(WorkqueueConstants.KEY, Fixtures.KEY, WorkqueueConstants.REQUEUES, failuresBefore));
    }

    /** The Events that were queued, first the warnings. */
    List<ProfileEvent> reportedEvents() {
        return Stream.of("queue-warning-event", "queue-normal-event")
                .flatMap(step -> edges.allSentBy(step).stream())
                .map(sent -> (ProfileEvent) sent.body())
                .toList();
    }

    List<Reason> reportedReasons() {
        return reportedEvents().stream().map(ProfileEvent::reason).toList();
    }
}
