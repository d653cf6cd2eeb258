package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectReader;
import io.projectsveltos.clusterinventory.component.kubernetes.ListReader.UnreadableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListReaderTest {

    private static final ObjectReader READER = ObjectSerialization.readerOf(ObjectSerialization.ofMetadata());

    @Test
    void readsOnlyTheFieldsOfTheListAndOfItsItems() throws IOException {
        ListReader.Page<PartialObjectMetadata> page = read("""
                {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
                 "metadata": {"resourceVersion": "7", "continue": "more", "remainingItemCount": 3},
                 "later": {"items": [{"metadata": {"name": "no item"}}], "metadata": {"continue": "no"}},
                 "items": [
                   {"metadata": {"name": "a", "labels": {"items": "x", "\\u00e4": "\\u2013"}, "finalizers": ["f"]}},
                   {"metadata": {"name": "b"}, "data": {"k": [[{}], {"items": []}]}}]}
                """);

        assertEquals("7", page.resourceVersion());
        assertEquals("more", page.continueToken());
        assertEquals(
                List.of("a", "b"),
                page.items().stream().map(item -> item.getMetadata().getName()).toList());
        assertEquals("\u2013", page.items().get(0).labels().get("\u00e4"));
        assertEquals(List.of("f"), page.items().get(0).getMetadata().getFinalizers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]"})
    void readsAListWithoutItems(String items) throws IOException {
        ListReader.Page<PartialObjectMetadata> page = read("{\"metadata\": {}, \"items\": " + items + "}");

        assertEquals(List.of(), page.items());
        assertNull(page.continueToken());
    }

    @Test
    void readsLongNamesAndDeepObjects() throws IOException {
        String deep = "{\"x\": ".repeat(9_000) + "{}" + "}".repeat(9_000);

        ListReader.Page<PartialObjectMetadata> page =
                read("{\"metadata\": {}, \"items\": [{\"metadata\": {\"name\": \"a\"}, \"data\": {\""
                        + "n".repeat(100_000) + "\": " + deep + "}}]}");

        assertEquals("a", page.items().get(0).getMetadata().getName());
    }

    @Test
    void reportsThePositionButNotTheContentOfAnInvalidList() {
        assertEquals(
                "not JSON at character 11",
                assertThrows(UnreadableException.class, () -> read("{\"items\": [hunter2]}"))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"items\": [{\"metadata\": {\"name\": \"a\"}} | the list is incomplete",
                "'' | not a list",
                "[] | not a list",
                "{\"items\": [{}, {\"metadata\": 7}]} | item 1 is not a PartialObjectMetadata"
            })
    void refusesAnIncompleteOrInvalidList(String answer, String reason) {
        assertEquals(
                reason,
                assertThrows(UnreadableException.class, () -> read(answer)).getMessage());
    }

    private static ListReader.Page<PartialObjectMetadata> read(String list) throws IOException {
        return new ListReader<>(READER, PartialObjectMetadata.class)
                .read(new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)));
    }
}
