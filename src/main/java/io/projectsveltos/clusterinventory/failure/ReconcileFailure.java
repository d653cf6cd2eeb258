package io.projectsveltos.clusterinventory.failure;

/**
 * A profile cannot be served until somebody changes something. The message is one line for that somebody: what, where,
 * what to do. It becomes an Event, so it never holds a credential.
 */
public final class ReconcileFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public ReconcileFailure(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * The Event's reason.
     *
     * @return the reason
     */
    public Reason getReason() {
        return reason;
    }

    /**
     * Whether the queue tries again with backoff, see {@link Reason#retriedWithBackoff()}.
     *
     * @return true if so
     */
    public boolean willRetry() {
        return reason.retriedWithBackoff();
    }
}
