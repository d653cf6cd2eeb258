package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartialObjectMetadataTest {

    @Test
    void keepsNoContentEvenOfAWholeObject() {
        PartialObjectMetadata secret = read("""
                apiVersion: v1
                kind: Secret
                metadata: {name: spoke, namespace: fleet, uid: u, labels: {a: b}, annotations: {c: d}}
                type: Opaque
                data: {kubeconfig: c2VjcmV0}
                """);

        assertEquals("fleet/spoke", ObjectKey.of(secret).toString());
        assertEquals("Secret", secret.getKind());
        assertEquals(Map.of("a", "b"), secret.labels());
        assertEquals(Map.of("c", "d"), secret.annotations());
        assertFalse(Serialization.asJson(secret).contains("c2VjcmV0"));
    }

    @Test
    void keepsManagedFieldsInTheirSmallFormAlone() {
        PartialObjectMetadata secret = read("""
                metadata:
                  name: spoke
                  managedFields: [{manager: ours, operation: Apply, fieldsV1: {f:data: {f:kubeconfig: {}}}}]
                """);

        assertEquals(Set.of("f:data.f:kubeconfig"), secret.managedFields().appliedBy("ours"));
        assertFalse(Serialization.asJson(secret).contains("managedFields"));
    }

    @Test
    void hasNoLabelsAnnotationsAndOwnersRatherThanNull() {
        PartialObjectMetadata bare = PartialObjectMetadata.of("fleet", "spoke", "7");

        assertEquals(Map.of(), bare.labels());
        assertEquals(Map.of(), bare.annotations());
        assertEquals(ManagedFields.NONE, bare.managedFields());
        assertEquals("7", bare.getMetadata().getResourceVersion());
        assertNull(bare.getMetadata().getUid());
    }

    @Test
    void readsAListWithItsContinueToken() {
        PartialObjectMetadataList list = Serialization.unmarshal("""
                apiVersion: meta.k8s.io/v1
                kind: PartialObjectMetadataList
                metadata: {resourceVersion: '7', continue: more}
                items: [{metadata: {name: a}}, {metadata: {name: b}, data: {k: c2VjcmV0}}]
                """, PartialObjectMetadataList.class);

        assertEquals("more", list.getMetadata().getContinue());
        assertEquals(
                List.of("a", "b"),
                list.getItems().stream()
                        .map(item -> item.getMetadata().getName())
                        .toList());
    }

    @Test
    void readsNullItemsAsAnEmptyList() {
        PartialObjectMetadataList list = Serialization.unmarshal(
                "{\"kind\": \"PartialObjectMetadataList\", \"metadata\": {}, \"items\": null}",
                PartialObjectMetadataList.class);

        assertEquals(List.of(), list.getItems());
    }

    private static PartialObjectMetadata read(String yaml) {
        return Serialization.unmarshal(yaml, PartialObjectMetadata.class);
    }
}
