package io.projectsveltos.clusterinventory.clusterprofile;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FinalizerPatchesTest {

    private final FinalizerPatches finalizers = new FinalizerPatches();

    @Test
    void addsTheFinalizerToAnEmptyList() {
        assertEquals(
                List.of(ClusterProfile.FINALIZER),
                listIn(finalizers.add(profile().withoutFinalizers().build())));
    }

    @Test
    void addsTheFinalizerAfterOthers() {
        assertEquals(
                List.of("example.com/other", ClusterProfile.FINALIZER),
                listIn(finalizers.add(profile().finalizers("example.com/other").build())));
    }

    @Test
    void removesOnlyItsOwnFinalizer() {
        assertEquals(
                List.of("example.com/one", "example.com/two"),
                listIn(finalizers.remove(profile()
                        .finalizers("example.com/one", ClusterProfile.FINALIZER, "example.com/two")
                        .build())));
    }

    @Test
    void sendsAnEmptyListWhenNoneIsLeft() {
        assertEquals(List.of(), listIn(finalizers.remove(profile().build())));
    }

    @Test
    void containsTheVersionThatWasRead() {
        Map<?, ?> metadata = (Map<?, ?>) finalizers.add(profile().build()).get("metadata");

        assertEquals(Fixtures.PROFILE_VERSION, metadata.get("resourceVersion"));
    }

    private static Object listIn(Map<String, Object> patch) {
        return ((Map<?, ?>) patch.get("metadata")).get("finalizers");
    }
}
