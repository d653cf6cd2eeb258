package io.projectsveltos.clusterinventory.sveltos;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnershipTest {

    private final Ownership ownership = new Ownership();

    @Test
    void nothingIsNeitherOursNorForeign() {
        assertOwnership(null, false, false, false);
    }

    @Test
    void anObjectWithOurLabelIsOurs() {
        assertOwnership(object().ours().build(), true, false, true);
    }

    @Test
    void anObjectWithoutLabelsIsForeign() {
        assertOwnership(object().build(), false, true, false);
    }

    @Test
    void anObjectThatAnotherControllerLabelledIsForeign() {
        assertOwnership(
                object().with(Fixtures.labels(Map.of(ManagedMetadata.MANAGED_BY, "somebody")))
                        .build(),
                false,
                true,
                false);
    }

    @Test
    void anObjectBeingDeletedIsOursButNotDeletedAgain() {
        assertOwnership(object().ours().deletedAt("2026-01-01T00:00:00Z").build(), true, false, false);
    }

    private void assertOwnership(PartialObjectMetadata object, boolean ours, boolean foreign, boolean deletable) {
        assertAll(
                () -> assertEquals(ours, ownership.isOurs(object), "ours"),
                () -> assertEquals(foreign, ownership.isForeign(object), "foreign"),
                () -> assertEquals(deletable, ownership.isDeletable(object), "deletable"));
    }

    private static Fixtures.Metadata object() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME);
    }
}
