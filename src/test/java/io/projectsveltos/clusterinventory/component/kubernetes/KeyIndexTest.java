package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyIndexTest {

    private final KeyIndex index = new KeyIndex();

    @Test
    void findsKeysByTheirValue() {
        index.put("fleet/b", "one");
        index.put("fleet/a", "one");
        index.put("fleet/c", "two");

        assertEquals(List.of("fleet/a", "fleet/b"), index.keys("one"));
        assertEquals(List.of(), index.keys("three"));
    }

    @Test
    void followsAValueThatChangesOrEnds() {
        index.put("fleet/a", "one");
        index.put("fleet/a", "one");
        index.put("fleet/a", "two");
        assertEquals(List.of(), index.keys("one"));
        assertEquals(List.of("fleet/a"), index.keys("two"));

        index.put("fleet/a", null);

        assertEquals(List.of(), index.keys("two"));
    }
}
