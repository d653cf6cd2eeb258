package io.projectsveltos.clusterinventory.credential.golang;

/**
 * A document cannot be read as client-go would read it. The message says what is wrong without quoting the document, which
 * may contain a credential; for the same reason there is no cause.
 */
public final class UnreadableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean certain;

    private UnreadableException(String fault, boolean certain) {
        super(fault, null, false, false);
        this.certain = certain;
    }

    /** client-go rejects the document too. */
    public static UnreadableException refused(String fault) {
        return new UnreadableException(fault, true);
    }

    /** client-go may read the document, but the result is uncertain. */
    public static UnreadableException undecided(String fault) {
        return new UnreadableException(fault, false);
    }

    /** Whether client-go certainly rejects the document too. */
    public boolean isCertain() {
        return certain;
    }
}
