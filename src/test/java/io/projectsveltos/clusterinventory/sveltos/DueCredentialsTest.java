package io.projectsveltos.clusterinventory.sveltos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.component.kubernetes.FilledStore;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.events.SetClock;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DueCredentialsTest {

    private static final Duration SYNC_PERIOD = Duration.ofMinutes(10);
    private static final Duration MIN_INTERVAL = Duration.ofMinutes(1);

    private final SetClock clock = new SetClock(Instant.parse("2030-06-01T12:00:00Z"));
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets = FilledStore.of();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = FilledStore.of();
    private final OutputOptions options = new OutputOptions("", "", "Opaque");
    private final ManagedSecrets managedSecrets = new ManagedSecrets(
            secrets, new SveltosClusters(clusters, options, new HealthGate("off")), options, clock, MIN_INTERVAL);
    private final DueCredentials due = new DueCredentials(managedSecrets, clock, SYNC_PERIOD);

    @Test
    void takesAProfileOnceWhenItFallsDue() {
        secretDueAt("2030-06-01T12:00:05Z");

        assertEquals(List.of(), due.take());
        clock.advance(Duration.ofSeconds(5));
        assertEquals(List.of(Fixtures.KEY), due.take());
        clock.advance(Duration.ofSeconds(5));
        assertEquals(List.of(), due.take());
    }

    @Test
    void takesItAgainASyncPeriodLaterIfItIsStillDue() {
        secretDueAt("2030-06-01T12:00:00Z");
        due.take();

        clock.advance(SYNC_PERIOD.minusSeconds(1));
        assertEquals(List.of(), due.take());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of(Fixtures.KEY), due.take());
        assertEquals(List.of(), due.take());
    }

    @Test
    void takesTheNextDueTimeHoweverEarlyItIs() {
        secretDueAt("2030-06-01T12:00:00Z");
        due.take();
        secretDueAt("2030-06-01T12:00:01Z");

        clock.advance(Duration.ofSeconds(1));

        assertEquals(List.of(Fixtures.KEY), due.take());
    }

    @Test
    void forgetsWhatIsNoLongerDue() {
        secretDueAt("2030-06-01T12:00:00Z");
        due.take();
        secretDueAt("2030-06-01T13:00:00Z");
        assertEquals(List.of(), due.take());
        secretDueAt("2030-06-01T12:00:00Z");

        assertEquals(List.of(Fixtures.KEY), due.take());
    }

    @Test
    void takesWhatIsDueAgainAfterTheClockWasSetBack() {
        secretDueAt("2030-06-01T12:00:00Z");
        due.take();

        clock.advance(Duration.ofHours(-2));

        assertEquals(List.of(Fixtures.KEY), due.take());
        assertEquals(List.of(), due.take());
    }

    @Test
    void takesAProfileWhoseClusterRejectsACredentialOnceThatIsOldEnough() {
        Informers.put(
                clusters,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).ours().reporting(Fixtures.REJECTED));
        secret("2030-06-01T11:59:30Z", "2030-06-01T13:00:00Z");

        assertEquals(List.of(), due.take());
        clock.advance(Duration.ofSeconds(30));
        assertEquals(List.of(Fixtures.KEY), due.take());
        clock.advance(Duration.ofSeconds(5));
        assertEquals(List.of(), due.take());
        secret("2030-06-01T12:00:35Z", "2030-06-01T13:00:35Z");
        assertEquals(List.of(), due.take());
        clock.advance(MIN_INTERVAL);
        assertEquals(List.of(Fixtures.KEY), due.take());
    }

    private void secretDueAt(String refresh) {
        secret("2030-06-01T11:00:00Z", refresh);
    }

    private void secret(String obtained, String refresh) {
        Map<String, String> annotations = Map.of(ManagedMetadata.OBTAINED, obtained, ManagedMetadata.REFRESH, refresh);
        Informers.put(
                secrets,
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                        .ours()
                        .with(Map.of("metadata", Map.of("annotations", annotations)))
                        .build());
    }
}
