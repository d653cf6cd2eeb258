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
 * Gets, renews and gives back a Lease, by the rules of client-go's leaderelection: a lease is over when it has not changed
 * for its duration, by the clock of the one who looks at it. What it says of times is for people to read; two machines'
 * clocks need not agree. Whatever is written is written to the version that was read.
 */
final class LeaseLock {

    private final LeaseClient api;
    private final String namespace;
    private final String name;
    private final String identity;
    private final TimeSource clock;
    /** As this process wrote it last; null when somebody else may have written since. */
    private Lease written;

    private Lease seen;
    private Moment seenFirst;

    LeaseLock(LeaseClient api, String namespace, String name, String identity, TimeSource clock) {
        this.api = api;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * Renews the lease if it is held, else takes it if it is free.
     *
     * @return who holds it now; null if nobody can tell until the next attempt
     * @throws KubernetesClientException when the API server does not answer, or refuses
     */
    String contend() {
        Lease last = written != null ? written : api.get();
        // a request without an answer may have been carried out
        written = null;
        try {
            if (last == null) {
                written = api.create(mine(null));
            } else if (isMine(last) || isFree(last)) {
                written = api.update(mine(last));
            } else {
                return last.getSpec().getHolderIdentity();
            }
            return identity;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return null;
            }
            throw e;
        }
    }

    /** Gives the lease back if it is held. */
    void release() {
        Lease last = written != null ? written : api.get();
        if (last != null && isMine(last)) {
            // without a holder, which must not be an empty string
            api.update(new LeaseBuilder(last)
                    .editSpec()
                    .withHolderIdentity(null)
                    .withLeaseDurationSeconds(1)
                    .withRenewTime(now())
                    .endSpec()
                    .build());
        }
    }

    private boolean isMine(Lease lease) {
        return lease.getSpec() != null && identity.equals(lease.getSpec().getHolderIdentity());
    }

    private boolean isFree(Lease lease) {
        LeaseSpec spec = lease.getSpec();
        if (spec == null
                || spec.getHolderIdentity() == null
                || spec.getHolderIdentity().isEmpty()) {
            return true;
        }
        Moment now = clock.moment();
        if (seen == null
                || !seen.getMetadata()
                        .getResourceVersion()
                        .equals(lease.getMetadata().getResourceVersion())) {
            seen = lease;
            seenFirst = now;
        }
        Duration duration = spec.getLeaseDurationSeconds() == null
                ? LeaderElectionConfig.LEASE
                : Duration.ofSeconds(spec.getLeaseDurationSeconds());
        return seenFirst.atLeastUntil(now).compareTo(duration) > 0;
    }

    private Lease mine(Lease last) {
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
                .withLeaseDurationSeconds((int) LeaderElectionConfig.LEASE.toSeconds())
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
