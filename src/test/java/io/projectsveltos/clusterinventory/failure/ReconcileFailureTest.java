package io.projectsveltos.clusterinventory.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReconcileFailureTest {

    @Test
    void cutsALongMessage() {
        String message = new ReconcileFailure(Reason.InvalidAccessProvider, "a".repeat(1_000_000)).getMessage();

        assertEquals("a".repeat(4096) + "...", message);
    }
}
