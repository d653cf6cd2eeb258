package io.projectsveltos.clusterinventory.failure;

/**
 * A profile cannot be reconciled, and retrying immediately would not help. The message becomes an Event: one line that says
 * what, where and what to do, and never contains a credential.
 */
public final class ReconcileFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** In characters, which is more than an Event takes: a profile may name a megabyte of access providers. */
    private static final int MAX_LENGTH = 4 * 1024;

    private final Reason reason;

    public ReconcileFailure(Reason reason, String message) {
        super(message.length() <= MAX_LENGTH ? message : message.substring(0, MAX_LENGTH) + "...");
        this.reason = reason;
    }

    public Reason getReason() {
        return reason;
    }

    /** Whether the profile is requeued with backoff, see {@link Reason#isRetriedWithBackoff()}. */
    public boolean willRetry() {
        return reason.isRetriedWithBackoff();
    }
}
