package io.projectsveltos.clusterinventory.credential;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Credentials on their way from the queue that gets them to the one that writes them. Two queues, so that a plugin that
 * hangs holds up no worker that others need; one writer, so that a profile still has one worker.
 */
public final class PendingCredentials {

    private final Map<ObjectKey, Pending> pending = new ConcurrentHashMap<>();

    private final Clock clock;

    private record Pending(String fingerprint, Credential credential) {}

    /**
     * Makes a place for credentials on their way.
     *
     * @param clock tells which have been under way for too long
     */
    public PendingCredentials(Clock clock) {
        this.clock = clock;
    }

    /**
     * Asks for a credential.
     *
     * @param profile the profile's key
     * @param fingerprint what it is to be made from
     * @return false when it has been asked for before: it is being got, or tried again with backoff
     */
    public boolean isNewlyWanted(
            @ExchangeProperty("key") ObjectKey profile, @ExchangeProperty("fingerprint") String fingerprint) {
        Pending before = pending.get(profile);
        if (before != null && before.fingerprint().equals(fingerprint)) {
            return false;
        }
        pending.put(profile, new Pending(fingerprint, null));
        return true;
    }

    /**
     * Hands a credential over.
     *
     * @param profile the profile's key
     * @param credential the credential
     */
    public void deliver(@ExchangeProperty("key") ObjectKey profile, @Body Credential credential) {
        pending.computeIfPresent(
                profile,
                (key, wanted) -> wanted.fingerprint().equals(credential.fingerprint())
                        ? new Pending(credential.fingerprint(), credential)
                        : wanted);
    }

    /**
     * A credential that was delivered and is still wanted. It stays until {@link #settle}: writing it may take attempts.
     *
     * @param profile the profile's key
     * @param fingerprint what it is to be made from
     * @return the credential, or null
     */
    public Credential delivered(
            @ExchangeProperty("key") ObjectKey profile, @ExchangeProperty("fingerprint") String fingerprint) {
        Pending found = pending.get(profile);
        if (found == null || found.credential() == null || !found.fingerprint().equals(fingerprint)) {
            return null;
        }
        Validity validity = found.credential().validity();
        if (validity != null && validity.isOver(clock.instant())) {
            // it could not be written for so long that the next one is due
            pending.remove(profile, found);
            return null;
        }
        return found.credential();
    }

    /**
     * Forgets a profile: its credential is written, or it needs none any more.
     *
     * @param profile the profile's key
     */
    public void settle(@ExchangeProperty("key") ObjectKey profile) {
        pending.remove(profile);
    }
}
