package io.projectsveltos.clusterinventory.credential.exec;

import java.time.Duration;

/** Told of each run of a plugin when it is over. */
@FunctionalInterface
public interface PluginRunListener {

    /** How a run ended. */
    enum Result {
        /** With exit code 0. */
        SUCCESS,
        /** It could not be started, ended with another exit code, or wrote too much. */
        FAILURE,
        /** It was killed after its time. */
        TIMEOUT
    }

    /**
     * A run is over.
     *
     * @param provider the access provider
     * @param result how it ended
     * @param time how long it took
     */
    void ended(String provider, Result result, Duration time);
}
