package io.projectsveltos.clusterinventory.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.UnaryOperator;

/** The Lease that several replicas compete for, with the API server's optimistic locking. */
final class FakeLease implements LeaseClient {

    private Lease stored;
    private long version;
    private boolean away;
    private KubernetesClientException refusal;
    private boolean losesResponses;
    private Runnable beforeNextWrite = () -> {};

    @Override
    public synchronized Lease get() {
        failIfAway();
        return stored;
    }

    @Override
    public synchronized Lease create(Lease lease) {
        beforeWrite();
        if (stored != null) {
            throw new KubernetesClientException("exists", 409, null);
        }
        return store(lease);
    }

    @Override
    public synchronized Lease update(Lease lease) {
        beforeWrite();
        if (stored == null
                || !stored.getMetadata()
                        .getResourceVersion()
                        .equals(lease.getMetadata().getResourceVersion())) {
            throw new KubernetesClientException("conflict", 409, null);
        }
        return store(lease);
    }

    /** Whether the API server is unreachable from now on. */
    synchronized void setAway(boolean away) {
        this.away = away;
    }

    /** What every request is refused with from now on; null to allow them again. */
    synchronized void setRefusal(KubernetesClientException refusal) {
        this.refusal = refusal;
    }

    /** Whether writes are carried out without a response from now on. */
    synchronized void setResponsesLost(boolean lost) {
        losesResponses = lost;
    }

    /** Runs once, between the read and the write of the next attempt that writes. */
    synchronized void beforeNextWrite(Runnable event) {
        beforeNextWrite = event;
    }

    /** Changes it as a user with kubectl would. */
    synchronized void edit(UnaryOperator<LeaseBuilder> change) {
        store(change.apply(new LeaseBuilder(stored)).build());
    }

    synchronized void delete() {
        stored = null;
    }

    synchronized String holder() {
        return stored.getSpec().getHolderIdentity();
    }

    synchronized Lease stored() {
        return stored;
    }

    private void beforeWrite() {
        Runnable event = beforeNextWrite;
        beforeNextWrite = () -> {};
        event.run();
        failIfAway();
    }

    private Lease store(Lease lease) {
        stored = new LeaseBuilder(lease)
                .editMetadata()
                .withResourceVersion(String.valueOf(++version))
                .endMetadata()
                .build();
        if (losesResponses) {
            throw new KubernetesClientException("no answer");
        }
        return stored;
    }

    private void failIfAway() {
        if (away) {
            throw new KubernetesClientException("away");
        }
        if (refusal != null) {
            throw refusal;
        }
    }
}
