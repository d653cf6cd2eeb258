package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {

    @Test
    void parsesItsOwnText() {
        ObjectKey key = ObjectKey.of(PartialObjectMetadata.of("fleet", "spoke", "1"));

        assertEquals("fleet/spoke", key.toString());
        assertEquals(key, ObjectKey.parse(key.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "spoke", "/spoke", "fleet/"})
    void refusesTextThatIsNotAKey(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> ObjectKey.parse(text));

        assertTrue(refusal.getMessage().contains("namespace/name"), refusal.getMessage());
    }
}
