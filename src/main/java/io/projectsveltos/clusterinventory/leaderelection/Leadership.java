package io.projectsveltos.clusterinventory.leaderelection;

import java.util.Optional;

/** Whether this process is the one that may write. */
public interface Leadership {

    /** True while this process leads; always without leader election. */
    boolean isLeading();

    /** Asked right before each write: whether this process may write now. */
    boolean mayWrite();

    /** The name of the Lease, without its namespace; empty without leader election. */
    String lease();

    /**
     * Why the API server refuses this process the Lease, which only somebody else can change.
     *
     * @return one line; empty while it does not, when it does not answer, and without leader election
     */
    Optional<String> refusal();

    /**
     * Returns when this process leads. It leads from then on until it ends.
     *
     * @throws InterruptedException when the caller is stopped meanwhile
     */
    void await() throws InterruptedException;

    /** Without leader election: there is no other. */
    static Leadership unopposed() {
        return new Leadership() {
            @Override
            public boolean isLeading() {
                return true;
            }

            @Override
            public boolean mayWrite() {
                return true;
            }

            @Override
            public String lease() {
                return "";
            }

            @Override
            public Optional<String> refusal() {
                return Optional.empty();
            }

            @Override
            public void await() {
                // at once
            }
        };
    }
}
