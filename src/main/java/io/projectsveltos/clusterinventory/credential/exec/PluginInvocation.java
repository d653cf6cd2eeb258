package io.projectsveltos.clusterinventory.credential.exec;

import java.util.List;
import java.util.Map;

/**
 * One run of a plugin. Neither arguments nor environment show in its text: both may hold secrets.
 *
 * @param provider the access provider
 * @param command the program
 * @param args its arguments
 * @param environment its whole environment
 * @param installHint what to do when the program is missing, or null
 */
public record PluginInvocation(
        String provider, String command, List<String> args, Map<String, String> environment, String installHint) {

    @Override
    public String toString() {
        return "PluginCall[" + provider + ", " + command + "]";
    }
}
