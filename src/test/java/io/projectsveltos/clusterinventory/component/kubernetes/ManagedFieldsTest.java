package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ManagedFieldsTest {

    private static final String LABEL = "f:metadata.f:labels.f:app.kubernetes.io/name";

    private final ManagedFields fields = ManagedFields.of(entries("""
            - manager: ours
              operation: Apply
              fieldsV1:
                f:metadata:
                  f:labels: {.: {}, 'f:app.kubernetes.io/name': {}}
                  f:finalizers: {'v:"example.com/ours"': {}}
                f:data: {f:kubeconfig: {}}
            - manager: ours
              operation: Update
              fieldsV1: {f:spec: {f:paused: {}}}
            - manager: theirs
              operation: Update
              fieldsV1: {f:spec: {f:tokenRequestRenewalOption: {f:saName: {}}}}
            - manager: theirs
              operation: Apply
              subresource: status
              fieldsV1: {f:status: {f:ready: {}}}
            """));

    @Test
    void readsTheFieldsThatAManagerApplied() {
        assertEquals(
                Set.of(LABEL, "f:metadata.f:finalizers.v:\"example.com/ours\"", "f:data.f:kubeconfig"),
                fields.appliedBy("ours"));
    }

    @Test
    void doesNotCountUpdatesAsApplied() {
        assertEquals(Set.of(), fields.appliedBy("theirs"));
        assertEquals(Set.of(), fields.appliedBy("nobody"));
    }

    @Test
    void ignoresSubresources() {
        assertEquals(3, fields.owners().size());
        assertFalse(fields.anyoneOwns("f:status"));
    }

    @Test
    void findsAnOwnerOfAFieldOrAFieldBelowIt() {
        assertTrue(fields.anyoneOwns("f:spec.f:tokenRequestRenewalOption"));
        assertTrue(fields.anyoneOwns("f:spec.f:tokenRequestRenewalOption.f:saName"));
        assertFalse(fields.anyoneOwns("f:spec.f:token"));
        assertFalse(fields.anyoneOwns("f:data.f:kubeconfig.f:more"));
    }

    @Test
    void doesNotSplitNamesThatContainDots() {
        assertTrue(fields.anyoneOwns(LABEL));
        assertTrue(fields.anyoneOwns("f:metadata.f:finalizers"));
        assertFalse(fields.anyoneOwns("f:metadata.f:labels.f:app"));
    }

    @Test
    void distinguishesUpdatedFromAppliedFields() {
        assertTrue(fields.isOwnedByUpdate("f:spec.f:paused"));
        assertFalse(fields.isOwnedByUpdate(LABEL));
        assertFalse(fields.isOwnedByUpdate("f:spec"));
    }

    @Test
    void hasNoOwnersWithoutEntries() {
        assertSame(ManagedFields.NONE, ManagedFields.of(null));
        assertSame(ManagedFields.NONE, ManagedFields.of(List.of()));
        assertEquals(
                Set.of(),
                ManagedFields.of(entries("- {manager: ours, operation: Apply}")).appliedBy("ours"));
    }

    @Test
    void sharesEqualOwners() {
        String entry = "- {manager: same, operation: Apply, time: '%s', fieldsV1: {f:data: {f:kubeconfig: {}}}}";

        ManagedFields one = ManagedFields.of(entries(entry.formatted("2026-01-01T00:00:00Z")));
        ManagedFields other = ManagedFields.of(entries(entry.formatted("2026-02-02T00:00:00Z")));

        assertSame(one.owners().get(0), other.owners().get(0));
    }

    @Test
    void removesFieldsAndEmptyParents() {
        Map<String, Object> entry = map("""
                f:metadata:
                  f:labels: {.: {}, f:a: {}, f:b: {}}
                  f:annotations: {.: {}, f:c: {}}
                f:data: {f:kubeconfig: {}}
                """);

        ManagedFields.remove(
                Set.of("f:metadata.f:labels.f:a", "f:metadata.f:annotations.f:c", "f:data.f:kubeconfig"), entry);

        assertEquals(map("f:metadata: {f:labels: {.: {}, f:b: {}}}"), entry);
    }

    @Test
    void removesNoOtherFields() {
        Map<String, Object> entry = map("f:metadata: {f:labels: {.: {}, f:a: {}}}");

        ManagedFields.remove(Set.of("f:metadata.f:labels", "f:a"), entry);

        assertEquals(map("f:metadata: {f:labels: {.: {}, f:a: {}}}"), entry);
    }

    private static List<ManagedFieldsEntry> entries(String yaml) {
        return List.of(Serialization.unmarshal(yaml, ManagedFieldsEntry[].class));
    }

    private static Map<String, Object> map(String yaml) {
        return Serialization.unmarshal(yaml, FieldsV1.class).getAdditionalProperties();
    }
}
