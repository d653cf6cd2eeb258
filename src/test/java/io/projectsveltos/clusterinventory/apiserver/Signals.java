package io.projectsveltos.clusterinventory.apiserver;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals of Unix, of which Java itself sends only two. */
public final class Signals {

    private Signals() {}

    /**
     * Sends a signal.
     *
     * @param process one that runs
     * @param name such as STOP
     */
    public static void send(Process process, String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill -" + name + " exited with code " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
