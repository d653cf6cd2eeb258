package io.projectsveltos.clusterinventory.operations.leaderelection;

/** Whether this process is the one that may write. */
public interface Leadership {

    /** True while this process leads; always without leader election. */
    boolean isLeading();

    /** Asked right before each write: whether this process may write now. */
    boolean mayWrite();

    /** The name of the Lease, without its namespace; empty without leader election. */
    String lease();

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
            public void await() {
                // at once
            }
        };
    }
}
