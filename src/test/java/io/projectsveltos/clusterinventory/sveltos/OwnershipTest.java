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
    void nothingIsNobodys() {
        assertOwnership(null, false, false, false);
    }

    @Test
    void whatCarriesOurLabelIsOurs() {
        assertOwnership(object().ours().build(), true, false, true);
    }

    @Test
    void whatCarriesNoLabelIsForeign() {
        assertOwnership(object().build(), false, true, false);
    }

    @Test
    void whatAnotherManagerLabelledIsForeign() {
        assertOwnership(
                object().with(Fixtures.labels(Map.of(ManagedMetadata.MANAGED_BY, "somebody")))
                        .build(),
                false,
                true,
                false);
    }

    @Test
    void whatIsBeingDeletedIsOursAndNotToBeDeletedAgain() {
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
