package io.projectsveltos.clusterinventory.leaderelection;

import java.util.concurrent.TimeUnit;

/** Ends this process without an orderly stop. */
@FunctionalInterface
public interface ProcessTerminator {

    /** Ends the process. */
    void end();

    /**
     * Ends the process with exit code 1, by halting it: shutdown hooks would have Camel finish what is under way, which is
     * writing.
     *
     * @param last done before, if it takes no longer than a second
     */
    static ProcessTerminator halting(Runnable last) {
        return () -> {
            Thread thread = new Thread(last, "last-before-the-end");
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
