package io.projectsveltos.clusterinventory.credential.golang;

/**
 * A document that cannot be read as client-go would read it. The message says what is wrong and never quotes the document,
 * which may hold a credential; for the same reason there is no cause.
 */
public final class UnreadableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean certain;

    private UnreadableException(String fault, boolean certain) {
        super(fault, null, false, false);
        this.certain = certain;
    }

    /** Client-go refuses the document as well. */
    public static UnreadableException refused(String fault) {
        return new UnreadableException(fault, true);
    }

    /** Client-go may read the document, but what it would see cannot be known here. */
    public static UnreadableException undecided(String fault) {
        return new UnreadableException(fault, false);
    }

    /** Whether client-go certainly refuses the document too. */
    public boolean isCertain() {
        return certain;
    }
}
