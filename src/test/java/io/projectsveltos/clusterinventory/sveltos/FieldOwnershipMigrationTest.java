package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldOwnershipMigrationTest {

    private static final Map<String, Object> OURS = Map.of(
            "metadata",
            Map.of("labels", Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER, "tier", "gold")),
            "spec",
            Map.of("kubeconfigName", "a", "kubeconfigKeyName", "b"));

    private final FieldOwnershipMigration migration =
            new FieldOwnershipMigration(new OutputOptions("argocd.argoproj.io/*", "", "Opaque"));

    @Test
    void isNotNeededForWhatOnlyWeApply() {
        assertFalse(migration.isNeeded(cluster().build()));
    }

    @Test
    void isNotNeededWithoutAnObject() {
        assertFalse(migration.isNeeded(null));
    }

    @Test
    void isNeededForWhatTheGoControllerWrote() {
        assertTrue(migration.isNeeded(cluster().owned("manager", "Update", OURS).build()));
    }

    @Test
    void isNotNeededForOtherFieldsOfSveltos() {
        assertFalse(migration.isNeeded(cluster()
                .owned("manager", "Update", Fixtures.labels(Map.of("projectsveltos.io/k8s-version", "1.30")))
                .build()));
    }

    @Test
    void dropsAnEntryThatHasOnlyOurFields() {
        List<ManagedFieldsEntry> kept = released(cluster().owned("manager", "Update", OURS));

        assertEquals(List.of(ManagedMetadata.FIELD_MANAGER), managers(kept));
    }

    @Test
    void keepsWhatSveltosWroteUnderTheSameName() {
        Map<String, String> labels = Map.of(ManagedMetadata.MANAGED_BY, "", "tier", "", "projectsveltos.io/agent", "");
        Map<String, String> spec = Map.of("kubeconfigName", "", "paused", "");

        List<ManagedFieldsEntry> kept = released(
                cluster().owned("manager", "Update", Map.of("metadata", Map.of("labels", labels), "spec", spec)));

        assertEquals(
                Map.of(
                        "f:metadata", Map.of("f:labels", Map.of("f:projectsveltos.io/agent", Map.of())),
                        "f:spec", Map.of("f:paused", Map.of())),
                kept.get(1).getFieldsV1().getAdditionalProperties());
    }

    @Test
    void keepsOurOwnEntry() {
        List<ManagedFieldsEntry> kept = released(cluster().owned("manager", "Update", OURS));

        assertEquals(
                Map.of("f:kubeconfigName", Map.of(), "f:kubeconfigKeyName", Map.of()),
                kept.get(0).getFieldsV1().getAdditionalProperties().get("f:spec"));
    }

    @Test
    void keepsEntriesOfOtherManagersThatShareAField() {
        List<ManagedFieldsEntry> kept =
                released(cluster().owned("kubectl-edit", "Update", Fixtures.labels(Map.of("tier", "gold"))));

        assertEquals(List.of(ManagedMetadata.FIELD_MANAGER, "kubectl-edit"), managers(kept));
    }

    @Test
    void keepsTheEntryOfTheStatus() {
        Fixtures.Metadata cluster = cluster().owned("manager", "Update", OURS);
        ManagedFieldsEntry status = entry("manager", "status", Map.of("f:status", Map.of("f:ready", Map.of())));
        cluster.owners().add(status);

        assertTrue(released(cluster).contains(status));
    }

    @Test
    void appliesOnlyToTheVersionThatWasRead() {
        Map<?, ?> metadata = patched(cluster(), profile());

        assertEquals("7", metadata.get("resourceVersion"));
        assertEquals(Fixtures.NAMESPACE, metadata.get("namespace"));
        assertEquals(Fixtures.NAME, metadata.get("name"));
    }

    @Test
    void removesExcludedLabelsThatTheGoControllerCopied() {
        Map<String, Object> copied = Fixtures.labels(Map.of(
                ManagedMetadata.MANAGED_BY, "", "argocd.argoproj.io/instance", "", "argocd.argoproj.io/other", ""));

        Map<?, ?> metadata = patched(
                cluster().owned("manager", "Update", copied),
                profile().labelled("argocd.argoproj.io/instance", "fleet"));

        assertEquals(Collections.singletonMap("argocd.argoproj.io/instance", null), metadata.get("labels"));
        assertEquals(
                Map.of("f:metadata", Map.of("f:labels", Map.of("f:argocd.argoproj.io/other", Map.of()))),
                ((ManagedFieldsEntry) ((List<?>) metadata.get("managedFields")).get(1))
                        .getFieldsV1()
                        .getAdditionalProperties());
    }

    @Test
    void keepsExcludedLabelsFromOtherManagers() {
        Map<String, Object> excluded = Fixtures.labels(Map.of("argocd.argoproj.io/instance", ""));

        Map<?, ?> metadata = patched(
                cluster().owned("manager", "Update", OURS).owned("somebody", "Update", excluded),
                profile().labelled("argocd.argoproj.io/instance", "fleet"));

        assertEquals(Map.of(), metadata.get("labels"));
    }

    private static Fixtures.Metadata cluster() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).owned(ManagedMetadata.FIELD_MANAGER, "Apply", OURS);
    }

    @SuppressWarnings("unchecked")
    private List<ManagedFieldsEntry> released(Fixtures.Metadata cluster) {
        return (List<ManagedFieldsEntry>) patched(cluster, profile()).get("managedFields");
    }

    private Map<?, ?> patched(Fixtures.Metadata cluster, Fixtures.Profile profile) {
        return (Map<?, ?>) migration.patch(whole(cluster), profile.build()).get("metadata");
    }

    private static List<String> managers(List<ManagedFieldsEntry> entries) {
        return entries.stream().map(ManagedFieldsEntry::getManager).toList();
    }

    private static ManagedFieldsEntry entry(String manager, String subresource, Map<String, Object> fields) {
        FieldsV1 fieldsV1 = new FieldsV1();
        fieldsV1.setAdditionalProperties(fields);
        ManagedFieldsEntry entry = new ManagedFieldsEntry();
        entry.setManager(manager);
        entry.setOperation("Update");
        entry.setSubresource(subresource);
        entry.setFieldsV1(fieldsV1);
        return entry;
    }

    private static GenericKubernetesResource whole(Fixtures.Metadata metadata) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion("lib.projectsveltos.io/v1beta1")
                .withNewMetadata()
                .withNamespace(Fixtures.NAMESPACE)
                .withName(Fixtures.NAME)
                .withResourceVersion("7")
                .withManagedFields(metadata.owners())
                .endMetadata()
                .build();
    }
}
