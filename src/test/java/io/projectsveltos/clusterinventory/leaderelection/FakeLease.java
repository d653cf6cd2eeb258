package io.projectsveltos.clusterinventory.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.UnaryOperator;

/** The Lease that several contend for, with the API server's optimistic locking. */
final class FakeLease implements LeaseClient {

    private Lease stored;
    private long version;
    private boolean away;
    private KubernetesClientException refusal;
    private boolean answersGetLost;
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
            throw new KubernetesClientException("changed meanwhile", 409, null);
        }
        return store(lease);
    }

    /** Nobody gets an answer from now on, or does again. */
    synchronized void setAway(boolean away) {
        this.away = away;
    }

    /** Nobody may use it from now on, or may again when that is null. */
    synchronized void setRefusal(KubernetesClientException refusal) {
        this.refusal = refusal;
    }

    /** Writes are carried out from now on, but nobody hears of it; or does again. */
    synchronized void setAnswersLost(boolean lost) {
        answersGetLost = lost;
    }

    /** What happens between the read and the write of the next one who writes. */
    synchronized void beforeNextWrite(Runnable event) {
        beforeNextWrite = event;
    }

    /** Changes it as somebody with kubectl would. */
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
        if (answersGetLost) {
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
