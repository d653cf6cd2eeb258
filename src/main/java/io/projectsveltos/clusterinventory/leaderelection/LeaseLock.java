package io.projectsveltos.clusterinventory.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.projectsveltos.clusterinventory.leaderelection.TimeSource.Moment;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * Acquires, renews and releases a Lease by the rules of client-go's leaderelection: a lease has expired when it has not
 * changed for its duration, by the clock of the observer. The times in it are for people; the clocks of two machines may
 * differ. Each write carries the resourceVersion that was read.
 */
final class LeaseLock {

    private final LeaseClient client;
    private final String namespace;
    private final String name;
    private final String identity;
    private final TimeSource clock;

    /** As this process wrote it last; null when another client may have written since. */
    private Lease written;

    /** The lease of another process, and since when it has not changed; null when none is held by another. */
    private Lease observed;

    private Moment observedSince;

    LeaseLock(LeaseClient client, String namespace, String name, String identity, TimeSource clock) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * Renews the lease if this process holds it, or acquires it if it is free.
     *
     * @return the holder's identity; null if it is unknown until the next attempt
     * @throws KubernetesClientException when the API server does not answer, or refuses
     */
    String tryAcquireOrRenew() {
        Lease last = written != null ? written : client.get();
        // a request without a response may have been carried out
        written = null;
        try {
            if (last == null) {
                // a leader does not know of a deletion before its next renewal, and goes on writing
                if (observed != null && !hasExpired()) {
                    return observed.getSpec().getHolderIdentity();
                }
                written = client.create(held(null));
            } else if (isHeld(last) || isFree(last)) {
                written = client.update(held(last));
            } else {
                return last.getSpec().getHolderIdentity();
            }
            observed = null;
            return identity;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return null;
            }
            throw e;
        }
    }

    /** Releases the lease if this process holds it. */
    void release() {
        Lease last = written != null ? written : client.get();
        if (last != null && isHeld(last)) {
            // removes the holder: the API server rejects an empty string
            client.update(new LeaseBuilder(last)
                    .editSpec()
                    .withHolderIdentity(null)
                    .withLeaseDurationSeconds(1)
                    .withRenewTime(now())
                    .endSpec()
                    .build());
        }
    }

    private boolean isHeld(Lease lease) {
        return lease.getSpec() != null && identity.equals(lease.getSpec().getHolderIdentity());
    }

    private boolean isFree(Lease lease) {
        LeaseSpec spec = lease.getSpec();
        if (spec == null
                || spec.getHolderIdentity() == null
                || spec.getHolderIdentity().isEmpty()) {
            observed = null;
            return true;
        }
        if (observed == null
                || !observed.getMetadata()
                        .getResourceVersion()
                        .equals(lease.getMetadata().getResourceVersion())) {
            observed = lease;
            observedSince = clock.moment();
        }
        return hasExpired();
    }

    private boolean hasExpired() {
        Integer seconds = observed.getSpec().getLeaseDurationSeconds();
        Duration duration = seconds == null ? LeaderElectionConfig.LEASE_DURATION : Duration.ofSeconds(seconds);
        return observedSince.monotonicElapsed(clock.moment()).compareTo(duration) > 0;
    }

    /** The lease as this process writes it to hold it. */
    private Lease held(Lease last) {
        LeaseSpec before = last == null || last.getSpec() == null ? new LeaseSpec() : last.getSpec();
        boolean renewal = identity.equals(before.getHolderIdentity());
        int transitions = before.getLeaseTransitions() == null ? 0 : before.getLeaseTransitions();
        return (last == null ? new LeaseBuilder() : new LeaseBuilder(last))
                .editOrNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(identity)
                .withLeaseDurationSeconds((int) LeaderElectionConfig.LEASE_DURATION.toSeconds())
                .withAcquireTime(renewal ? before.getAcquireTime() : now())
                .withRenewTime(now())
                .withLeaseTransitions(renewal || last == null ? transitions : transitions + 1)
                .endSpec()
                .build();
    }

    private ZonedDateTime now() {
        return clock.now().atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }
}
