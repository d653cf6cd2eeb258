package io.projectsveltos.clusterinventory.credential;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Hands credentials over from the queue that fetches them to the queue that reconciles profiles. There are two queues so
 * that a hanging plugin does not block a reconcile worker. Only reconcile workers write outputs, so that a profile never has
 * two writers.
 *
 * <p>The reconcile worker requests a credential and queues the profile to fetch it. A request has exactly these outcomes:
 *
 * <ul>
 *   <li>it is fulfilled: the profile is reconciled again, and the request is cleared once the credential is written;
 *   <li>fetching fails and is retried with backoff: the request stays;
 *   <li>fetching fails in a way that a retry cannot fix: the request is abandoned, and a change leads to a new one;
 *   <li>the profile now offers something else: the request is withdrawn, and the profile is reconciled again.
 * </ul>
 *
 * <p>A request whose profile the queue does not contain any more, for whatever reason, counts as not made: the next
 * reconcile makes it again. Thread-safe.
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

    /** What to do for a profile taken from the queue of credentials. */
    public enum Claim {
        /** Fetch the requested credential. */
        FETCH,
        /** Reconcile the profile: it no longer offers what was requested. */
        RECONCILE,
        /** Nothing: no credential is requested, or it is fetched already. */
        NOTHING
    }

    /**
     * @param isQueued whether the queue of credentials contains a profile: waiting, delayed or being processed
     * @param clock decides which fetched credentials are too old to be written
     */
    public CredentialHandoff(Predicate<ObjectKey> isQueued, Clock clock) {
        this.isQueued = isQueued;
        this.clock = clock;
    }

    /**
     * Requests a credential. If this returns true, the caller queues the profile.
     *
     * @param fingerprint of the inputs of the requested credential
     * @return false if the same request exists and is in progress, waits for its backoff or has just been fulfilled
     */
    public boolean request(@Variable("key") ObjectKey profile, @Variable("fingerprint") String fingerprint) {
        // in this order: a fetch that finishes in between has fulfilled its request
        boolean isInProgress = isQueued.test(profile);
        Request before = requests.get(profile);
        if (before != null && before.isFor(fingerprint) && (isInProgress && before.isPending() || isUsable(before))) {
            return false;
        }
        requests.put(profile, new Request(fingerprint, null));
        return true;
    }

    /**
     * Compares the request with what the profile offers now, before anything is fetched. A key may be in the queue without a
     * pending request, for example after the backoff of a request that has been fulfilled in the meantime.
     *
     * @param fingerprint of the inputs that a credential would be made from now
     * @return what to do; {@link Claim#RECONCILE} also withdraws the request
     */
    public Claim claim(@Variable("key") ObjectKey profile, @Variable("fingerprint") String fingerprint) {
        Request request = requests.get(profile);
        if (request == null) {
            return Claim.NOTHING;
        }
        if (!request.isFor(fingerprint)) {
            // only this request: a newer one has queued the key again
            requests.remove(profile, request);
            return Claim.RECONCILE;
        }
        return request.isPending() ? Claim.FETCH : Claim.NOTHING;
    }

    /** Fulfils a request. A credential that is not requested any more is dropped. */
    public void fulfil(@Variable("key") ObjectKey profile, @Body Credential credential) {
        requests.computeIfPresent(
                profile,
                (key, request) -> request.isFor(credential.fingerprint())
                        ? new Request(credential.fingerprint(), credential)
                        : request);
    }

    /**
     * The fetched credential. It stays until {@link #clear}, because writing it may take several attempts.
     *
     * @param fingerprint of the inputs that it must have been made from
     * @return null when there is none, or when it is due for a refresh before it was written
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
        return validity == null || !validity.isRefreshDue(clock.instant());
    }

    /**
     * Abandons a request that a retry cannot fulfil. A newer request for another fingerprint stays.
     *
     * @param fingerprint of the request that failed, null when none was claimed
     */
    public void abandon(@Variable("key") ObjectKey profile, @Variable("fingerprint") String fingerprint) {
        requests.computeIfPresent(profile, (key, request) -> request.isFor(fingerprint) ? null : request);
    }

    /** Forgets a profile's request: its credential is written, or it needs none. Only called by the reconcile worker. */
    public void clear(@Variable("key") ObjectKey profile) {
        requests.remove(profile);
    }
}
