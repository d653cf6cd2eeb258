package io.projectsveltos.clusterinventory.credential;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Hands credentials over from the queue that fetches them to the queue that writes them. There are two queues, so that a
 * plugin that hangs holds up no worker that others need, and one writer, so that a profile still has one worker.
 *
 * <p>The writer requests a credential and queues the profile for it. A request ends in one of these ways, and in no other:
 *
 * <ul>
 *   <li>it is fulfilled, and the profile goes back to the writer, which clears it once the credential is written;
 *   <li>fetching fails and the queue tries again with backoff: the request stays;
 *   <li>fetching fails until somebody changes something: the request is abandoned, and a change leads to the next;
 *   <li>the profile has come to offer something else: the request is withdrawn, and the profile goes back to the writer.
 * </ul>
 *
 * <p>A request that the queue does not know any more, for whatever reason, counts as not made: the next reconcile makes it
 * again. Thread-safe.
 */
public final class CredentialHandoff {

    private final Map<ObjectKey, Request> requests = new ConcurrentHashMap<>();
    private final Predicate<ObjectKey> isQueued;
    private final Clock clock;

    private record Request(String fingerprint, Credential credential) {

        boolean isFor(String other) {
            return fingerprint.equals(other);
        }

        boolean isPending() {
            return credential == null;
        }
    }

    /** What to do for a profile that the queue of credentials hands out. */
    public enum Claim {
        /** Fetch the credential that is requested. */
        FETCH,
        /** Have the profile reconciled: what was requested is not what it offers now. */
        RECONCILE,
        /** Nothing: no credential is requested, or it is fetched already. */
        NOTHING
    }

    /**
     * A handoff without requests.
     *
     * @param isQueued whether the queue of credentials knows a profile: queued, delayed or with a worker
     * @param clock says which credentials have waited too long to be written
     */
    public CredentialHandoff(Predicate<ObjectKey> isQueued, Clock clock) {
        this.isQueued = isQueued;
        this.clock = clock;
    }

    /**
     * Requests a credential. On true the caller queues the profile for it.
     *
     * @param profile the profile's key
     * @param fingerprint what the credential is to be made from
     * @return false if this request is made already, and is being worked on, waits for its backoff or has just been fulfilled
     */
    public boolean request(@Variable("key") ObjectKey profile, @Variable("fingerprint") String fingerprint) {
        // in this order: a fetch that ends in between has fulfilled its request
        boolean isWorkedOn = isQueued.test(profile);
        Request before = requests.get(profile);
        if (before != null && before.isFor(fingerprint) && (isWorkedOn && before.isPending() || isUsable(before))) {
            return false;
        }
        requests.put(profile, new Request(fingerprint, null));
        return true;
    }

    /**
     * Compares what was requested with what the profile offers now, before anything is fetched. A key may be in the queue
     * for more than one reason: the end of a backoff whose request was fulfilled long ago is one.
     *
     * @param profile the profile's key
     * @param fingerprint what a credential would be made from now
     * @return what to do; after {@link Claim#RECONCILE} the request is withdrawn
     */
    public Claim claim(@Variable("key") ObjectKey profile, @Variable("fingerprint") String fingerprint) {
        Request request = requests.get(profile);
        if (request == null) {
            return Claim.NOTHING;
        }
        if (!request.isFor(fingerprint)) {
            // not one that was made since: its key is in the queue
            requests.remove(profile, request);
            return Claim.RECONCILE;
        }
        return request.isPending() ? Claim.FETCH : Claim.NOTHING;
    }

    /**
     * Fulfils a request. A credential that nobody requests any more is dropped.
     *
     * @param profile the profile's key
     * @param credential the credential
     */
    public void fulfil(@Variable("key") ObjectKey profile, @Body Credential credential) {
        requests.computeIfPresent(
                profile,
                (key, request) -> request.isFor(credential.fingerprint())
                        ? new Request(credential.fingerprint(), credential)
                        : request);
    }

    /**
     * The credential that was fetched. It stays until {@link #clear}: writing it may take attempts.
     *
     * @param profile the profile's key
     * @param fingerprint what it is to be made from
     * @return the credential; null when there is none, or the next one is due before this one could be written
     */
    public Credential get(@Variable("key") ObjectKey profile, @Variable("fingerprint") String fingerprint) {
        Request request = requests.get(profile);
        return request != null && request.isFor(fingerprint) && isUsable(request) ? request.credential() : null;
    }

    private boolean isUsable(Request request) {
        if (request.isPending()) {
            return false;
        }
        Validity validity = request.credential().validity();
        return validity == null || !validity.isOver(clock.instant());
    }

    /**
     * Abandons a request that cannot be fulfilled before somebody changes something. A request that was made since stays.
     *
     * @param profile the profile's key
     * @param fingerprint of the request that failed, null when none was claimed
     */
    public void abandon(@Variable("key") ObjectKey profile, @Variable("fingerprint") String fingerprint) {
        requests.computeIfPresent(profile, (key, request) -> request.isFor(fingerprint) ? null : request);
    }

    /**
     * Clears a profile: its credential is written, or it needs none. Only the writer may know.
     *
     * @param profile the profile's key
     */
    public void clear(@Variable("key") ObjectKey profile) {
        requests.remove(profile);
    }
}
