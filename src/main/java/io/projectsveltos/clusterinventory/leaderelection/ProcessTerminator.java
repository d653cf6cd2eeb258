package io.projectsveltos.clusterinventory.leaderelection;

import java.util.concurrent.TimeUnit;

/** Terminates this process without an orderly stop. */
@FunctionalInterface
public interface ProcessTerminator {

    void terminate();

    /**
     * Halts the JVM with exit code 1. Shutdown hooks do not run: Camel's would finish the exchanges in flight, which write.
     *
     * @param cleanup runs before that, for a second at most
     */
    static ProcessTerminator haltAfter(Runnable cleanup) {
        return () -> {
            Thread thread = new Thread(cleanup, "halt-cleanup");
            thread.setDaemon(true);
            thread.start();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                Runtime.getRuntime().halt(1);
            }
        };
    }
}
