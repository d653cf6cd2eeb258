package io.projectsveltos.clusterinventory.leaderelection;

import java.util.Optional;

/** Whether this replica is the one that may write. */
public interface Leadership {

    /** Always true without leader election. */
    boolean isLeader();

    /** Checked right before each write. */
    boolean mayWrite();

    /** The name of the Lease, without its namespace; empty without leader election. */
    String lease();

    /**
     * Why the API server refuses this process the Lease, which lasts until a permission or a setting changes.
     *
     * @return one line; empty if it does not refuse, if it does not answer, and without leader election
     */
    Optional<String> refusal();

    /**
     * Returns when this replica becomes the leader, which it then stays until the process ends.
     *
     * @throws InterruptedException when the waiting thread is interrupted
     */
    void await() throws InterruptedException;

    /** Without leader election, the only replica leads. */
    static Leadership always() {
        return new Leadership() {
            @Override
            public boolean isLeader() {
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
                // nothing to wait for
            }
        };
    }
}
