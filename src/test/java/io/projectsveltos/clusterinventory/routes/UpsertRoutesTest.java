package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.SveltosCluster;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.junit.jupiter.api.Test;

class UpsertRoutesTest extends RouteTest {

    @Test
    void createsTheSecretBeforeTheSveltosClusterThatPointsToIt() {
        givenAProfileWithASource();

        reconcile();

        assertEquals(
                List.of("apply-secret", "apply-sveltoscluster"),
                edges.steps().stream().filter(step -> step.startsWith("apply")).toList());
    }

    @Test
    void createsTheSecretOnlyIfThereIsNone() {
        givenAProfileWithASource();

        reconcile();

        assertEquals("1", edges.sentBy("apply-secret").metadata().get("resourceVersion"));
    }

    @Test
    void appliesOnlyOurFieldsOfTheSecret() throws Exception {
        givenAProfileWithASource();

        reconcile();

        Edges.Sent sent = edges.sentBy("apply-secret");
        assertEquals(
                Set.of("apiVersion", "kind", "metadata", "data"), sent.object().keySet());
        assertEquals(
                Map.of(
                        "kubeconfig",
                        Base64.getEncoder().encodeToString(Fixtures.KUBECONFIG.getBytes(StandardCharsets.UTF_8))),
                sent.object().get("data"));
        assertEquals(
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                sent.metadata().get("labels"));
        assertEquals(
                "fleet/member-sveltos-kubeconfig",
                sent.metadata().get("namespace") + "/" + sent.metadata().get("name"));
        assertEquals(
                Map.of(
                        "operation", "applySecret",
                        "metadataOnly", "true",
                        "store", "#managedSecretStore"),
                sent.options());
    }

    @Test
    void appliesOnlyOurFieldsOfTheSveltosCluster() throws Exception {
        given(profile().labelled("tier", "gold").displayed("Member One").build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));

        reconcile();

        Edges.Sent sent = edges.sentBy("apply-sveltoscluster");
        assertEquals(
                Map.of(
                        "apiVersion",
                        "lib.projectsveltos.io/v1beta1",
                        "kind",
                        "SveltosCluster",
                        "metadata",
                        Map.of(
                                "namespace",
                                Fixtures.NAMESPACE,
                                "name",
                                Fixtures.NAME,
                                "resourceVersion",
                                "1",
                                "labels",
                                Map.of("tier", "gold", ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                                "annotations",
                                Map.of(ManagedMetadata.DISPLAY_NAME, "Member One")),
                        "spec",
                        Map.of("kubeconfigName", Fixtures.MANAGED_SECRET, "kubeconfigKeyName", "kubeconfig")),
                sent.object());
        assertEquals(
                Map.of(
                        "operation", "applyCustomResource",
                        "crdGroup", "lib.projectsveltos.io",
                        "crdVersion", "v1beta1",
                        "crdPlural", "sveltosclusters",
                        "metadataOnly", "true",
                        "resourceClass", SveltosCluster.class.getName(),
                        "store", "#sveltosClusterStore"),
                sent.options());
    }

    @Test
    void reportsThatOutputsWereCreated() {
        givenAProfileWithASource();

        reconcile();

        assertEquals(List.of(Reason.Synced), reportedReasons());
        assertEquals(
                "Created SveltosCluster fleet/member", reportedEvents().get(0).message());
    }

    @Test
    void writesNothingIfTheOutputsAreAsDesired() {
        givenOutputs();

        reconcile();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void rotatesOnlyTheSecret() {
        givenOutputs();
        givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG + "# rotated\n"));

        reconcile();

        assertEquals(List.of("get-source-secret", "apply-secret", "queue-normal-event"), edges.steps());
        assertEquals(
                "Rotated the kubeconfig of SveltosCluster fleet/member",
                reportedEvents().get(0).message());
    }

    @Test
    void rotatesOnlyTheVersionOfTheSecretThatWasSeen() {
        givenOutputs();
        givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG + "# rotated\n"));

        reconcile();

        Map<?, ?> metadata = edges.sentBy("apply-secret").metadata();
        assertEquals("uid-of-" + Fixtures.MANAGED_SECRET, metadata.get("uid"));
        assertEquals("7", metadata.get("resourceVersion"));
    }

    @Test
    void recordsAnotherVersionOfTheSameKubeconfigWithoutAnEvent() {
        givenOutputs();
        givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG));

        reconcile();

        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps());
    }

    @Test
    void copiesChangedLabelsWithoutReadingTheSource() {
        givenOutputs();
        given(profile().labelled("tier", "silver").build());

        reconcile();

        assertEquals(List.of("apply-sveltoscluster"), edges.steps());
        assertEquals(
                Map.of("tier", "silver", ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                edges.sentBy("apply-sveltoscluster").metadata().get("labels"));
    }

    @Test
    void createsADeletedSveltosClusterAgain() {
        givenOutputs();
        Informers.remove(sveltosClusters, Fixtures.KEY);

        reconcile();

        assertEquals(List.of("apply-sveltoscluster", "queue-normal-event"), edges.steps());
    }

    @Test
    void trustsTheInformersOnTheFirstAttempt() {
        givenAProfileWithASource();

        reconcile(0);

        assertEquals(List.of(), reads());
    }

    @Test
    void asksTheApiServerAfterAFailure() {
        givenAProfileWithASource();

        reconcile(1);

        assertEquals(List.of("get-managed-secret", "get-sveltoscluster"), reads());
        Edges.Sent secret = edges.sentBy("get-managed-secret");
        assertEquals(Fixtures.NAMESPACE, secret.headers().get(KubernetesConstants.KUBERNETES_NAMESPACE_NAME));
        assertEquals(Fixtures.MANAGED_SECRET, secret.headers().get(KubernetesConstants.KUBERNETES_SECRET_NAME));
        Edges.Sent cluster = edges.sentBy("get-sveltoscluster");
        assertEquals(Fixtures.NAMESPACE, cluster.headers().get(KubernetesConstants.KUBERNETES_NAMESPACE_NAME));
        assertEquals(Fixtures.NAME, cluster.headers().get(KubernetesConstants.KUBERNETES_CRD_INSTANCE_NAME));
    }

    @Test
    void doesNotAskTheApiServerForWhatTheInformersKnow() {
        givenOutputs();
        givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG + "# rotated\n"));

        reconcile(3);

        assertEquals(List.of(), reads());
    }

    @Test
    void migratesTheFieldOwnershipOfASveltosClusterFromTheGoController() {
        givenAProfileWithASource();
        Fixtures.Metadata coOwned = coOwnedSveltosCluster();
        givenSveltosCluster(goSveltosCluster().build());
        edges.answer("apply-sveltoscluster", coOwned.build()).answer("get-managed-fields", whole(coOwned));
        edges.answer("patch-managed-fields", migrated());

        reconcile();

        assertEquals(
                List.of("apply-sveltoscluster", "get-managed-fields", "patch-managed-fields"),
                edges.steps().stream()
                        .filter(step -> step.endsWith("-sveltoscluster") || step.endsWith("-managed-fields"))
                        .toList());
    }

    @Test
    void migratesTheFieldOwnershipOfWhatWasAppliedBeforeAFailure() {
        givenOutputs();
        givenACoOwnedSveltosCluster();

        reconcile();

        assertEquals(
                List.of("get-managed-fields", "patch-managed-fields"),
                edges.steps().subList(0, 2));
    }

    @Test
    void leavesOtherManagersTheirFieldsInAMigration() {
        givenOutputs();
        givenACoOwnedSveltosCluster();

        reconcile();

        Edges.Sent patch = edges.allSentBy("patch-managed-fields").get(0);
        assertEquals("7", patch.metadata().get("resourceVersion"));
        List<?> kept = (List<?>) patch.metadata().get("managedFields");
        assertEquals(2, kept.size());
        assertEquals(
                Map.of("f:metadata", Map.of("f:labels", Map.of("f:projectsveltos.io/k8s-version", Map.of()))),
                ((ManagedFieldsEntry) kept.get(0)).getFieldsV1().getAdditionalProperties());
        assertEquals("Apply", ((ManagedFieldsEntry) kept.get(1)).getOperation());
    }

    @Test
    void limitsRepairsThatAnotherWriterUndoes() {
        givenOutputs();
        undoAndRepair(5);
        assertEquals(5, edges.allSentBy("apply-sveltoscluster").size());
        edges.forget();

        Exchange limited = undoAndRepair(1);

        assertEquals(List.of("queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.FieldManagerConflict), reportedReasons());
        Duration delay = limited.getProperty(WorkqueueConstants.REQUEUE_AFTER, Duration.class);
        assertTrue(delay.compareTo(Duration.ofSeconds(50)) > 0 && delay.compareTo(Duration.ofMinutes(1)) <= 0);
    }

    @Test
    void appliesAChangedProfileWhileRepairsAreLimited() {
        givenOutputs();
        undoAndRepair(6);
        given(profile().labelled("tier", "gold").build());
        edges.forget();

        undoAndRepair(1);

        assertEquals(List.of("apply-sveltoscluster"), edges.steps());
    }

    @Test
    void limitsTheRepairsOfASecretThatAnotherWriterDeletes() {
        givenOutputs();
        for (int i = 0; i < 5; i++) {
            Informers.remove(managedSecrets, Fixtures.KEY + ManagedMetadata.SECRET_SUFFIX);
            reconcile();
        }
        edges.forget();
        Informers.remove(managedSecrets, Fixtures.KEY + ManagedMetadata.SECRET_SUFFIX);

        reconcile();

        assertEquals(List.of("get-source-secret", "queue-warning-event"), edges.steps());
    }

    @Test
    void doesNotCountARepairThatWasRefused() {
        givenOutputs();
        for (int i = 0; i < 10; i++) {
            edges.refuseOnce("apply-sveltoscluster", new IllegalStateException("refused"));
            undoAndRepair(1);
        }
        edges.forget();

        undoAndRepair(1);

        assertEquals(List.of("apply-sveltoscluster"), edges.steps());
    }

    /** Lets another writer change the SveltosCluster, so many times, and reconciles after each. */
    private Exchange undoAndRepair(int times) {
        Exchange last = null;
        for (int i = 0; i < times; i++) {
            givenSveltosCluster(sveltosCluster()
                    .ours()
                    .owned(ManagedMetadata.FIELD_MANAGER, "Apply", Fixtures.ourLabel())
                    .owned("kubectl-edit", "Update", Map.of("spec", Map.of("kubeconfigName", "")))
                    .build());
            last = reconcile();
        }
        return last;
    }

    private void givenACoOwnedSveltosCluster() {
        Fixtures.Metadata coOwned = coOwnedSveltosCluster();
        givenSveltosCluster(coOwned.build());
        edges.answer("get-managed-fields", whole(coOwned)).answer("patch-managed-fields", migrated());
    }

    /** As the Go controller and Sveltos have written it, both under the same manager name. */
    private static Fixtures.Metadata goSveltosCluster() {
        Map<String, Object> labels = Fixtures.labels(
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER, "projectsveltos.io/k8s-version", "1.30"));
        return sveltosCluster().with(labels).owned("manager", "Update", labels);
    }

    /** The same after our first apply. */
    private static Fixtures.Metadata coOwnedSveltosCluster() {
        return goSveltosCluster().owned(ManagedMetadata.FIELD_MANAGER, "Apply", ourFields());
    }

    /** The same after the migration: its label and spec are ours alone. */
    private static PartialObjectMetadata migrated() {
        return sveltosCluster()
                .ours()
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", ourFields())
                .build();
    }

    private static Map<String, Object> ourFields() {
        return Map.of(
                "metadata",
                Map.of("labels", Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER)),
                "spec",
                Map.of("kubeconfigName", Fixtures.MANAGED_SECRET, "kubeconfigKeyName", "kubeconfig"));
    }

    private static GenericKubernetesResource whole(Fixtures.Metadata metadata) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion("lib.projectsveltos.io/v1beta1")
                .withKind("SveltosCluster")
                .withNewMetadata()
                .withNamespace(Fixtures.NAMESPACE)
                .withName(Fixtures.NAME)
                .withResourceVersion("7")
                .withManagedFields(metadata.owners())
                .endMetadata()
                .build();
    }

    private List<String> reads() {
        return edges.steps().stream()
                .filter(step -> step.equals("get-managed-secret") || step.equals("get-sveltoscluster"))
                .toList();
    }
}
