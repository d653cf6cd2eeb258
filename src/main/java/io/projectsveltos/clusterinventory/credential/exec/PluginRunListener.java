package io.projectsveltos.clusterinventory.credential.exec;

import java.time.Duration;

/** Is notified when a run of a plugin is over. */
@FunctionalInterface
public interface PluginRunListener {

    /** The result of a run. */
    enum Result {
        /** It exited with code 0. */
        SUCCESS,
        /** It could not be started, exited with another code, or wrote too much. */
        FAILURE,
        /** It was killed after the timeout. */
        TIMEOUT
    }

    /**
     * Called once per run, on the thread that ran the plugin.
     *
     * @param provider the access provider
     */
    void onPluginExit(String provider, Result result, Duration time);
}
