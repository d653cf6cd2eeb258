package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Selects the profiles whose next credential is due, or whose cluster rejects the present one: each once when it falls due, and again a sync period later if it is
 * still due then. In between, the queues retry failures with backoff, and a failure that a retry cannot fix waits for a
 * change. Due times are wall-clock times, so a suspended machine or a changed clock delays nothing. Thread-safe.
 */
public final class DueCredentials {

    private final ManagedSecrets managedSecrets;
    private final Clock clock;
    private final Duration syncPeriod;

    /** The profiles that are due, by key. Those that are no longer due are removed with the next {@link #take}. */
    private Map<String, Attempt> attempts = Map.of();

    /** When a profile was taken, and the due time in the managed Secret at that moment. */
    private record Attempt(String dueAt, Instant time) {}

    DueCredentials(ManagedSecrets managedSecrets, Clock clock, Duration syncPeriod) {
        this.managedSecrets = managedSecrets;
        this.clock = clock;
        this.syncPeriod = syncPeriod;
    }

    /**
     * Takes the profiles that are due now, and remembers them.
     *
     * @return their keys
     */
    public synchronized List<String> take() {
        Instant now = clock.instant();
        Map<String, Attempt> due = new HashMap<>();
        List<String> taken = new ArrayList<>();
        for (PartialObjectMetadata secret : managedSecrets.dueForRefresh()) {
            String profile = ManagedMetadata.profileOfSecret(secret);
            String dueAt = secret.annotations().get(ManagedMetadata.REFRESH);
            Attempt before = attempts.get(profile);
            boolean wasTaken = before != null && Objects.equals(before.dueAt(), dueAt) && isRecent(before, now);
            due.put(profile, wasTaken ? before : new Attempt(dueAt, now));
            if (!wasTaken) {
                taken.add(profile);
            }
        }
        attempts = due;
        return taken;
    }

    private boolean isRecent(Attempt attempt, Instant now) {
        boolean clockWasSetBack = now.isBefore(attempt.time());
        return !clockWasSetBack && now.isBefore(attempt.time().plus(syncPeriod));
    }
}
