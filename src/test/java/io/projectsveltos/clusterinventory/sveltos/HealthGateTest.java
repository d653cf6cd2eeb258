package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthGateTest {

    private static final Map<String, Object> PAUSED = Map.of("spec", Map.of("paused", true));
    private static final Map<String, Object> ACTIVE_WINDOW =
            Map.of("spec", Map.of("activeWindow", Map.of("from", "0 22 * * *", "to", "0 6 * * *")));

    private final HealthGate pause = new HealthGate("pause");

    @ParameterizedTest
    @ValueSource(strings = {"", "on", "First", "OFF"})
    void refusesAnotherSetting(String setting) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> new HealthGate(setting));

        assertEquals("health-gate is " + setting + ", expected off, first or pause", refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "first, True, false, false",
        "first, False, false, true",
        "first, Unknown, false, true",
        "first, False, true, false",
        "first, Unknown, true, false",
        "off, False, false, false",
        "pause, False, false, false"
    })
    void holdsBackWhatIsNotRegisteredUntilItIsHealthy(
            String setting, String condition, boolean hasOutputs, boolean expected) {
        assertEquals(expected, new HealthGate(setting).isHoldingBack(reporting(condition), hasOutputs));
    }

    @Test
    void holdsBackAProfileWithoutTheCondition() {
        assertTrue(
                new HealthGate("first").isHoldingBack(profile().withoutStatus().build(), false));
    }

    @ParameterizedTest
    @CsvSource({
        "pause, True, false, false",
        "pause, True, true, false",
        "pause, False, false, true",
        "pause, False, true, true",
        "pause, Unknown, false, false",
        "pause, Unknown, true, true",
        "first, False, true, false",
        "off, False, true, false"
    })
    void pausesWhileTheConditionIsFalseAndReleasesWhenItIsTrue(
            String setting, String condition, boolean isPausedNow, boolean expected) {
        PartialObjectMetadata current = (isPausedNow ? paused() : served()).build();

        assertEquals(expected, new HealthGate(setting).isPausing(reporting(condition), current));
    }

    @Test
    void pausesANewClusterFromItsFirstMoment() {
        assertTrue(pause.isPausing(reporting("False"), null));
        assertFalse(pause.isPausing(reporting("Unknown"), null));
    }

    @Test
    void leavesThePauseToAnActiveWindow() {
        PartialObjectMetadata windowed =
                paused().owned("kubectl", "Update", ACTIVE_WINDOW).build();

        assertFalse(pause.isPausing(reporting("False"), windowed));
    }

    @Test
    void doesNotPauseAClusterThatIsBeingDeleted() {
        PartialObjectMetadata deleted =
                paused().deletedAt("2026-01-01T00:00:00Z").build();

        assertFalse(pause.isPausing(reporting("False"), deleted));
    }

    @Test
    void appliesPausedAndThenNoLongerAppliesIt() {
        SveltosClusters clusters =
                new SveltosClusters(InformerStore.ofObjects(), new OutputOptions("", "", "Opaque"), pause);
        PartialObjectMetadata served = Fixtures.applied(
                        clusters.toApply(reporting("True"), null, RuleValues.NONE, null))
                .build();

        Map<String, Object> pausing = clusters.toApply(reporting("False"), null, RuleValues.NONE, served);
        PartialObjectMetadata paused = Fixtures.applied(pausing).build();

        assertEquals(OperationResult.PAUSED, clusters.change(reporting("False"), null, RuleValues.NONE, served));
        assertEquals(Boolean.TRUE, ((Map<?, ?>) pausing.get("spec")).get("paused"));
        assertEquals(OperationResult.NONE, clusters.change(reporting("False"), null, RuleValues.NONE, paused));
        assertEquals(OperationResult.NONE, clusters.change(reporting("Unknown"), null, RuleValues.NONE, paused));
        assertEquals(OperationResult.RELEASED, clusters.change(reporting("True"), null, RuleValues.NONE, paused));
        assertFalse(((Map<?, ?>) clusters.toApply(reporting("True"), null, RuleValues.NONE, paused)
                        .get("spec"))
                .containsKey("paused"));
    }

    @Test
    void knowsWhatItHasPausedAlone() {
        assertTrue(pause.isPaused(paused().ours().build()));
        assertFalse(pause.isPaused(served().ours().build()));
        assertFalse(pause.isPaused(
                paused().ours().owned("kubectl", "Update", PAUSED).build()));
        assertFalse(pause.isPaused(
                served().ours().owned("kubectl", "Update", PAUSED).build()));
        assertFalse(pause.isPaused(paused().build()));
        assertFalse(pause.isPaused(null));
    }

    @Test
    void releasesOnlyTheVersionThatWasSeen() {
        Map<String, Object> patch =
                pause.toRelease(paused().resourceVersion("12").build());

        assertEquals(
                Map.of("namespace", Fixtures.NAMESPACE, "name", Fixtures.NAME, "resourceVersion", "12"),
                patch.get("metadata"));
        assertEquals(Collections.singletonMap("paused", null), patch.get("spec"));
    }

    private static ClusterProfile reporting(String condition) {
        return profile().healthy(condition).build();
    }

    private static Fixtures.Metadata served() {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME);
    }

    private static Fixtures.Metadata paused() {
        return served().owned(ManagedMetadata.FIELD_MANAGER, "Apply", PAUSED);
    }
}
