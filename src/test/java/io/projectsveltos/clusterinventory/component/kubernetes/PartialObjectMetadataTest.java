package io.projectsveltos.clusterinventory.component.kubernetes;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartialObjectMetadataTest {

    @Test
    void dropsTheContentOfAWholeObject() {
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
    void keepsManagedFieldsOnlyInCompactForm() {
        PartialObjectMetadata secret = read("""
                metadata:
                  name: spoke
                  managedFields: [{manager: ours, operation: Apply, fieldsV1: {f:data: {f:kubeconfig: {}}}}]
                """);

        assertEquals(Set.of("f:data.f:kubeconfig"), secret.managedFields().appliedBy("ours"));
        assertFalse(Serialization.asJson(secret).contains("managedFields"));
    }

    @Test
    void neverReturnsNullForLabelsAnnotationsAndOwners() {
        PartialObjectMetadata bare = PartialObjectMetadata.of("fleet", "spoke", "7");

        assertEquals(Map.of(), bare.labels());
        assertEquals(Map.of(), bare.annotations());
        assertEquals(ManagedFields.NONE, bare.managedFields());
        assertEquals("7", bare.getMetadata().getResourceVersion());
        assertNull(bare.getMetadata().getUid());
    }

    @Test
    void limitsLabelsAnnotationsAndManagedFields() {
        PartialObjectMetadata secret = new PartialObjectMetadata();
        ObjectMeta whole = new ObjectMeta();
        whole.setLabels(many("label-", 1_000, 60));
        whole.setAnnotations(new TreeMap<>(Map.of(
                "a", "short",
                "b", "x".repeat(250_000),
                "kubectl.kubernetes.io/last-applied-configuration", "{}",
                "z", "short")));
        whole.setManagedFields(List.of(entry("theirs", 1_800), entry("ours", 1)));

        secret.setMetadata(whole);

        assertEquals(Map.of("a", "short", "z", "short"), secret.annotations());
        int labels = secret.labels().entrySet().stream()
                .mapToInt(label -> label.getKey().length() + label.getValue().length())
                .sum();
        assertTrue(labels > 30_000 && labels <= 32_768, () -> "labels of " + labels + " characters");
        int fields = secret.managedFields().owners().get(0).paths().stream()
                .mapToInt(String::length)
                .sum();
        assertTrue(fields < 10_000, () -> "fields of " + fields + " characters");
        assertTrue(secret.managedFields().isOwnedByUpdate("f:metadata.f:labels.f:theirs"));
        assertEquals(
                Set.of("f:data.f:ours-00000", "f:metadata.f:labels.f:ours"),
                secret.managedFields().owners().get(1).paths());
    }

    @Test
    void keepsTheReferenceToItsController() {
        PartialObjectMetadata secret = read("""
                metadata:
                  name: spoke
                  ownerReferences:
                  - {apiVersion: v1, kind: ConfigMap, name: a, uid: u, controller: false}
                  - {apiVersion: v1, kind: Pod, name: b, uid: v, controller: true, blockOwnerDeletion: true, x: {y: [1]}}
                """);

        OwnerReference controller = secret.controller().orElseThrow();
        assertEquals(
                "v1 Pod b v",
                String.join(
                        " ",
                        controller.getApiVersion(),
                        controller.getKind(),
                        controller.getName(),
                        controller.getUid()));
        assertEquals(1, secret.getMetadata().getOwnerReferences().size());
        assertTrue(PartialObjectMetadata.of("fleet", "spoke", "7").controller().isEmpty());
    }

    @Test
    void dropsANameInAReferenceThatIsLongerThanNamesAre() {
        PartialObjectMetadata secret =
                read("metadata: {ownerReferences: [{controller: true, uid: u, name: " + "n".repeat(254) + "}]}");

        assertNull(secret.controller().orElseThrow().getName());
        assertEquals("u", secret.controller().orElseThrow().getUid());
    }

    @Test
    void skipsWhatItDoesNotKeep() {
        PartialObjectMetadata secret = read("""
                metadata:
                  name: spoke
                  namespace: null
                  generation: 7
                  ownerReferences: [{name: a, uid: u}]
                  labels: {a: null}
                  finalizers: [f]
                  unknown: {name: wrong, labels: {name: wrong}}
                  managedFields:
                  - {manager: ours, operation: Apply, unknown: [{manager: wrong}], fieldsV1: {f:data: {.: {f:x: {}}}}}
                  uid: u
                """);

        assertEquals("spoke", secret.getMetadata().getName());
        assertNull(secret.getMetadata().getNamespace());
        assertEquals(7L, secret.getMetadata().getGeneration());
        assertEquals(Map.of("a", ""), secret.labels());
        assertEquals(List.of("f"), secret.getMetadata().getFinalizers());
        assertEquals(List.of(), secret.getMetadata().getOwnerReferences());
        assertEquals(Set.of(), secret.managedFields().appliedBy("ours"));
        assertEquals("u", secret.getMetadata().getUid());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{labels: [a]}",
                "{labels: {a: {b: c}}}",
                "{finalizers: f}",
                "{name: [a]}",
                "{generation: a}",
                "{managedFields: {}}",
                "{managedFields: [a]}",
                "{managedFields: [{manager: {}}]}"
            })
    void refusesFieldsOfAnotherType(String metadata) {
        assertThrows(RuntimeException.class, () -> read("metadata: " + metadata));
    }

    @Test
    void limitsThePathsOfManagedFieldsWhileItReadsThem() throws JsonProcessingException {
        String leaves =
                IntStream.range(0, 50_000).mapToObj(i -> "\"f:" + i + "\": {}").collect(joining(","));
        String wide = "{\"f:" + "x".repeat(100_000) + "\": {" + leaves + "}}";
        String deep = "{\"f:a\":".repeat(9_000) + "{}" + "}".repeat(9_000);

        for (String fields : List.of(wide, deep)) {
            PartialObjectMetadata object = Json.newMapper()
                    .readValue(
                            "{\"metadata\": {\"managedFields\": [{\"manager\": \"m\", \"operation\": \"Apply\","
                                    + "\"fieldsV1\": " + fields + "}]}}",
                            PartialObjectMetadata.class);

            assertTrue(object.managedFields().appliedBy("m").contains("..."));
        }
    }

    private static Map<String, String> many(String prefix, int count, int length) {
        return IntStream.range(0, count)
                .boxed()
                .collect(Collectors.toMap(i -> prefix + i, i -> "v".repeat(length), (a, b) -> a, TreeMap::new));
    }

    private static ManagedFieldsEntry entry(String manager, int keys) {
        Map<String, Object> data = new TreeMap<>();
        IntStream.range(0, keys).forEach(i -> data.put("f:%s-%05d".formatted(manager, i), Map.of()));
        FieldsV1 fields = new FieldsV1();
        fields.setAdditionalProperty("f:data", data);
        fields.setAdditionalProperty("f:metadata", Map.of("f:labels", Map.of("f:" + manager, Map.of())));
        return new ManagedFieldsEntryBuilder()
                .withManager(manager)
                .withOperation("Update")
                .withFieldsV1(fields)
                .build();
    }

    private static PartialObjectMetadata read(String yaml) {
        return Serialization.unmarshal(yaml, PartialObjectMetadata.class);
    }
}
