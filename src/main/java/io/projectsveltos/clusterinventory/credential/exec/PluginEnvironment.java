package io.projectsveltos.clusterinventory.credential.exec;

import java.util.Map;
import java.util.regex.Pattern;

/** The rules for the environment variables of a plugin. */
final class PluginEnvironment {

    /** Describes to the plugin what it is run for (client-go). */
    static final String EXEC_INFO = "KUBERNETES_EXEC_INFO";

    /** The namespace of the profile that the plugin is run for. */
    static final String PROFILE_NAMESPACE = "CLUSTERPROFILE_NAMESPACE";

    /** The name of the profile that the plugin is run for. */
    static final String PROFILE_NAME = "CLUSTERPROFILE_NAME";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /**
     * With one of these, a profile could choose the code that runs here, the API server that the plugin uses, or the profile
     * that the plugin believes it is run for.
     */
    private static final Pattern RESERVED =
            Pattern.compile(EXEC_INFO + "|PATH|HOME|LD_.*|DYLD_.*|KUBERNETES_SERVICE_.*|CLUSTERPROFILE_.*");

    private PluginEnvironment() {}

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether profiles may never set a variable, not even if the provider file lists it. */
    static boolean isReserved(String name) {
        return RESERVED.matcher(name).matches();
    }

    /**
     * Replaces {@code $(NAME)} with variables, by the rules for a container's env and args
     * (k8s.io/kubernetes/third_party/forked/golang/expansion): a reference to an unset variable stays as it is, and
     * {@code $$} becomes {@code $}, so that {@code $$(NAME)} becomes a literal {@code $(NAME)}.
     */
    static String expand(String text, Map<String, String> variables) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        for (int dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
            expanded.append(text, at, dollar);
            int close = text.startsWith("$(", dollar) ? text.indexOf(')', dollar) : -1;
            if (close >= 0) {
                String reference = text.substring(dollar, close + 1);
                expanded.append(variables.getOrDefault(text.substring(dollar + 2, close), reference));
                at = close + 1;
            } else {
                expanded.append('$');
                at = dollar + (text.startsWith("$$", dollar) ? 2 : 1);
            }
        }
        return expanded.append(text, at, text.length()).toString();
    }
}
