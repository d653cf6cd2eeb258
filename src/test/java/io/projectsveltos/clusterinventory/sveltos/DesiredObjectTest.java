package io.projectsveltos.clusterinventory.sveltos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DesiredObjectTest {

    private static final DesiredObject DESIRED = desired(Map.of("tier", "gold"), Map.of("note", "a"));

    private static DesiredObject desired(Map<String, String> labels, Map<String, String> annotations) {
        return new DesiredObject(
                "v1",
                "Secret",
                new ObjectKey(Fixtures.NAMESPACE, Fixtures.NAME),
                labels,
                annotations,
                "data",
                Map.of("kubeconfig", "eA=="));
    }

    /** Objects whose metadata shows that they differ from the desired one. */
    static Stream<Named<Fixtures.Metadata>> departures() {
        Map<String, Object> content = Map.of("data", Map.of("kubeconfig", ""));
        return Stream.of(
                Named.of("a label has another value", asApplied().with(Fixtures.labels(Map.of("tier", "silver")))),
                Named.of("a label is gone", asApplied().without("tier")),
                Named.of(
                        "an annotation has another value",
                        asApplied().with(Map.of("metadata", Map.of("annotations", Map.of("note", "b"))))),
                Named.of(
                        "the content belongs to another manager",
                        Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                                .with(body())
                                .owned(
                                        ManagedMetadata.FIELD_MANAGER,
                                        "Apply",
                                        Map.of("metadata", body().get("metadata")))
                                .owned("kubectl-edit", "Update", content)),
                Named.of(
                        "we have applied more than we want now",
                        Fixtures.applied(desired(Map.of("tier", "gold", "zone", "a"), Map.of("note", "a"))
                                .toApply(null))),
                Named.of(
                        "it was written by an update",
                        Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                                .with(body())
                                .owned(ManagedMetadata.FIELD_MANAGER, "Update", body())),
                Named.of(
                        "another manager has applied it",
                        Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                                .with(body())
                                .owned("somebody", "Apply", body())));
    }

    @Test
    void matchesWhatWasApplied() {
        assertTrue(DESIRED.matches(asApplied().build()));
    }

    @Test
    void doesNotMatchAMissingObject() {
        assertFalse(DESIRED.matches(null));
    }

    @ParameterizedTest
    @MethodSource("departures")
    void doesNotMatch(Fixtures.Metadata departure) {
        assertFalse(DESIRED.matches(departure.build()));
    }

    @Test
    void matchesDespiteFieldsOfOtherManagers() {
        Map<String, Object> others = Fixtures.labels(Map.of("example.com/other", "x"));

        assertTrue(DESIRED.matches(
                asApplied().with(others).owned("other", "Apply", others).build()));
    }

    @Test
    void matchesIfOtherManagersOwnTheSameFieldsToo() {
        assertTrue(
                DESIRED.matches(asApplied().owned("manager", "Update", body()).build()));
    }

    @Test
    void matchesAnAtomicMapWhichIsOwnedAsOneField() {
        DesiredObject nested = nested(Map.of("a", "a", "key", "b"));

        Map<String, Object> owned =
                Map.of("metadata", Map.of("labels", Map.of("tier", "gold")), "spec", Map.of("reference", ""));
        assertTrue(nested.matches(Fixtures.applied(nested.toApply(null)).build()));
        assertTrue(nested.matches(Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .with(owned)
                .owned(ManagedMetadata.FIELD_MANAGER, "Apply", owned)
                .build()));
    }

    @Test
    void doesNotMatchIfOneOfSeveralNestedFieldsIsOwned() {
        assertFalse(nested(Map.of("a", "a", "key", "b"))
                .matches(Fixtures.applied(nested(Map.of("key", "b")).toApply(null))
                        .build()));
        assertFalse(nested(Map.of("key", "b"))
                .matches(Fixtures.applied(nested(Map.of("a", "a", "key", "b")).toApply(null))
                        .build()));
    }

    private static DesiredObject nested(Map<String, String> reference) {
        return new DesiredObject(
                "example.com/v1",
                "Sample",
                new ObjectKey(Fixtures.NAMESPACE, Fixtures.NAME),
                Map.of("tier", "gold"),
                Map.of(),
                "spec",
                Map.of("reference", reference));
    }

    @Test
    void isCreatedOnlyIfThereIsNone() {
        Map<?, ?> metadata = metadata(DESIRED.toApply(null));

        assertEquals("1", metadata.get("resourceVersion"));
        assertFalse(metadata.containsKey("uid"));
    }

    @Test
    void isAppliedToTheObjectAsItWasSeen() {
        Map<?, ?> metadata = metadata(
                DESIRED.toApply(asApplied().uid("u").resourceVersion("9").build()));

        assertEquals("u", metadata.get("uid"));
        assertEquals("9", metadata.get("resourceVersion"));
    }

    @Test
    void claimsNoAnnotationsWhenItHasNone() {
        assertFalse(metadata(desired(Map.of("tier", "gold"), Map.of()).toApply(null))
                .containsKey("annotations"));
    }

    private static Fixtures.Metadata asApplied() {
        return Fixtures.applied(body());
    }

    private static Map<String, Object> body() {
        return DESIRED.toApply(null);
    }

    private static Map<?, ?> metadata(Map<String, Object> body) {
        return (Map<?, ?>) body.get("metadata");
    }

    @Test
    void hasNoDifferencesFromWhatWasApplied() {
        assertEquals(List.of(), DESIRED.differences(asApplied().build()));
        assertEquals(List.of(), DESIRED.differences(null));
    }

    @Test
    void namesTheFieldsThatAnApplyWouldChange() {
        Fixtures.Metadata current = Fixtures.applied(
                desired(Map.of("tier", "silver", "zone", "a"), Map.of()).toApply(null));

        assertEquals(
                List.of("+metadata.annotations.note", "+metadata.labels.tier", "-metadata.labels.zone"),
                DESIRED.differences(current.build()));
    }

    @Test
    void namesContentThatBelongsToAnotherManager() {
        Fixtures.Metadata current = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .with(body())
                .owned("kubectl-edit", "Update", Map.of("data", Map.of("kubeconfig", "")));

        assertEquals(List.of("+data.kubeconfig"), DESIRED.differences(current.build()));
    }
}
