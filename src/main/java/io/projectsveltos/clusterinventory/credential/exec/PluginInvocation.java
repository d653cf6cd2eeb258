package io.projectsveltos.clusterinventory.credential.exec;

import java.util.List;
import java.util.Map;

/**
 * One run of a plugin.
 *
 * @param provider the access provider
 * @param environment the whole environment; nothing is inherited
 * @param installHint what to do when the program is missing, or null
 */
public record PluginInvocation(
        String provider, String command, List<String> args, Map<String, String> environment, String installHint) {

    /** Leaves out arguments and environment, which may contain secrets. */
    @Override
    public String toString() {
        return "PluginInvocation[" + provider + ", " + command + "]";
    }
}
